"""Drafts: what a member has typed and not sent, form by form. Private to its writer; never indexed, never hinted.

A draft is the form as typed, so that any form of the house can be kept and given back: by autosave, by *save draft*,
after an undo, or after a sign-in that expired while writing.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.core import clock
from wg_portal.core.database import Model, db
from wg_portal.core.ids import new_id
from wg_portal.core.text import clean_line
from wg_portal.core.transactions import transactional
from wg_portal.core.visibility import guards, readable, seen_by

NOT_KEPT = {"csrf_token", "once", "password", "intent", "confirm", "draft"}
LONGEST = 200_000


class Draft(Model):
    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("member_id", "place", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    place: Mapped[str]  # the path of the page whose form it fills, e.g. /briefs/new
    slot: Mapped[str] = mapped_column(default="")  # several drafts of one form: /briefs/new?draft=<slot>
    title: Mapped[str] = mapped_column(default="")
    fields: Mapped[dict] = mapped_column(JSON, default=dict)  # name -> list of values, as a form sends them
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)


@guards(Draft)
def can_read_draft(member, draft):
    return draft.member_id == member.id


def typed(form):
    """The fields of a submitted form that are worth keeping: name -> list of values."""
    kept = {name: values for name, values in form.lists() if name not in NOT_KEPT and any(values)}
    return kept if sum(len(value) for values in kept.values() for value in values) <= LONGEST else {}


def draft_at(viewer, place, slot=""):
    """The viewer's draft for the form at `place`, or None."""
    drafts = readable(Draft)
    return db.session.scalar(select(drafts).where(drafts.place == place, drafts.slot == slot), seen_by(viewer))


def drafts_of(viewer, under=""):
    """The viewer's drafts, newest first, optionally only those of places that start with `under`."""
    drafts = readable(Draft)
    statement = select(drafts).where(drafts.place.startswith(under, autoescape=True)).order_by(drafts.saved_at.desc())
    return db.session.scalars(statement.limit(50), seen_by(viewer)).all()


@transactional
def save_draft(member, place, fields, slot="", title=""):
    """Keep `fields` (name -> list of values) for the form at `place`, in the stead of what was kept before."""
    draft = draft_at(member, place, slot)
    if draft is None:
        draft = Draft(member_id=member.id, place=place, slot=slot)
        try:
            with db.session.begin_nested():
                db.session.add(draft)
        except IntegrityError:
            # The same form, saved from elsewhere at this very moment: the later words stay.
            draft = draft_at(member, place, slot)
    draft.fields, draft.title, draft.saved_at = fields, clean_line(title)[:200], clock.now()
    db.session.flush()
    return draft


@transactional
def drop_draft(member, place, slot=""):
    """The text was sent, or its writer threw it away."""
    db.session.execute(delete(Draft).where(Draft.member_id == member.id, Draft.place == place, Draft.slot == slot))
