"""Every change is whole, and no audited change is without its line in the journal."""

import pytest
from sqlalchemy import delete, event, func, select, update

from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Account, Invitation, Organisation
from wg_portal.accounts.queries import profile_of
from wg_portal.core import journal, links, outbox
from wg_portal.core.database import db, mode
from wg_portal.core.journal import Entry
from wg_portal.core.transactions import ChangedWhileReading, Unrecorded, after_commit, transaction
from wg_portal.core.visibility import unguarded

LOOK = "a scene looks behind the door"


def refuse(commit):
    with pytest.raises(Unrecorded):
        commit()
    db.session.rollback()


def lines(verb=None):
    wanted = select(func.count(Entry.id)) if verb is None else select(func.count(Entry.id)).where(Entry.verb == verb)
    return db.session.scalar(unguarded(wanted, because=LOOK))


def invite(world, address="new@scenes.example"):
    return accounts.invite(world.head, address, world.head.organisation.id, "delegate")


def test_an_action_leaves_exactly_one_line(world):
    before = lines()
    invite(world)
    assert lines() == before + 1


def test_a_quiet_change_is_refused(world):
    organisation = db.session.get(Organisation, world.bodies["SE"].id)
    organisation.name = "Quietly renamed"
    refuse(db.session.commit)
    assert db.session.scalar(select(Organisation.name).where(Organisation.code == "SE")) == "Sweden"


def test_a_quiet_change_inside_a_transaction_is_refused_as_well(world):
    def rename():
        with transaction():
            db.session.get(Organisation, world.bodies["SE"].id).name = "Quietly renamed"

    refuse(rename)


def test_a_quiet_addition_and_a_quiet_removal_are_refused(world):
    db.session.add(Organisation(kind="government", code="FR", name="France"))
    refuse(db.session.commit)
    made = invite(world)
    db.session.delete(made)
    refuse(db.session.commit)


@pytest.mark.parametrize(
    "change", [update(Organisation).values(name="Quietly"), delete(Invitation)], ids=["update", "delete"]
)
def test_a_quiet_bulk_change_is_refused(world, change):
    db.session.execute(change)
    refuse(db.session.commit)


def test_what_was_changed_while_reading_is_refused_before_a_write_begins(world):
    """On SQLite such a write fails as soon as anybody else has written since; alone it would never be noticed."""
    with mode(reading=True):
        account = db.session.scalar(select(Account).where(Account.email == "head@scenes.example"))
        account.timezone = "Asia/Tokyo"
        with pytest.raises(ChangedWhileReading), transaction():
            pass
        db.session.rollback()
        accounts.change_preferences(world.head, "fr", "Europe/Paris", None)
    assert db.session.scalar(select(Account.timezone).where(Account.member_id == world.head.id)) == "Europe/Paris"


def test_the_line_of_an_earlier_change_does_not_cover_a_later_one(world):
    invite(world)
    db.session.get(Organisation, world.bodies["SE"].id).name = "Quietly renamed"
    refuse(db.session.commit)


def test_the_journal_cannot_be_mended(world):
    entry = db.session.scalars(unguarded(select(Entry).limit(1), because=LOOK)).one()
    entry.verb = "forged"
    refuse(db.session.commit)


def test_the_journal_cannot_be_burned(world):
    db.session.delete(db.session.scalars(unguarded(select(Entry).limit(1), because=LOOK)).one())
    refuse(db.session.commit)


@pytest.mark.parametrize("statement", [delete(Entry), update(Entry).values(verb="forged")], ids=["delete", "update"])
def test_nor_all_at_once(world, statement):
    refuse(lambda: db.session.execute(statement))


@pytest.mark.parametrize(
    "statement", [delete(Entry.__table__), update(Entry.__table__).values(verb="forged")], ids=["delete", "update"]
)
def test_nor_by_its_table(world, statement):
    refuse(lambda: db.session.execute(statement))


def test_a_listener_that_fails_after_the_commit_undoes_nothing(world, monkeypatch, caplog):
    heard = []

    def fail(*_):
        raise RuntimeError("the broker is away")

    monkeypatch.setattr(journal, "listeners_after", [fail, lambda entry, *_: heard.append(entry.verb)])
    made = invite(world)
    assert db.session.scalar(select(Invitation.id).where(Invitation.public_id == made.public_id)) is not None
    assert heard == ["invitation.made"]
    assert "could not hear journal line" in caplog.text and "new@scenes.example" not in caplog.text


def test_a_listener_that_fails_inside_undoes_everything(world, monkeypatch):
    before = lines()

    def veto(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(journal, "listeners_inside", [*journal.listeners_inside, veto])
    with pytest.raises(RuntimeError):
        invite(world)
    assert lines() == before
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_what_waits_for_the_commit_is_dropped_when_it_fails(world):
    said = []
    with pytest.raises(RuntimeError), transaction():
        after_commit(lambda: said.append("too early"))
        raise RuntimeError
    with transaction():
        after_commit(lambda: said.append("once it is true"))
        assert said == []
    assert said == ["once it is true"]


def test_an_inner_transaction_joins_the_outer_one(world):
    before = lines()
    with pytest.raises(RuntimeError), transaction():
        invite(world)
        raise RuntimeError
    assert lines() == before


class Broken(RuntimeError):
    """The machine stopped."""


def acts(world):
    """Actions of several statements each: name -> what is done."""
    profile = profile_of(world.head, world.head.public_id)
    ids = world.bodies
    return {
        "invite": lambda: invite(world),
        "profile": lambda: accounts.change_profile(world.head, profile, profile.version, "A. B.", "", "everyone"),
        "seat": lambda: accounts.seat(ids["SE"].id, "delegate", "second@scenes.example", None),
        "organisation": lambda: accounts.found_organisation("civil_society", "N2", "Second"),
    }


@pytest.mark.parametrize("act", ["invite", "profile", "seat", "organisation"])
def test_whatever_statement_fails_all_or_nothing_is_stored(world, act):
    """Stop at the first statement, then at the second, and so on, until the whole passes."""
    before = everything(world)
    stops = 0
    while True:
        db.session.expunge_all()
        run = acts(world)[act]
        db.session.rollback()
        try:
            with Stop(after=stops):
                run()
            break  # whole; what stops from here on is only telling the world of it
        except Broken:
            db.session.rollback()
        assert everything(world) == before, f"half of it was stored after statement {stops}"
        stops += 1
    assert stops >= 3
    assert everything(world) != before


class Stop:
    """Breaks the statement after the next `after` ones; what is committed by then has happened."""

    def __init__(self, after):
        self.after, self.stopped = after, False

    def __enter__(self):
        event.listen(db.engine, "before_cursor_execute", self.count)
        return self

    def __exit__(self, *_):
        event.remove(db.engine, "before_cursor_execute", self.count)

    def count(self, *_):
        if self.stopped:
            return
        self.after -= 1
        if self.after < 0:
            self.stopped = True
            raise Broken


def everything(world):
    """How every table stands: its rows, in a form that can be compared."""
    with db.engine.connect() as connection:
        connection = connection.execution_options(unguarded=LOOK)
        tables = db.Model.metadata.sorted_tables
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


def test_the_promise_and_the_card_are_part_of_the_whole(desk):
    """Rows that listeners and the outbox write stand or fall with the change itself."""
    count = select(func.count(outbox.Errand.id))
    with pytest.raises(RuntimeError), transaction():
        desk.write("never")
        outbox.promise("release", "texts/never")
        raise RuntimeError
    assert db.session.scalar(count) == 0
    assert db.session.scalar(unguarded(select(func.count(links.Card.id)), because=LOOK)) == 0
