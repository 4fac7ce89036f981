"""On SQLite one writes at a time: whoever does not write waits for nobody."""

from contextlib import contextmanager

import pytest

from wg_portal.core.database import db

# PostgreSQL has no lock that all writers share.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@contextmanager
def somebody_writes():
    """Another process would hold the lock just so: through a connection of its own."""
    from pysqlite3 import dbapi2

    db.session.rollback()
    connection = dbapi2.connect(db.engine.url.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def test_who_fills_in_a_form_wrongly_is_told_while_another_writes(world):
    browser = world.browser(world.head)
    address, fields = browser.form("/invitations", field="email")
    with somebody_writes():
        answer = browser.post(address, data={**fields, "email": "no address"})
        assert answer.status_code == 422 and "no address" in answer.text
    assert browser.post(address, data={**fields, "email": "new@scenes.example"}).status_code != 503


def test_a_wrong_password_is_told_while_another_writes(world):
    browser = world.browser()
    address, fields = browser.form("/sign-in", field="password")
    with somebody_writes():
        words = {"email": "head@scenes.example", "password": "a password that is not theirs"}
        assert browser.post(address, data={**fields, **words}).status_code == 200


def test_a_page_is_read_while_another_writes(world):
    browser = world.browser(world.head)
    with somebody_writes():
        assert browser.get("/").status_code == 200
