"""The stage that leak tests listen to: every kind of thing for every audience, made by the real actions.

Each text field holds a word of its own. What belongs to an item (revisions, posts, answers, lines) is registered by
its audience; what is narrower than its item is told by hand where it is made.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from tests.leaks import acts
from tests.leaks.canaries import Canaries
from tests.leaks.personas import MEMBERS, browsers
from tests.leaks.scenes import SCENES
from wg_portal.accounts.models import Member
from wg_portal.audiences import actions as audiences
from wg_portal.audiences.definitions import definition
from wg_portal.audiences.forms import Choice
from wg_portal.audiences.models import Audience
from wg_portal.core import clock, journal
from wg_portal.core.database import Model, db
from wg_portal.core.ids import new_id
from wg_portal.core.links import Card
from wg_portal.core.names import name_of
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import RULES, unguarded

BECAUSE = "the stage knows everything"


class Stage:
    def __init__(self, world):
        self.world = world
        self.canaries = Canaries()
        self.ids = defaultdict(list)  # kind -> public ids to ask for: one of each sort of row for each audience
        self.asked = set()
        self.of_audience = {}  # audience id -> its scene
        self.rows = {}  # (scene name, kind) -> row
        self.missing = new_id()
        self.groups = {}

    def actor(self, name, hold=0):
        """One of the cast, whose texts go out at once unless they are to be held."""
        return replace(getattr(self.world, name), hold=hold)

    def author(self, scene):
        return self.actor(scene.author, hold=None if scene.then == "held" else 0)

    def choice(self, scene):
        """The audience chooser's answer for a scene."""
        chosen = {"circles": scene.circles, **scene.choice}
        bodies = self.world.bodies
        of = definition(
            chosen["circles"],
            [bodies[code].id for code in chosen.get("organisations", ())],
            [self.groups[name].id for name in chosen.get("groups", ())],
            [getattr(self.world, name).id for name in chosen.get("people", ())],
            [bodies[code].id for code in chosen.get("without", ())],
        )
        return Choice(of, chosen.get("marking", "AMBER"), clock.FOREVER, "named")

    def word(self, what, inside):
        return self.canaries.word(what, inside)

    def keep(self, row, told, inside, scene=None):
        """Register a row's public id. Every one is listened for; one of each sort is asked for."""
        self.canaries.id(row.public_id, told, inside)
        state = [getattr(row, name, None) for name in ("kind", "state", "waits", "answer")]
        changed = getattr(row, "edited_at", None) is not None
        sort = row.__tablename__, *state, changed, scene.name if scene else told, frozenset(inside)
        if sort not in self.asked:
            self.asked.add(sort)
            self.ids[row.__tablename__].append(row.public_id)

    def build(self):
        acts.people(self)
        acts.files(self)
        for scene in SCENES:
            self.play(scene)
        acts.unfinished(self)
        self.keep_children()
        self.browsers = browsers(self.world)
        db.session.rollback()
        return self

    def play(self, scene):
        """One of every kind for this audience."""
        for kind, act in acts.ITEMS.items():
            row = act(self, scene)
            self.rows[scene.name, kind] = row
            self.of_audience[row.audience_id] = scene
            self.keep(row, f"{kind} for {scene.name}", scene.inside, scene)
            if kind in ("brief", "event", "response") and row.state == "published":
                acts.conversation(self, scene, row)
            getattr(self, f"{scene.then or 'stay'}_")(scene, row)

    def stay_(self, scene, row):
        pass

    held_ = stay_

    def narrowed_(self, scene, row):
        to = Choice(definition(organisations=[self.world.bodies["LT"].id]), "AMBER", clock.FOREVER, "named")
        with transaction():
            audience = audiences.queries.audience_row(self.actor(scene.author), row.audience_id)
            version = audience.version
        audiences.change_audience(self.actor(scene.author), row, to, version)

    def ended_(self, scene, row):
        """Time passes."""
        with transaction():
            audience = db.session.scalar(
                unguarded(select(Audience).where(Audience.id == row.audience_id), because=BECAUSE)
            )
            audience.until = clock.now() - timedelta(seconds=1)
            journal.record(None, "audience.ended", audience, private=True)

    def keep_children(self):
        """Whatever else hangs on these audiences is for the same people.

        Always in one order, for the first of each sort is the one asked for; a card only repeats the id of its row.
        """
        models = [mapper.class_ for mapper in Model.registry.mappers if mapper.class_ in RULES.keys() - {Card}]
        for model in sorted(models, key=lambda model: model.__tablename__):
            if not hasattr(model, "audience_id") or not hasattr(model, "public_id"):
                continue
            for row in db.session.scalars(unguarded(select(model).order_by(model.id), because=BECAUSE)):
                scene = self.of_audience.get(row.audience_id)
                if scene is not None and row.public_id not in self.canaries.readers:
                    self.keep(row, f"{name_of(row)} for {scene.name}", scene.inside, scene)
        for name in MEMBERS:
            public_id = db.session.scalar(select(Member.public_id).where(Member.id == getattr(self.world, name).id))
            inside = acts.PROFILES[name]
            self.canaries.id(public_id, f"the member {name}", inside)
