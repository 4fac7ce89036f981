"""Publishing, revising and withdrawing briefs. Every published version is kept, with its author and the reason."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from wg_portal.audiences import actions as audiences
from wg_portal.briefs import policy
from wg_portal.briefs.models import Brief, BriefRevision
from wg_portal.core import clock, drafts, journal, links
from wg_portal.core.database import db
from wg_portal.core.names import name_of
from wg_portal.core.policy import Refusal, Stale, require
from wg_portal.core.text import render
from wg_portal.core.transactions import transactional
from wg_portal.core.visibility import readable, seen_by
from wg_portal.discussions.actions import open_thread


@dataclass
class Content:
    """What the form says of a brief. countries: codes; laws: public ids the writer may read; sources: queries.Source."""

    kind: str
    title: str
    language: str
    body: str
    asked: str = ""
    asked_by: datetime | None = None
    countries: list = field(default_factory=list)
    laws: list = field(default_factory=list)
    sources: list = field(default_factory=list)


@transactional
def publish(actor, content, choice, place, fields):
    """Publish a brief: held first when it reaches beyond the actor's organisation. choice: audiences.forms.Choice.

    place, fields: the form as typed, for undo. Raises Refusal where the marking forbids the audience.
    """
    audience = audiences.new_audience(actor, choice)
    brief = Brief(
        audience_id=audience.id,
        author_id=actor.id,
        organisation_id=actor.organisation.id,
        attribution=choice.attribution,
    )
    write(brief, content)
    db.session.add(brief)
    db.session.flush()
    tell_links(brief, content)
    audiences.send_out(actor, brief, "brief.published", hold=audiences.ITEM_HOLD, place=place, fields=fields)
    return brief


def write(brief, content):
    """Put what the form says into the row, and say what it is about."""
    brief.kind, brief.title, brief.language = content.kind, content.title, content.language
    brief.body, brief.body_html = content.body, str(render(content.body))
    brief.asked, brief.asked_html = content.asked, str(render(content.asked)) if content.asked else ""
    brief.asked_by = content.asked_by
    brief.countries = content.countries
    brief.sources = [{"title": one.title, "url": one.url, "archived": one.archived} for one in content.sources]


def tell_links(brief, content):
    laws = [f"laws/{id}" for id in content.laws]
    links.set_links(name_of(brief), [*laws, *(f"countries/{code}" for code in content.countries)])


def keep_revision(actor, brief, reason=""):
    db.session.add(
        BriefRevision(
            brief_id=brief.id,
            number=brief.revisions,
            title=brief.title,
            body=brief.body,
            asked=brief.asked,
            reason=reason,
            author_id=actor.id,
            organisation_id=brief.organisation_id,
            audience_id=brief.audience_id,
        )
    )
    db.session.flush()


def released(actor, brief):
    """When it goes out: its first version is kept, and it has a thread of its own."""
    keep_revision(actor, brief)
    open_thread(actor, brief)


audiences.on_release[Brief] = released


def locked(actor, public_id):
    """The brief, for changing it, as it is in the database at this moment."""
    briefs = readable(Brief)
    statement = select(briefs).where(briefs.public_id == public_id).with_for_update()
    return db.session.scalar(statement.execution_options(populate_existing=True), seen_by(actor))


@transactional
def revise(actor, public_id, version, content, reason, *, place=""):
    """Publish a changed version. place: of its form, whose draft goes. Raises Stale, with the present texts, when somebody was first."""
    brief = locked(actor, public_id)
    require(
        brief is not None and policy.can_revise(actor, brief),
        _("Its author, or who speaks for their organisation, may revise it."),
    )
    if brief.state == "held":
        raise Refusal(_("It has not gone out yet: undo it to change it."))
    if brief.version != version:
        raise Stale(
            _("Somebody saved this text while you were writing."),
            {"title": brief.title, "asked": brief.asked, "body": brief.body, "version": brief.version},
        )
    write(brief, content)
    tell_links(brief, content)
    brief.revisions += 1
    brief.revised_at = clock.now()
    keep_revision(actor, brief, reason)
    drafts.drop_draft(actor, place)
    journal.record(actor, "brief.revised", brief, number=brief.revisions)
    return brief


@transactional
def withdraw(actor, public_id):
    """Take a brief back. That there was one stays; its words are gone for everyone but their authors."""
    brief = locked(actor, public_id)
    require(
        brief is not None and policy.can_withdraw(actor, brief),
        _("Its author, or who speaks for their organisation, may withdraw it."),
    )
    brief.state = "withdrawn"
    brief.title = brief.body = brief.body_html = brief.asked = brief.asked_html = ""
    brief.asked_by, brief.countries, brief.sources = None, [], []
    links.set_links(name_of(brief), [])
    db.session.execute(update(BriefRevision).where(BriefRevision.brief_id == brief.id).values(withdrawn=True))
    journal.record(actor, "brief.withdrawn", brief)
    return brief
