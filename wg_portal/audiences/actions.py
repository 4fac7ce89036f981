"""Setting who can see an item, holding what is about to go out, and letting it out.

What reaches beyond the author's own organisation is held first, so that *undo* is true: until it is released no
other page, letter, hint, search or journal view has it. Releasing is a promise in the outbox; doing and undoing lock
the same row.
"""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from wg_portal.accounts.models import Member, Organisation
from wg_portal.audiences import policy, queries
from wg_portal.audiences.definitions import definition, digest, group_definitions, meaning, parts, sittings
from wg_portal.audiences.models import ATTRIBUTIONS, Audience, Group, Roster, RosterMember, RosterPart
from wg_portal.core import clock, drafts, journal, links, outbox
from wg_portal.core.database import db
from wg_portal.core.names import model_named, name_of, split_name
from wg_portal.core.policy import Refusal, Stale, require
from wg_portal.core.transactions import transactional
from wg_portal.core.visibility import at_this_time, readers, unguarded

ITEM_HOLD = 10
REPLY_HOLD = 5


def hold_seats():
    """Wait for whoever is changing seats or filling rosters: a roster filled beside a seat that just ended would keep
    its member. One row stands for all of them; new rows that refer to it are not held up."""
    mutex = select(Organisation.id).order_by(Organisation.id).limit(1)
    db.session.execute(mutex.with_for_update(key_share=True))


def roster_for(of):
    """The roster of a definition, made and filled when it is new."""
    find = select(Roster).where(Roster.digest == digest(of))
    roster = db.session.scalar(find)
    if roster is None:
        hold_seats()
        roster = db.session.scalar(find)
    if roster is None:
        roster = Roster(digest=digest(of), definition=of)
        db.session.add(roster)
        db.session.flush()
        db.session.add_all(RosterPart(roster_id=roster.id, part=part) for part in parts(of))
        fill(roster, meaning(of))
    return roster


def fill(roster, means):
    """Make the roster's members what the definition means; touch only what differs."""
    there = {
        row.member_id: row
        for row in db.session.scalars(select(RosterMember).where(RosterMember.roster_id == roster.id))
    }
    for member_id, until in means.members.items():
        row = there.get(member_id)
        if row is None:
            row = RosterMember(roster_id=roster.id, member_id=member_id)
            db.session.add(row)
        row.until, row.stays = until, member_id in means.stays
    for member_id, row in there.items():
        if member_id not in means.members:
            db.session.delete(row)
    roster.figures = means.figures
    db.session.flush()


def refresh(touched):
    """Fill anew every roster that mentions one of the touched parts."""
    hold_seats()
    groups = group_definitions()
    touched = set(touched) | {f"group/{id}" for id, of in groups.items() if parts(of) & set(touched)}
    ids = select(RosterPart.roster_id).where(RosterPart.part.in_(touched))
    seats = sittings()
    for roster in db.session.scalars(select(Roster).where(Roster.id.in_(ids)).order_by(Roster.id)):
        fill(roster, meaning(roster.definition, seats, groups))


def new_audience(actor, choice, author=True):
    """An audience for a new item. choice: audiences.forms.Choice. Raises Refusal where the marking forbids it."""
    of = choice.definition | {"author": actor.id if author else 0}
    policy.check_marking(of, choice.marking, actor.organisation.id, queries.organisation_of_members(of["people"]))
    audience = Audience(
        roster_id=roster_for(of).id,
        owner_id=actor.organisation.id,
        marking=choice.marking,
        until=choice.until,
    )
    db.session.add(audience)
    db.session.flush()
    return audience


