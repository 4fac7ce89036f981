"""What time it is. Deadlines, holds and audiences ask here, always in UTC, so that tests can travel."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told = ContextVar("told", default=None)


def now():
    """The present instant, aware, in UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def as_of(instant):
    """Inside, it is `instant`: only the demonstration tells of last week."""
    token = _told.set(instant)
    try:
        yield
    finally:
        _told.reset(token)


FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""An end that has not been set: ends are compared with the clock, so they are never null."""
