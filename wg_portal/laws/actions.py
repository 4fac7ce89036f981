"""What members do about laws: record one, correct it, add a step to its history; and take in a whole file.

A law's history is only ever added to. An import is one transaction: every row of it is stored, or none.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from wg_portal.audiences.actions import ITEM_HOLD, new_audience, send_out
from wg_portal.core import journal
from wg_portal.core.database import db
from wg_portal.core.links import set_links
from wg_portal.core.names import name_of
from wg_portal.core.policy import Refusal, Stale, require
from wg_portal.core.transactions import transactional
from wg_portal.core.visibility import readable, seen_by
from wg_portal.laws import partial, policy, queries
from wg_portal.laws.models import Law, LawStage
from wg_portal.laws.vocabulary import language_of

CORRECTED = (
    "title", "jurisdiction", "subdivision", "identifier", "year", "title_original", "effect", "barriers",
    "principles", "summary", "source_name", "source_url", "confidence", "next_step", "next_on",
)  # fmt: skip
"""What a member fills in and may correct. The stage is not among them: it follows from the history."""


@dataclass
class Step:
    """A step of a law's history as a form or a file gives it. `on` is a partial date, '' when it is not known."""

    stage: str
    on: str = ""
    source_name: str = ""
    source_url: str = ""
    note: str = ""


@transactional
def record_law(actor, choice, values, step, *, place, fields):
    """A new law, held and then released like every item. values: of CORRECTED. Raises Refusal."""
    audience = new_audience(actor, choice)
    law = Law(
        **values,
        language_original=language_of(values["title_original"], values["jurisdiction"]),
        attribution=choice.attribution,
        audience_id=audience.id,
        author_id=actor.id,
        organisation_id=actor.organisation.id,
        stage=step.stage,
        stage_on=step.on,
        stage_key=partial.key(step.on),
    )
    db.session.add(law)
    db.session.flush()
    db.session.add(new_step(law, step))
    set_links(name_of(law), [f"countries/{law.jurisdiction}"])
    send_out(actor, law, "law.published", hold=ITEM_HOLD, place=place, fields=fields)
    return law


def new_step(law, step):
    return LawStage(**step_values(law, step))


def step_values(law, step):
    return {
        "law_id": law.id,
        "audience_id": law.audience_id,
        "stage": step.stage,
        "on": step.on,
        "on_key": partial.key(step.on),
        "source_name": step.source_name,
        "source_url": step.source_url,
        "note": step.note,
    }


def not_yours():
    return _("The organisation that wrote this record corrects it, or the secretariat does. Write to them.")


def to_change(actor, public_id):
    """The law, locked, which the actor may change. None when it is missing or hidden."""
    law = queries.law_to_change(actor, public_id)
    if law is None:
        return None
    require(policy.can_change_law(actor, law), not_yours())
    if law.state != "published":
        raise Refusal(_("It has not gone out yet. Undo it to change it, or wait until it has."))
    return law


@transactional
def change_law(actor, public_id, version, values):
    """Correct a record. Raises Stale when somebody else corrected it since `version` was read. None when hidden."""
    law = to_change(actor, public_id)
    if law is None:
        return None
    if law.version != version:
        raise Stale(
            _("Somebody else corrected this record meanwhile. What it says now is beside what you typed."),
            {_("Title"): law.title, _("What it does"): law.summary, _("Next step expected"): law.next_step},
        )
    before = law.jurisdiction
    changed = assign(law, values)
    if not changed:
        return law
    if law.jurisdiction != before:
        set_links(name_of(law), [f"countries/{law.jurisdiction}"])
    journal.record(actor, "law.corrected", law, acting_for=actor.organisation, fields=changed)
    return law


def assign(law, values):
    """Set what differs. Returns the names of the fields that did."""
    if "title_original" in values:
        country = values.get("jurisdiction", law.jurisdiction)
        values = values | {"language_original": language_of(values["title_original"], country)}
    changed = [name for name, value in values.items() if getattr(law, name) != value]
    for name in changed:
        setattr(law, name, values[name])
    return changed


@transactional
def add_stage(actor, public_id, step):
    """Add a dated and sourced step to a law's history; the law stands where its last step says. None when hidden."""
    law = to_change(actor, public_id)
    if law is None:
        return None
    known = queries.history(actor, law.id)
    if any((there.stage, there.on) == (step.stage, step.on) for there in known):
        raise Refusal(_("This step is in the history already, with the same date."), field="stage")
    db.session.add(new_step(law, step))
    db.session.flush()
    stand(law, entered(actor, law))
    journal.record(actor, "law.moved", law, acting_for=actor.organisation, stage=step.stage, on=step.on)
    return law


def entered(actor, law):
    """The steps of a law in the order they were entered."""
    stages = readable(LawStage)
    rows = db.session.execute(
        select(stages.id, stages.stage, stages.on).where(stages.law_id == law.id).order_by(stages.id),
        seen_by(actor),
    )
    return rows.all()


def stand(law, steps):
    """The law stands where its history says. Setting even the same stage moves its version: readers look again."""
    last = partial.last(steps)
    law.stage, law.stage_on, law.stage_key = last.stage, last.on, partial.key(last.on)
