"""The door to guarded rows, and the alarm on every other way in. On both databases."""

import subprocess
import sys
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import aliased

from tests.core.rows import one_of_each
from wg_portal.accounts.models import Member, Organisation
from wg_portal.audiences.models import Audience
from wg_portal.core import clock, visibility
from wg_portal.core.database import db
from wg_portal.core.links import Card
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import (
    RULES,
    UnguardedRead,
    at_this_time,
    is_readable,
    readable,
    readers,
    seen_by,
    unguarded,
)

LOOK = "a scene looks behind the door"


@pytest.fixture
def shelf(desk):
    """Two cards for Lithuania and Canada, the second hosted by the first, and one for Mongolia hosted by it too."""
    canary = desk.write("canary", organisations=("LT", "CA"))
    host = f"texts/{canary.public_id}"
    desk.write("quoting", organisations=("LT", "CA"), host=host)
    desk.write("other", actor=desk.world.rival, organisations=("MN",), host=host)
    world = desk.world
    return SimpleNamespace(world=world, insider=world.chair, outsider=world.rival, canary=desk.card(canary).id)


def titles(viewer):
    cards = readable(Card)
    return db.session.scalars(select(cards.title).order_by(cards.id), seen_by(viewer)).all()


def test_each_sees_their_own(shelf):
    assert titles(shelf.insider) == ["canary", "quoting"]
    assert titles(shelf.outsider) == ["other"]
    assert titles(shelf.world.neighbour) == []
    assert titles(SimpleNamespace(id=shelf.world.former_id)) == []


def test_without_a_viewer_nothing_is_read(shelf):
    with pytest.raises(StatementError, match="value is required"):
        db.session.scalars(select(readable(Card))).all()
    with pytest.raises(StatementError, match="viewer_id"):
        db.session.scalars(select(readable(Card)), at_this_time()).all()


def test_entities_come_through_and_can_be_changed(shelf):
    cards = readable(Card)
    with transaction():
        find = select(cards).where(cards.id == shelf.canary).with_for_update()
        card = db.session.scalars(find, seen_by(shelf.insider)).one()
        card.title = "changed"
    assert titles(shelf.insider) == ["changed", "quoting"]
    assert db.session.scalars(find, seen_by(shelf.outsider)).all() == []


def test_a_self_join_is_narrowed_on_both_sides(shelf):
    cards, hosts = readable(Card), readable(Card, 2)
    hosted = cards.host == "texts/" + hosts.public_id
    pairs = select(cards.title, hosts.title).join(hosts, hosted).where(cards.id != hosts.id)
    assert db.session.execute(pairs, seen_by(shelf.insider)).all() == [("quoting", "canary")]
    assert db.session.execute(pairs, seen_by(shelf.outsider)).all() == []


def test_counts_are_of_what_one_may_see(shelf):
    count = select(func.count()).select_from(readable(Card))
    assert [db.session.scalar(count, seen_by(viewer)) for viewer in (shelf.insider, shelf.outsider)] == [2, 1]


def test_the_same_sentence_names_the_readers(shelf):
    world, cards = shelf.world, readable(Card)
    card = db.session.scalars(select(cards).where(cards.id == shelf.canary), seen_by(shelf.insider)).one()
    found = db.session.scalars(readers(card, Member), at_this_time())
    assert {member.id for member in found} == {world.chair.id, world.head.id, world.delegate.id}
    assert is_readable(card, shelf.insider) and not is_readable(card, shelf.outsider)


def test_an_audience_ends_by_the_clock(desk):
    desk.write("for a while", organisations=("LT",), until=clock.now() + timedelta(minutes=5))
    head, cards = desk.world.head, readable(Card)
    assert titles(head) == ["for a while"]
    later = seen_by(head) | {"now": clock.now() + timedelta(minutes=6)}
    assert db.session.scalars(select(cards.title), later).all() == []


def test_a_seat_ends_by_the_clock(shelf):
    from wg_portal.audiences.models import RosterMember

    ends = clock.now() + timedelta(minutes=5)
    db.session.execute(update(RosterMember).where(RosterMember.member_id == shelf.insider.id).values(until=ends))
    cards = readable(Card)
    later = seen_by(shelf.insider) | {"now": ends + timedelta(seconds=1)}
    assert titles(shelf.insider) == ["canary", "quoting"]
    assert db.session.scalars(select(cards.title), later).all() == []
    db.session.rollback()


