"""Every change is whole, recorded, and announced only once it is true."""

import logging
from contextlib import contextmanager
from functools import wraps

from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from wg_portal.core import idempotency, journal
from wg_portal.core.database import db, is_reading, mode
from wg_portal.core.names import model_named

log = logging.getLogger(__name__)


class Unrecorded(RuntimeError):
    """An audited row changed and the journal does not say so."""


class ChangedWhileReading(RuntimeError):
    """A row changed outside of any transaction: under load that write would be refused."""


@contextmanager
def transaction():
    """Commit when the outermost block ends. Inner blocks join it.

    A request's first transaction also claims its idempotency key, in the same commit as what it did.
    """
    info = db.session.info
    if info.get("open"):
        yield
        return
    if is_reading() and db.session().in_transaction():
        # A plain read cannot become a write on SQLite, once anybody else has written: end it, begin anew.
        if db.session.new or db.session.deleted or any(map(db.session.is_modified, db.session.dirty)):
            raise ChangedWhileReading("a row was changed before its transaction began")
        db.session.commit()
    info.update(open=True, recorded=[], changed=set(), later=[])
    try:
        with mode(reading=False):
            claim = idempotency.claim()
            yield
            db.session.flush()
            idempotency.settle(claim, info["recorded"])
            db.session.commit()
        recorded, later = info["recorded"], info["later"]
    except BaseException:
        db.session.rollback()
        raise
    finally:
        info.update(open=False, recorded=[], changed=set(), later=[])
    announce(recorded)
    for call in later:
        call()


def transactional(action):
    """Run an action in a transaction, so that it happens whole or not at all."""

    @wraps(action)
    def wrapper(*args, **kwargs):
        with transaction():
            return action(*args, **kwargs)

    return wrapper


def after_commit(call):
    """Run `call` once the present transaction is true; never if it fails."""
    db.session.info["later"].append(call)


def announce(recorded):
    for entry, subject, about, lost in recorded:
        for listener in journal.listeners_after:
            try:
                listener(entry, subject, about, lost)
            except Exception:
                # The change stands; a listener that cannot speak must not undo it. Never the text of the entry.
                log.exception("%s could not hear journal line %s", listener.__module__, entry.id)
                # What it asked the database and got no answer to must not break the rest of the request.
                db.session.rollback()


@event.listens_for(Session, "before_flush")
def notice_changed_rows(session, *_):
    for row in session.new | session.dirty | session.deleted:
        if isinstance(row, journal.Entry) and row not in session.new:
            raise Unrecorded("journal lines are never changed or deleted")
        if getattr(row, "__audited__", False) and (row not in session.dirty or session.is_modified(row)):
            session.info.setdefault("changed", set()).add(row.__tablename__)


@event.listens_for(Session, "do_orm_execute")
def notice_bulk_changes(state):
    if state.is_select:
        return
    model = written_model(state)
    if model is journal.Entry and not state.is_insert:
        raise Unrecorded("journal lines are never changed or deleted")
    if getattr(model, "__audited__", False):
        state.session.info.setdefault("changed", set()).add(model.__tablename__)


def written_model(state):
    """What a written statement changes, whether it names the model or its bare table; or None."""
    if state.bind_mapper is not None:
        return state.bind_mapper.class_
    table = getattr(state.statement, "table", None)
    return None if table is None else model_named(table.name)


@event.listens_for(Session, "before_commit")
def refuse_unrecorded_changes(session):
    if session.in_nested_transaction():
        return  # a savepoint inside an action: its line is written before the whole is true
    session.flush()
    if session.info.get("changed") and not session.info.get("recorded"):
        raise Unrecorded(f"{', '.join(sorted(session.info['changed']))} changed without a journal line")


LostRace = (IntegrityError, StaleDataError)
"""What the database says when somebody else was first."""
