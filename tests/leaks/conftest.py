"""The rich stage, built once for each database; tests only read from it."""

import pytest

from tests.leaks.stage import Stage
from tests.world import fresh
from wg_portal.core.database import db, set_reading


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request):
    app = request.getfixturevalue(f"{request.param}_app")
    with app.app_context():
        app.snapshot.restore()
        set_reading(True)
        yield Stage(fresh(app)).build()
        db.session.rollback()
        db.session.remove()
