"""What the house promises is done once: on time, after a crash, and by one of two workers."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from wg_portal.core import clock, outbox
from wg_portal.core.database import db
from wg_portal.core.outbox import Errand
from wg_portal.core.transactions import transaction


@pytest.fixture
def done(monkeypatch):
    """Errands of the kind 'scene', by name, as they are done."""
    names = []
    monkeypatch.setitem(outbox.handlers, "scene", lambda errand: names.append(errand.about))
    return names


def promise(name="scenes/a", **kwargs):
    with transaction():
        return outbox.promise("scene", name, **kwargs).id


def kept(id):
    db.session.rollback()
    return db.session.scalars(select(Errand).where(Errand.id == id).execution_options(populate_existing=True)).one()


def test_a_promise_is_kept_when_it_is_due_and_not_before(world, done):
    promise("scenes/now")
    later = promise("scenes/later", due_at=clock.now() + timedelta(seconds=10))
    assert outbox.run_due() == 1 and done == ["scenes/now"]
    assert kept(later).done_at is None
    with time_machine.travel(clock.now() + timedelta(seconds=11)):
        assert outbox.run_due() == 1
    assert done == ["scenes/now", "scenes/later"]
    assert outbox.run_due() == 0


def test_what_was_taken_back_is_not_done(world, done):
    promise("scenes/undone")
    with transaction():
        db.session.delete(outbox.open_errand("scene", "scenes/undone"))
    assert outbox.run_due() == 0 and done == []
    assert outbox.open_errand("scene", "scenes/undone") is None


def test_a_promise_made_in_a_change_that_failed_was_never_made(world, done):
    with pytest.raises(RuntimeError), transaction():
        outbox.promise("scene", "scenes/failed")
        raise RuntimeError
    assert outbox.run_due() == 0 and done == []


def test_a_worker_that_dies_midway_leaves_nothing_half_done_and_another_does_it_all(world, done, monkeypatch):
    class Killed(BaseException):
        """The process ends here: nothing of ours runs after it."""

    def die(errand):
        promise_again = Errand(kind="scene", about="scenes/half", due_at=clock.now(), details={})
        db.session.add(promise_again)
        db.session.flush()
        raise Killed

    id = promise("scenes/whole")
    works = outbox.handlers["scene"]
    monkeypatch.setitem(outbox.handlers, "scene", die)
    with pytest.raises(Killed):
        outbox.run_due()
    assert kept(id).done_at is None and kept(id).tries == 0
    monkeypatch.setitem(outbox.handlers, "scene", works)
    assert outbox.run_due() == 1
    assert done == ["scenes/whole"]


def test_what_fails_is_tried_again_at_growing_distances_and_says_why_without_a_text(world, done, monkeypatch, caplog):
    def fail(errand):
        raise ConnectionRefusedError("member@scenes.example is away")

    works = outbox.handlers["scene"]
    monkeypatch.setitem(outbox.handlers, "scene", fail)
    id = promise()
    waits = []
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(14):
            assert outbox.run_due() == 0
            errand = kept(id)
            waits.append((errand.due_at - clock.now()).total_seconds())
            traveller.move_to(errand.due_at)
        assert waits[:4] == [2, 4, 8, 16]
        assert waits == sorted(waits) and max(waits) == 3600
        assert kept(id).trouble == "ConnectionRefusedError"
        assert "is away" not in kept(id).trouble
        monkeypatch.setitem(outbox.handlers, "scene", works)
        assert outbox.run_due() == 1
    assert done == ["scenes/a"]


def test_one_that_fails_does_not_hold_up_the_others(world, done, monkeypatch):
    works = outbox.handlers["scene"]

    def fail_one(errand):
        if errand.about == "scenes/bad":
            raise ValueError
        works(errand)

    monkeypatch.setitem(outbox.handlers, "scene", fail_one)
    promise("scenes/bad")
    promise("scenes/good")
    assert outbox.run_due() == 1
    assert done == ["scenes/good"]


def test_an_errand_of_an_unknown_kind_waits_for_a_release_that_knows_it(world, caplog):
    with transaction():
        id = outbox.promise("from the future", "scenes/a").id
    assert outbox.run_due() == 0
    assert kept(id).done_at is None and kept(id).tries == 1


def test_two_workers_do_it_once(world, done):
    for number in range(8):
        promise(f"scenes/{number}")
    db.session.rollback()
    app, start, counts = world.app, threading.Barrier(2), []

    def work():
        with app.app_context():
            start.wait()
            counts.append(outbox.run_due())
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(done) == [f"scenes/{number}" for number in range(8)]
    assert sum(counts) == 8


def test_whoever_starts_does_what_is_overdue_and_the_rest_on_time_without_waiting_for_the_sweep(
    world, done, monkeypatch
):
    promise("scenes/overdue", due_at=clock.now() - timedelta(minutes=1))
    soon = promise("scenes/soon", due_at=clock.now() + timedelta(seconds=0.3))
    promise("scenes/tomorrow", due_at=clock.now() + timedelta(days=1))
    monkeypatch.setitem(world.app.config, "TIMERS", True)
    outbox.resume()
    assert done == ["scenes/overdue"]
    until = time.monotonic() + 5
    while kept(soon).done_at is None and time.monotonic() < until:
        time.sleep(0.02)
    assert done == ["scenes/overdue", "scenes/soon"]


def test_a_timer_that_finds_no_database_leaves_the_promise_to_the_sweep(world, done, monkeypatch, caplog):
    def away(limit=200):
        raise OperationalError("select", {}, Exception("member@scenes.example"))

    promise()
    works = outbox.run_due
    monkeypatch.setattr(outbox, "run_due", away)
    outbox.run_due_in(world.app)
    assert done == [] and "OperationalError" in caplog.text and "member@" not in caplog.text
    monkeypatch.setattr(outbox, "run_due", works)
    assert outbox.run_due() == 1


def test_asking_what_is_due_does_not_wait_for_whoever_writes(world, done):
    started = clock.now()
    with db.engine.begin() as writer:
        writer.execute(Errand.__table__.update().values(tries=0))
        assert outbox.run_due() == 0
    assert clock.now() - started < timedelta(seconds=2)


def test_what_failed_and_was_taken_back_meanwhile_is_forgotten(world, done):
    id = promise("scenes/undone")
    with transaction():
        db.session.delete(outbox.open_errand("scene", "scenes/undone"))
    outbox.postpone(id, "ConnectionRefusedError")
    assert outbox.run_due() == 0 and done == []


def test_what_failed_here_and_was_done_elsewhere_stays_done(world, done):
    id = promise()
    assert outbox.run_due() == 1
    outbox.postpone(id, "OperationalError")
    assert kept(id).tries == 0 and kept(id).trouble == "" and kept(id).due_at <= kept(id).done_at
