"""Fixtures: `world` is the stage, on each database in turn."""

import pytest

from tests import databases
from tests.desk import Desk
from tests.world import PASSWORD, fresh, populate
from wg_portal.accounts.queries import forget_directory
from wg_portal.core import links
from wg_portal.core.database import db, set_reading


@pytest.fixture(scope="session")
def password_hash():
    from argon2 import PasswordHasher

    return PasswordHasher().hash(PASSWORD)


def stage(kind, password_hash):
    app = databases.make(kind)
    with app.app_context():
        forget_directory()
        populate(password_hash)
        db.session.remove()
        app.snapshot = databases.Snapshot()
    return app


@pytest.fixture(scope="session")
def sqlite_app(password_hash):
    app = stage("sqlite", password_hash)
    yield app
    databases.remove(app)


@pytest.fixture(scope="session")
def postgresql_app(password_hash):
    app = stage("postgresql", password_hash)
    yield app
    databases.remove(app)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request):
    return request.getfixturevalue(f"{request.param}_app")


@pytest.fixture
def world(app):
    with app.app_context():
        app.snapshot.restore()
        set_reading(True)
        yield fresh(app)
        db.session.rollback()
        db.session.remove()


@pytest.fixture
def summary(record_property):
    """Say a figure at the end of the run: summary("3 routes × 2 personas")."""
    return lambda line: record_property("summary", line)


def pytest_terminal_summary(terminalreporter):
    lines = [
        line
        for report in terminalreporter.stats.get("passed", [])
        for name, line in getattr(report, "user_properties", [])
        if name == "summary"
    ]
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture
def desk(world):
    """Puts texts under audiences, without a feature's pages: world's cast finds them, or does not."""
    had = dict(links.registry)
    for kind, noun in {"texts": "Text", "notes": "Note", "laws": "Law"}.items():
        links.register(kind, noun=noun, card=lambda row: row.card)
    yield Desk(world)
    links.registry.clear()
    links.registry.update(had)
