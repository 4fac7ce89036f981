"""What is made for each audience, by the actions that members use: one function for each kind of item."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

import wg_portal
from tests.leaks.personas import MEMBERS
from tests.leaks.scenes import EVERYONE, GOVERNMENTS
from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Profile
from wg_portal.audiences import actions as audiences
from wg_portal.audiences.definitions import definition
from wg_portal.briefs import actions as briefs
from wg_portal.core import clock, drafts
from wg_portal.core.database import db
from wg_portal.core.visibility import unguarded
from wg_portal.discussions import actions as discussions
from wg_portal.discussions import queries as conversations
from wg_portal.events import actions as events
from wg_portal.events.models import Plan
from wg_portal.laws import actions as laws
from wg_portal.laws import columns, intake
from wg_portal.responses import actions as responses
from wg_portal.responses.models import Text as ResponseText

DATA = Path(wg_portal.__file__).parent / "demo" / "data"
# What each of the cast chose to show of themselves: who may meet their profile.
PROFILES = {name: EVERYONE for name in MEMBERS} | {"at_risk": ("at_risk",), "delegate": ("head", "delegate")}


def people(stage):
    """Profiles, an invitation, a standing group."""
    world = stage.world
    for name, shown_to in (("at_risk", "nobody"), ("delegate", "organisation"), ("neighbour", "everyone")):
        inside = PROFILES[name]
        find = select(Profile).where(Profile.member_id == getattr(world, name).id)
        profile = db.session.scalar(unguarded(find, because="the stage knows everything"))
        words = [stage.word(f"the {field} of {name}", inside) for field in ("name", "about")]
        accounts.change_profile(getattr(world, name), profile, profile.version, *words, shown_to)
    address = stage.word("an invited address", ("head", "secretariat"))
    invitation = accounts.invite(world.head, f"{address}@capital.example", world.head.organisation.id, "delegate")
    # That somebody was invited stands in the delegation's own lines of the journal; whom, on one page only.
    stage.keep(invitation, "an invitation", ("head", "delegate", "secretariat"))
    bodies, team = world.bodies, (world.chair, world.neighbour, world.representative)
    stage.groups["team"] = audiences.make_group(
        world.secretariat,
        "Country team",
        definition(organisations=[bodies["CA"].id, bodies["SE"].id], people=[team[2].id]),
    )


def files(stage):
    """Norms from the real file, and a law that came in a file: for everyone, and only the keepers know how it came."""
    world = stage.world
    norms = columns.read_norms((DATA / "norms.csv").read_text(encoding="utf-8")).good
    batches = [intake.import_norms(world.secretariat, [row for row in norms if row.values["code"] == "iccpr-22"])]
    row = columns.read_laws((DATA / "laws.csv").read_text(encoding="utf-8")).good[0]
    row.values["title"] = f"A law {stage.word('the title of a law from a file', EVERYONE)} inside"
    batches.append(intake.import_laws(world.secretariat, [row]))
    stage.keep(batches[1].brought[0], "a law from a file", EVERYONE)
    for batch in batches:
        stage.keep(batch, f"the import of {batch.kind}", ("secretariat",))


# The form at each place, and the two of its fields that hold words.
FORMS = {
    "/briefs/new?draft=x": ("title", "body"),
    "/laws/new": ("title", "summary"),
    "/events/new": ("title", "about"),
    "/responses/new": ("title", "text"),
    "/discussions/new": ("title", "body"),
}


def unfinished(stage):
    """Drafts, kept when all else is done: sending a form drops its draft."""
    for name in ("head", "at_risk"):
        for place, fields in FORMS.items():
            words = {field: [stage.word(f"{field} of a draft of {name} at {place}", (name,))] for field in fields}
            draft = drafts.save_draft(getattr(stage.world, name), place, words, title=words["title"][0])
            stage.keep(draft, f"a draft of {name} at {place}", (name,))


def texts(stage, scene, kind, *fields):
    """field -> a sentence with a word of its own in the middle."""
    return {
        field: f"The {field} holds {stage.word(f'the {field} of a {kind} for {scene.name}', scene.inside)} inside"
        for field in fields
    }


def law(stage, scene):
    told = texts(stage, scene, "law", "title", "summary", "identifier", "next step", "original title", "source", "note")
    values = {
        "title": told["title"],
        "jurisdiction": "EG",
        "subdivision": "",
        "identifier": told["identifier"],
        "year": 2024,
        "title_original": told["original title"],
        "effect": "restrictive",
        "barriers": ["entry"],
        "principles": [],
        "summary": told["summary"],
        "source_name": told["source"],
        "source_url": "",
        "confidence": "",
        "next_step": told["next step"],
        "next_on": "2027",
    }
    step = laws.Step("tabled", "2024-05", note=told["note"])
    return laws.record_law(stage.author(scene), stage.choice(scene), values, step, place="/laws/new", fields={})


def law_names(stage, scene):
    """Names of the law of this audience, to link to."""
    return [stage.rows[scene.name, "law"].public_id]


def brief(stage, scene, kind="brief"):
    actor = stage.author(scene)
    told = texts(stage, scene, kind, "title", "body", "asked", "source")
    content = briefs.Content(
        kind=kind,
        title=told["title"],
        language="en",
        body=told["body"],
        asked=told["asked"],
        asked_by=clock.now() + timedelta(days=9),
        countries=["EG"],
        laws=law_names(stage, scene),
        sources=[briefs_source(told["source"])],
    )
    row = briefs.publish(actor, content, stage.choice(scene), "/briefs/new", {})
    if row.state == "published":
        again = texts(stage, scene, f"revised {kind}", "title", "body", "asked", "reason")
        content.title, content.body, content.asked = again["title"], again["body"], again["asked"]
        briefs.revise(actor, row.public_id, row.version, content, again["reason"])
    return row


def briefs_source(title):
    from wg_portal.briefs.queries import Source

    return Source(title, "https://source.example/", "")


def alert(stage, scene):
    return brief(stage, scene, "alert")


def event(stage, scene):
    """An event with answers: of the author, and of one at risk, whose answer is shown to nobody else."""
    told = texts(stage, scene, "event", "title", "about", "place", "agenda")
    link = stage.word(f"the online link of an event for {scene.name}", scene.inside)
    begins = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=20)
    plan = Plan(
        kind="seminar",
        title=told["title"],
        language="en",
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        zone="Europe/Vilnius",
        answer_by=begins - timedelta(days=2),
        place=told["place"],
        online_link=f"https://meeting.example/{link}",
        about=told["about"],
        agenda=[{"time": "10:00", "title": told["agenda"], "speaker": "Chair"}],
        capacity=20,
        online_capacity=20,
        countries=["EG"],
        linked=[f"laws/{id}" for id in law_names(stage, scene)],
    )
    row = events.schedule(stage.author(scene), plan, stage.choice(scene), fields={})
    if row.state == "published":
        for name in scene.inside:
            answer = {"at_risk": "yes", "neighbour": "no"}.get(name, "maybe")
            rsvp = events.answer(stage.actor(name), row.public_id, answer, "in_person")
            narrower = (name,) if name == "at_risk" else ("neighbour",) if name == "neighbour" else scene.inside
            stage.keep(rsvp, f"the answer of {name} to an event for {scene.name}", narrower, scene)
    return row


def discussion(stage, scene):
    """A thread that stands alone: a first post, a reply, one that was edited, one that was withdrawn."""
    told = texts(stage, scene, "discussion", "title", "first post")
    actor, targets = stage.author(scene), [f"laws/{id}" for id in law_names(stage, scene)]
    thread = discussions.start(
        actor, stage.choice(scene), told["title"], told["first post"], "en", targets=targets, fields={}
    )
    if thread.state == "published":
        converse(stage, scene, thread, "a discussion")
        change_minds(stage, scene, thread, "a discussion")
    return thread


def converse(stage, scene, thread, where):
    """A reply of one of those inside, answered by another."""
    told = texts(stage, scene, f"post in {where}", "reply", "answer")
    first = discussions.reply(stage.actor(scene.inside[0]), thread.public_id, told["reply"], "en")
    discussions.reply(stage.actor(scene.inside[-1]), thread.public_id, told["answer"], "en", parent_id=first.public_id)


def change_minds(stage, scene, thread, where):
    """An edited post; a withdrawn and a held one, which are for their author alone."""
    told = texts(stage, scene, f"post in {where}", "text before")
    edited = discussions.reply(stage.actor(scene.author), thread.public_id, told["text before"], "en")
    after = texts(stage, scene, f"edited post in {where}", "text after")
    discussions.edit(stage.actor(scene.author), edited.public_id, edited.version, after["text after"], "en")
    own = stage.word(f"a withdrawn post in {where} for {scene.name}", (scene.author,))
    taken = discussions.reply(stage.actor(scene.author), thread.public_id, own, "en")
    discussions.withdraw(stage.actor(scene.author), taken.public_id)
    own = stage.word(f"a held post in {where} for {scene.name}", (scene.author,))
    held = discussions.reply(stage.actor(scene.author, hold=None), thread.public_id, own, "en")
    if held.state == "held":
        stage.keep(held, f"a held post in {where} for {scene.name}", (scene.author,), scene)
    else:  # inside one organisation nothing is held
        stage.canaries.readers[own] = frozenset(scene.inside)


def drafted(stage, scene, kind="response"):
    """A joint statement, not yet open for signature."""
    told = texts(stage, scene, kind, "title", "paragraph", "second paragraph")
    own = stage.actor(scene.author).organisation.id
    text = ResponseText(
        kind="joint_statement",
        title=told["title"],
        language="en",
        paragraphs=[told["paragraph"], told["second paragraph"]],
        lead_id=own,
        pen_holder_id=own,
        countries=["EG"],
        linked=[f"laws/{id}" for id in law_names(stage, scene)],
    )
    return responses.start(stage.author(scene), text, stage.choice(scene), fields={})


def response(stage, scene):
    """A joint statement with answers: some join, one cannot, one endorses."""
    row = drafted(stage, scene)
    if row.state != "published":
        return row
    runner = next((name for name in ("secretariat", "chair", scene.author) if name in scene.inside), None)
    if runner == "representative":
        return row  # nobody here may open it
    row = responses.open_for_signature(stage.actor(runner), row.public_id, row.version, clock.now() + timedelta(days=5))
    for name, answer in (("chair", "joins"), ("head", "ad_referendum"), ("neighbour", "cannot"), ("rival", "aligns")):
        if name in scene.inside:
            signon = responses.answer(stage.actor(name), row.public_id, answer, 0)
            if answer == "cannot":
                narrower = {"neighbour", "chair", "secretariat"} | {
                    member
                    for member in scene.inside
                    if stage.actor(member).organisation.id == stage.actor(scene.author).organisation.id
                }
            else:
                narrower = set(GOVERNMENTS) | {"secretariat", "delegate"}
            inside = tuple(narrower & set(scene.inside))
            stage.keep(signon, f"{answer} of {name} to a response for {scene.name}", inside, scene)
    for name in ("representative", "at_risk"):
        if name in scene.inside:
            responses.endorse(stage.actor(name), row.public_id, "endorses", 0)
    return row


ITEMS = {"law": law, "brief": brief, "alert": alert, "event": event, "discussion": discussion, "response": response}


def conversation(stage, scene, row):
    """The thread that hangs on an item once it is out."""
    thread = conversations.thread_on(stage.actor(scene.author), f"{row.__tablename__}/{row.public_id}")
    if thread is not None:
        converse(stage, scene, thread, f"the thread of a {row.__tablename__} item")
