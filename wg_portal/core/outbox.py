"""What the house has promised to do later: letters to send, held texts to release.

The row is the promise; timers and queues only make it prompt. A worker may die at any point: the sweep finds the row
again, and whoever starts anew sets the timers that died with it. Handlers are registered by kind in create_app(); a
handler reads the world anew, so that it acts on what is true at that moment, not on what was true when the promise
was made.
"""

import logging
import threading
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import JSON, Index, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.core import clock
from wg_portal.core.database import Model, db, mode
from wg_portal.core.transactions import after_commit, transaction

log = logging.getLogger(__name__)

TRIES = 12
SOON = 120  # seconds: for what is due later than that, the sweep is prompt enough


class Errand(Model):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_done_at_due_at", "done_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    details: Mapped[dict] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(default="")  # the kind of failure, never a text or an address


# kind -> function(errand), run in a transaction of its own. Filled in by create_app().
handlers: dict = {}


def promise(kind, about, due_at=None, **details):
    """Promise, in the present transaction, that `kind` will be done for the row named `about` at `due_at`."""
    errand = Errand(kind=kind, about=about, due_at=due_at or clock.now(), details=details)
    db.session.add(errand)
    db.session.flush()
    due_at = errand.due_at
    after_commit(lambda: remind(due_at))
    return errand


def remind(due_at):
    """Set a timer in this process, where it is due soon."""
    wait = max(0.0, (due_at - clock.now()).total_seconds())
    if current_app.config["TIMERS"] and wait < SOON:
        timer = threading.Timer(wait + 0.005, run_due_in, [current_app._get_current_object()])
        timer.daemon = True
        timer.start()


def run_due_in(app):
    with app.app_context():
        try:
            run_due()
        except SQLAlchemyError as trouble:
            # The database is away or locked. The rows are there, and the sweep comes every minute.
            log.error("a timer found no database: %s", type(trouble).__name__)


def resume():
    """For whoever starts: do what a dead process left undone, and set its timers anew for what is not due yet."""
    run_due()
    with mode(reading=True):
        until = clock.now() + timedelta(seconds=SOON)
        soon = select(Errand.due_at).where(Errand.done_at.is_(None), Errand.due_at <= until)
        seconds = {due_at.replace(microsecond=0) for due_at in db.session.scalars(soon)}
        db.session.commit()
    for second in seconds:  # one timer for all of a second
        remind(second + timedelta(seconds=1))


def open_errand(kind, about):
    """The one errand not yet done, locked so that doing and cancelling it cannot both happen. Or None."""
    return db.session.scalar(
        select(Errand).where(Errand.kind == kind, Errand.about == about, Errand.done_at.is_(None)).with_for_update()
    )


def run_due(limit=200):
    """Do what is due. Returns how many were done. Safe to run in many places at once."""
    due = select(Errand.id).where(Errand.done_at.is_(None), Errand.due_at <= clock.now()).order_by(Errand.due_at)
    with mode(reading=True):  # every timer asks, and few find anything: asking must not wait for whoever writes
        ids = db.session.scalars(due.limit(limit)).all()
        db.session.commit()
    return sum(run_one(id) for id in ids)


def run_one(id):
    try:
        with transaction():
            errand = db.session.scalar(
                select(Errand)
                .where(Errand.id == id, Errand.done_at.is_(None), Errand.due_at <= clock.now())
                .with_for_update(skip_locked=True)
                .execution_options(populate_existing=True)
            )
            if errand is None:
                return 0
            handlers[errand.kind](errand)
            errand.done_at = clock.now()
        return 1
    except Exception as trouble:
        log.exception("errand %s failed", id)
        postpone(id, type(trouble).__name__)
        return 0


def postpone(id, trouble):
    """Try again later, at growing distances; the row stays. Meanwhile it may have been taken back, or done elsewhere."""
    with transaction():
        errand = db.session.get(Errand, id, populate_existing=True, with_for_update=True)
        if errand is None or errand.done_at is not None:
            return
        errand.tries += 1
        errand.trouble = trouble
        errand.due_at = clock.now() + timedelta(seconds=min(3600, 2 ** min(errand.tries, TRIES)))
    remind(errand.due_at)