@transactional
def change_audience(actor, item, choice, version, confirmed=False):
    """Narrow or widen who can see an item. Narrowing is immediate, on open pages too; widening wants a confirmation."""
    audience = queries.audience_row(actor, item.audience_id)
    require(audience is not None and policy.can_change_audience(actor, item, audience))
    if audience.version != version:
        raise Stale(_("Somebody else changed who can see this. Look at the present choice and choose again."))
    before = reader_ids(item)
    of = choice.definition | {"author": item.author_id}
    policy.check_marking(of, choice.marking, audience.owner_id, queries.organisation_of_members(of["people"]))
    roster = roster_for(of)
    wider = set(meaning(of).members) - before
    if wider and not confirmed:
        raise Refusal(
            _("More people would see this than before. Confirm that your organisation wants this."),
            field="confirm",
        )
    if ATTRIBUTIONS.index(choice.attribution) < ATTRIBUTIONS.index(item.attribution):
        raise Refusal(_("How its author is shown can become more protective, never less."), field="attribution")
    item.attribution = choice.attribution
    audience.roster_id, audience.marking, audience.until = roster.id, choice.marking, choice.until
    audience.version += 1
    db.session.flush()
    journal.record(actor, "audience.widened" if wider else "audience.narrowed", item, lost=before)


def reader_ids(row):
    """Ids of all who may read a row at this moment."""
    found = readers(row, Member).with_only_columns(Member.id)
    return set(db.session.scalars(found, at_this_time()))


# Model -> what else happens when a row of it is released, e.g. a post takes its place in the thread.
on_release: dict = {}


def send_out(actor, row, verb, *, about=None, hold, place, fields):
    """Publish a new row: at once inside one's own organisation, else after the hold.

    hold: the group's seconds for this sort of row. place, fields: the form as typed, given back by undo.
    """
    db.session.flush()
    drafts.drop_draft(actor, place)  # here: dropped afterwards, it would outlive a crash, and be sent a second time
    seconds = hold if actor.hold is None else actor.hold
    audience = queries.described(actor, [row.audience_id])[row.audience_id]
    if not seconds or audience.bodies == [actor.organisation.id]:
        release(actor, row, verb, about)
        return
    row.state = "held"
    noun = verb.split(".")[0]
    journal.record(actor, f"{noun}.held", row, about=about, private=True)
    outbox.promise(
        "release",
        name_of(row),
        clock.now() + timedelta(seconds=seconds),
        actor=actor.id,
        verb=verb,
        page=name_of(about) if about is not None else None,
        place=place,
        fields=fields,
    )


def release(actor, row, verb, about):
    """Now it is true for everyone in its audience."""
    row.state = "published"
    row.published_at = clock.now()
    more = on_release.get(type(row))
    if more:
        more(actor, row)
    journal.record(actor, verb, row, about=about)


def release_errand(errand):
    """Outbox handler. An item that was undone is gone, and so is its errand."""
    row = find(errand.about)
    if row is None or row.state != "held":
        return
    page = errand.details["page"]
    about = find(page) if page else None
    actor = db.session.get(Member, errand.details["actor"])
    release(actor, row, errand.details["verb"], about)


def find(name):
    kind, public_id = split_name(name)
    model = model_named(kind)
    statement = select(model).where(model.public_id == public_id).with_for_update()
    return db.session.scalar(unguarded(statement, because="the house keeps its own promise about this row"))


@transactional
def undo(actor, row):
    """Take back what is still held. Returns the place of its form, where the text waits as a draft."""
    require(row.author_id == actor.id)
    errand = outbox.open_errand("release", name_of(row))
    if errand is None or row.state != "held":
        raise Refusal(_("It has already gone out. You can withdraw it, or narrow who can see it."))
    place, fields = errand.details["place"], errand.details["fields"]
    drafts.save_draft(actor, place, fields, title=(fields.get("title") or [""])[0])
    noun = errand.details["verb"].split(".")[0]
    journal.record(actor, f"{noun}.undone", row, private=True)
    links.set_links(name_of(row), [])
    db.session.delete(errand)
    db.session.delete(row)
    return place


@transactional
def make_group(actor, name, of, names=None):
    """A standing group, kept by the secretariat."""
    require(actor.organisation.kind == "secretariat")
    group = Group(name=name, names=names or {}, definition=of)
    db.session.add(group)
    journal.record(actor, "group.made", group)
    return group


def everyone():
    """The definition of the whole group."""
    return definition(circles=["everyone"])
