"""Who an audience means: circles, mixes, exclusions, ends, and who joins and leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Seat
from wg_portal.accounts.queries import viewer_of
from wg_portal.audiences.actions import make_group, reader_ids
from wg_portal.audiences.definitions import definition
from wg_portal.audiences.forms import Choice
from wg_portal.audiences.markings import MARKINGS
from wg_portal.audiences.models import Group, Roster
from wg_portal.audiences.queries import described, figures_before_posting
from wg_portal.briefs.actions import Content, publish
from wg_portal.briefs.models import Brief
from wg_portal.core import clock, journal
from wg_portal.core.database import db
from wg_portal.core.policy import Refusal
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import readable, seen_by

CAST = [
    "chair",
    "head",
    "delegate",
    "rival",
    "neighbour",
    "outsider",
    "representative",
    "at_risk",
    "secretariat",
]
GOVERNMENTS = {"chair", "head", "delegate", "rival", "neighbour", "outsider"}


def note(world, author, choice):
    """An item with this audience, already out."""
    content = Content(kind="brief", title="A note", language="en", body="Words.")
    brief = publish(replace(author, hold=0), content, choice, "/briefs/new", {})
    db.session.rollback()
    return brief


def can_read(member, brief):
    rows = readable(Brief)
    return db.session.scalar(select(rows.id).where(rows.public_id == brief.public_id), seen_by(member)) is not None


def readers(world, brief):
    """Those of the cast who can read it, asked one by one; the same as the list of its readers says."""
    found = {name for name in CAST if can_read(getattr(world, name), brief)}
    rows = readable(Brief)
    author = next(getattr(world, name) for name in CAST if getattr(world, name).id == brief.author_id)
    row = db.session.scalar(select(rows).where(rows.public_id == brief.public_id), seen_by(author))
    assert reader_ids(row) == {getattr(world, name).id for name in found}
    return found


@pytest.mark.parametrize(
    ("circle", "inside"),
    [
        ("everyone", set(CAST)),
        ("governments", GOVERNMENTS),
        ("civil_society", {"representative", "at_risk", "head"}),
        ("secretariat", {"secretariat", "head"}),
    ],
)
def test_each_circle_means_its_members_and_the_author(world, circle, inside):
    assert readers(world, note(world, world.head, world.choose(circle))) == inside


def test_the_secretariat_does_not_read_all(world):
    assert "secretariat" not in readers(world, note(world, world.head, world.choose("governments")))


def test_a_mix_is_the_sum_of_its_parts(world):
    choice = world.choose("secretariat", organisations=["SE"], people=[world.representative])
    assert readers(world, note(world, world.head, choice)) == {
        "head",
        "neighbour",
        "representative",
        "secretariat",
    }


def test_an_organisation_means_all_its_members(world):
    assert readers(world, note(world, world.chair, world.choose(organisations=["LT"]))) == {
        "chair",
        "head",
        "delegate",
    }


def test_leaving_out_beats_every_inclusion(world):
    choice = world.choose("everyone", organisations=["MN"], people=[world.rival], without=["MN"])
    assert readers(world, note(world, world.head, choice)) == set(CAST) - {"rival"}


def test_a_group_is_living_and_exclusion_beats_it_too(world):
    team = make_group(
        world.secretariat,
        "Country team",
        definition(organisations=[world.bodies["SE"].id, world.bodies["MN"].id]),
    )
    team_id = team.id
    brief = note(world, world.head, world.choose(groups=[team_id]))
    narrower = note(world, world.head, world.choose(groups=[team_id], without=["MN"]))
    assert readers(world, brief) == {"head", "neighbour", "rival"}
    assert readers(world, narrower) == {"head", "neighbour"}
    with transaction():
        group = db.session.get(Group, team_id)
        group.definition = definition(organisations=[world.bodies["CA"].id])
        journal.record(world.secretariat, "group.changed", group)
    assert readers(world, brief) == {"head", "chair"}


def test_equal_audiences_share_one_roster(world):
    before = len(db.session.scalars(select(Roster.id)).all())
    for _ in range(3):
        note(world, world.head, world.choose("governments", organisations=["N1", "S1"]))
        note(world, world.head, world.choose("governments", organisations=["S1", "N1"]))
    assert len(db.session.scalars(select(Roster.id)).all()) == before + 1


def test_an_audience_ends_by_the_clock_for_all_but_its_author(world):
    brief = note(world, world.head, world.choose("governments", until=clock.now() + timedelta(hours=1)))
    assert can_read(world.neighbour, brief)
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert readers(world, brief) == {"head"}


def test_who_joins_reads_the_past_and_who_leaves_loses_all(world):
    brief = note(world, world.head, world.choose("governments"))
    joiner = accounts.seat(world.bodies["SE"].id, "delegate", "joiner@scenes.example", None)
    assert can_read(joiner, brief)
    with transaction():
        seat = db.session.scalar(select(Seat).where(Seat.member_id == joiner.id))
        seat.until = clock.now()
        journal.record(None, "seat.ended", seat, private=True)
    assert not can_read(joiner, brief)
    assert can_read(world.neighbour, brief)


def test_a_seat_with_an_end_ends_at_that_moment_without_any_job(world):
    brief = note(world, world.head, world.choose("governments"))
    with transaction():
        seat = db.session.scalar(select(Seat).where(Seat.member_id == world.neighbour.id))
        seat.until = clock.now() + timedelta(days=1)
        journal.record(None, "seat.limited", seat, private=True)
    assert can_read(world.neighbour, brief)
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert not can_read(world.neighbour, brief)
        assert can_read(world.chair, brief)


def test_when_the_authors_seat_ends_their_head_inherits(world):
    brief = note(world, world.delegate, world.choose("civil_society"))
    assert not can_read(world.head, brief)
    with transaction():
        seat = db.session.scalar(select(Seat).where(Seat.member_id == world.delegate.id))
        seat.until = clock.now()
        journal.record(None, "seat.ended", seat, private=True)
    assert can_read(world.head, brief)
    assert not can_read(world.delegate, brief)
    assert viewer_of(world.delegate.id) is None


@pytest.mark.parametrize("name", MARKINGS)
def test_the_marking_table_says_which_audiences_may_be(world, name):
    may_be = MARKINGS[name].may_be
    sets = {
        "a circle": world.choose("governments", marking=name),
        "another organisation": world.choose(organisations=["SE"], marking=name),
        "one's own organisation": world.choose(organisations=["LT"], marking=name),
        "people of one's own": world.choose(people=[world.delegate], marking=name),
        "people of another": world.choose(people=[world.neighbour], marking=name),
    }
    allowed = {
        "any": set(sets),
        "named": set(sets),
        "own": {"one's own organisation", "people of one's own"},
        "people": {"people of one's own", "people of another"},
    }[may_be]
    for words, choice in sets.items():
        if words in allowed:
            assert note(world, world.head, choice).id, words
        else:
            with pytest.raises(Refusal):
                note(world, world.head, choice)
            db.session.rollback()


def test_a_marking_that_does_not_exist_is_refused(world):
    with pytest.raises(Refusal, match="five markings"):
        note(world, world.head, world.choose("governments", marking="PURPLE"))
    db.session.rollback()


def test_red_is_a_fixed_list_of_people(world):
    brief = note(world, world.head, world.choose(people=[world.neighbour], marking="RED"))
    joiner = accounts.seat(world.bodies["SE"].id, "delegate", "joiner@scenes.example", None)
    assert readers(world, brief) == {"head", "neighbour"}
    assert not can_read(joiner, brief)


def test_the_figures_before_posting_are_those_after(world):
    choice = world.choose("governments", organisations=["N1"], without=["MN"])
    before = figures_before_posting(world.head, choice.definition | {"author": world.head.id}, choice.marking)
    brief = note(world, world.head, choice)
    after = described(world.neighbour, [brief.audience_id])[brief.audience_id]
    assert before.sentence == after.sentence == "6 people in 4 governments and 1 organisation; Mongolia left out"
    assert described(world.rival, [brief.audience_id]) == {}


def test_a_seat_of_a_former_member_counts_nowhere(world):
    before = figures_before_posting(
        world.head, world.choose(organisations=["LT"]).definition | {"author": world.head.id}, "AMBER"
    )
    assert before.people == 2
    assert isinstance(world.choose("governments"), Choice)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Seat.__table__).where(Seat.member_id == world.rival.id).values(until=clock.now()))
    after = figures_before_posting(
        world.head, world.choose("governments").definition | {"author": world.head.id}, "AMBER"
    )
    assert after.governments == 4
