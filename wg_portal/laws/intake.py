"""Taking in a file of laws or norms: one transaction, one report, the same file twice changes nothing.

Laws that an import brings are for everyone, TLP:GREEN, kept by the secretariat, and released at once. An import finds
again only what imports brought, never a record that a member wrote for an audience of their own.
"""

from collections import defaultdict

from flask_babel import gettext as _
from sqlalchemy import insert, select

from wg_portal.audiences.actions import everyone, roster_for
from wg_portal.audiences.models import Audience
from wg_portal.core import journal
from wg_portal.core.database import db
from wg_portal.core.links import Link
from wg_portal.core.policy import Refusal, require
from wg_portal.core.transactions import transactional
from wg_portal.core.visibility import readable, seen_by
from wg_portal.laws import partial, policy
from wg_portal.laws.actions import Step, assign, new_step, stand, step_values
from wg_portal.laws.columns import folded, identity, row_hash, title_identity
from wg_portal.laws.models import Import, Law, LawStage, Norm

MARKING = "GREEN"
AT_ONCE = 500  # how many values one statement names


def refuse(actor):
    require(policy.can_import(actor), _("The secretariat imports. Send it your file, or record one law yourself."))


@transactional
def import_laws(actor, rows):
    """Take in good rows of laws.columns.read_laws. Returns the Import with its figures; nothing is half-stored."""
    refuse(actor)
    check(rows)
    known = Known(actor)
    batch = begin(actor, "laws")
    new, changed = [], []
    matches = [(row, known.find(row.values)) for row in rows]
    steps = known.steps([law for _row, law in matches if law is not None])
    for row, law in matches:
        if law is None:
            new.append(row)
        elif law.imported_hash != row_hash(row.values):
            verb = change(law, row.values, steps[law.id])
            if verb:
                changed.append((law, verb))
    batch.brought = create(actor, new)
    batch.created, batch.changed = len(new), len(changed)
    batch.unchanged = len(rows) - len(new) - len(changed)
    for law, verb in changed:
        journal.record(actor, verb, law, acting_for=actor.organisation)
    journal.record(
        actor,
        "laws.imported",
        batch,
        acting_for=actor.organisation,
        created=batch.created,
        changed=batch.changed,
        unchanged=batch.unchanged,
    )
    return batch


def check(rows):
    """Only rows without a fault come in; whoever calls has shown the others."""
    if any(row.errors for row in rows):
        raise Refusal(_("Some rows cannot be taken in. Mend them first."))
    if not rows:
        raise Refusal(_("There are no rows to take in."))


def begin(actor, kind):
    batch = Import(kind=kind, member_id=actor.id, organisation_id=actor.organisation.id)
    db.session.add(batch)
    return batch


class Known:
    """Laws that imports brought before, found by identity: one query, however many rows a file has."""

    def __init__(self, actor):
        self.actor = actor
        laws = readable(Law)
        found = db.session.scalars(select(laws).where(laws.identity.is_not(None)), seen_by(actor)).all()
        self.by_identity = {law.identity: law for law in found}
        self.by_title = defaultdict(list)
        for law in found:
            self.by_title[title_identity(facts(law))].append(law)

    def find(self, values):
        """The law that a row means, or None. A row with an identifier may name a law that had none yet."""
        law = self.by_identity.get(identity(values))
        if law is not None:
            return law
        alike = self.by_title.get(title_identity(values), [])
        if folded(values["identifier"]):
            alike = [law for law in alike if not folded(law.identifier)]
        return alike[0] if len(alike) == 1 else None

    def steps(self, laws):
        """law id -> its steps in the order they were entered."""
        steps, stages = defaultdict(list), readable(LawStage)
        columns = (stages.id, stages.law_id, stages.stage, stages.on)
        for at in range(0, len(laws), AT_ONCE):
            ids = [law.id for law in laws[at : at + AT_ONCE]]
            statement = select(*columns).where(stages.law_id.in_(ids)).order_by(stages.id)
            for step in db.session.execute(statement, seen_by(self.actor)):
                steps[step.law_id].append(step)
        return steps


def facts(law):
    return {name: getattr(law, name) for name in ("jurisdiction", "subdivision", "identifier", "title", "year")}


def step_of(values):
    return Step(values["stage"], values["stage_on"], values["source_name"], values.get("source_url", ""))


def plain_values(values):
    """What a row says of the law itself, without where it stands."""
    return {name: value for name, value in values.items() if name not in ("stage", "stage_on")}


def change(law, values, steps):
    """Bring a law up to what its row says; a new stage is added to its history. The verb of its line, or None."""
    verb = "law.corrected" if assign(law, plain_values(values)) else None
    step = step_of(values)
    if not any((there.stage, there.on) == (step.stage, step.on) for there in steps):
        added = new_step(law, step)
        db.session.add(added)
        stand(law, [*steps, added])
        verb = "law.moved"
    if verb:
        law.identity, law.imported_hash = identity(values), row_hash(values)
    return verb


def create(actor, rows):
    """New laws with their audiences, first steps and links, in a handful of statements."""
    if not rows:
        return []
    roster = roster_for(everyone())
    audiences = [Audience(roster_id=roster.id, owner_id=actor.organisation.id, marking=MARKING) for _row in rows]
    db.session.add_all(audiences)
    db.session.flush()
    laws = [
        Law(
            **row.values,
            stage_key=partial.key(row.values["stage_on"]),
            attribution="organisation",
            audience_id=audience.id,
            author_id=actor.id,
            organisation_id=actor.organisation.id,
            identity=identity(row.values),
            imported_hash=row_hash(row.values),
        )
        for row, audience in zip(rows, audiences, strict=True)
    ]
    db.session.add_all(laws)
    db.session.flush()
    db.session.execute(
        insert(LawStage), [step_values(law, step_of(row.values)) for law, row in zip(laws, rows, strict=True)]
    )
    db.session.execute(insert(Link), [country_link(law) for law in laws])
    return laws


def country_link(law):
    return {
        "kind": "laws",
        "public_id": law.public_id,
        "target": f"countries/{law.jurisdiction}",
        "target_id": law.jurisdiction,
    }


@transactional
def import_norms(actor, rows):
    """Take in good rows of laws.columns.read_norms. Returns the Import with its figures."""
    refuse(actor)
    check(rows)
    batch = begin(actor, "norms")
    known = {norm.code: norm for norm in db.session.scalars(select(Norm))}
    for row in rows:
        norm = known.get(row.values["code"])
        if norm is None:
            db.session.add(Norm(**row.values))
            batch.created = (batch.created or 0) + 1
        elif assign_norm(norm, row.values):
            batch.changed = (batch.changed or 0) + 1
    batch.created, batch.changed = batch.created or 0, batch.changed or 0
    batch.unchanged = len(rows) - batch.created - batch.changed
    journal.record(
        actor,
        "norms.imported",
        batch,
        acting_for=actor.organisation,
        private=True,
        created=batch.created,
        changed=batch.changed,
        unchanged=batch.unchanged,
    )
    return batch


def assign_norm(norm, values):
    changed = [name for name, value in values.items() if getattr(norm, name) != value]
    for name in changed:
        setattr(norm, name, values[name])
    return bool(changed)