SIDE_DOORS = {
    "plain": lambda cards: select(Card),
    "alias": lambda cards: select(aliased(Card)),
    "one column": lambda cards: select(Card.title),
    "scalar subquery": lambda cards: select(cards.title, select(func.count(Card.id)).scalar_subquery()),
    "exists": lambda cards: select(cards.title).where(exists().where(Card.id == cards.id)),
    "union half": lambda cards: select(cards.id).union(select(Card.id)),
    "cte": lambda cards: select(select(Card.id).cte()),
    "recursive cte": lambda cards: select(select(cards.id).cte("up", recursive=True).union_all(select(Card.id))),
    "subquery": lambda cards: select(select(Card.id).subquery()),
    "join": lambda cards: select(cards.id, Card.id).join(Card, Card.host == cards.host),
    "outer join": lambda cards: select(Organisation.id).outerjoin(Card, Card.id == Organisation.id),
    "in": lambda cards: select(cards.id).where(cards.id.in_(select(Card.id))),
    "order by": lambda cards: select(cards.id).order_by(select(func.max(Card.title)).scalar_subquery()),
    "count": lambda cards: select(func.count(Card.id)),
    "core table": lambda cards: select(Card.__table__),
    "text": lambda cards: text("select title from cards"),
    "shouted text": lambda cards: text('SELECT title FROM "CARDS"'),
    "text among columns": lambda cards: select(text("(select max(title) from cards)")),
    "written from": lambda cards: update(Organisation).values(name=select(func.max(Card.title)).scalar_subquery()),
    "written where": lambda cards: update(Organisation).where(Organisation.id.in_(select(Card.id))).values(name="x"),
    "inserted from": lambda cards: insert(Organisation.__table__).from_select(["name"], select(Card.title)),
}


@pytest.mark.parametrize("way", SIDE_DOORS)
def test_side_doors_are_shut(shelf, way):
    with pytest.raises(UnguardedRead):
        db.session.execute(SIDE_DOORS[way](readable(Card)), seen_by(shelf.insider)).all()
    db.session.rollback()


def test_a_side_door_is_shut_the_second_time_too(shelf):
    for _ in range(2):
        with pytest.raises(UnguardedRead):
            db.session.execute(select(Card.title).where(Card.id == 1))


def test_fetching_by_key_is_a_side_door_too(shelf):
    db.session.expunge_all()
    with pytest.raises(UnguardedRead):
        db.session.get(Card, shelf.canary)
    with pytest.raises(UnguardedRead):
        db.session.query(Card).all()


def test_a_written_row_does_not_hand_back_what_it_held(shelf):
    with pytest.raises(UnguardedRead):
        db.session.execute(update(Card).values(note="x").returning(Card.title)).all()
    db.session.rollback()


def test_the_system_says_why(shelf):
    assert db.session.scalar(unguarded(select(func.count(Card.id)), because="counting for a scene")) == 3
    with pytest.raises(AssertionError):
        unguarded(select(Card), because="")


def test_rows_let_in_may_be_refreshed(shelf):
    cards = readable(Card)
    card = db.session.scalars(select(cards).where(cards.id == shelf.canary), seen_by(shelf.insider)).one()
    db.session.expire(card)
    assert card.title == "canary"


def test_readers_and_readable_agree_for_every_guarded_model_and_every_member(world):
    """One sentence read in both directions, over rows in every state that a rule could tell apart."""
    made = one_of_each(world)
    assert set(made) == set(RULES), "every guarded model needs rows here"
    members = [getattr(world, name) for name in ("chair", "head", "delegate", "rival", "neighbour", "outsider")]
    members += [world.representative, world.at_risk, world.secretariat, SimpleNamespace(id=world.former_id)]
    seen_at_all = set()
    for model, keys in made.items():
        key = model.__mapper__.primary_key
        rows = db.session.scalars(unguarded(select(model), because=LOOK)).all()
        assert len(rows) >= keys > 0, model
        door = readable(model)
        columns = [getattr(door, column.key) for column in key]
        seen = {member.id: set(db.session.execute(select(*columns), seen_by(member)).all()) for member in members}
        for row in rows:
            its_key = tuple(getattr(row, column.key) for column in key)
            reading = {member.id for member in db.session.scalars(readers(row, Member), at_this_time())}
            for member in members:
                assert (its_key in seen[member.id]) == (member.id in reading), (model, its_key, member)
        if any(seen.values()):
            seen_at_all.add(model)
        assert any(len(those) < len(rows) for those in seen.values()), f"everybody sees every row of {model.__name__}"
    assert seen_at_all == set(RULES)


@pytest.mark.parametrize("lazy", ["select", "joined", "selectin", "raise"])
def test_a_relationship_to_a_guarded_model_is_refused_at_the_start(lazy):
    """Across features always; inside one, unless it never loads."""
    code = (
        "import wg_portal.wiring\n"
        "from wg_portal.accounts.models import Organisation\n"
        "from wg_portal.core.links import Card\n"
        "from sqlalchemy.orm import relationship, configure_mappers\n"
        f"Organisation.cards = relationship(Card, lazy={lazy!r})\n"
        "configure_mappers()\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "leads to a guarded model" in run.stderr


def test_a_model_learns_its_rule_once(world):
    assert all(callable(rule) for rule in RULES.values())
    assert readable(Audience) is readable(Audience)
    assert readable(Audience) is not readable(Audience, 2)


def test_a_door_that_many_ask_for_at_once_is_one_and_whole(world):
    """As after a start, when the first requests come together: what one of them builds, all of them use."""

    def ask(number, start, found):
        start.wait(20)
        door = readable(Audience)
        found[number] = (door, visibility.outside_the_door(select(door).where(door.owner_id == 1)))

    slices = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _time in range(40):
            visibility._doors.clear()
            start, found = threading.Barrier(8), {}
            threads = [threading.Thread(target=ask, args=[number, start, found]) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(20)
            assert {id(door) for door, _ in found.values()} == {id(readable(Audience))}
            assert [verdict for _, verdict in found.values()] == [None] * 8
    finally:
        sys.setswitchinterval(slices)
