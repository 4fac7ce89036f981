"""The real collection of laws, and ways to spoil it."""

import csv
import io
from pathlib import Path

from sqlalchemy import func, select

import wg_portal
from wg_portal.core.database import db
from wg_portal.core.visibility import unguarded
from wg_portal.laws import columns, intake, queries

DATA = Path(wg_portal.__file__).parent / "demo" / "data"
LAWS = (DATA / "laws.csv").read_text(encoding="utf-8")
NORMS = (DATA / "norms.csv").read_text(encoding="utf-8")


def some(count=3, start=0, text=LAWS):
    """The heading and some rows of the real file, as a list of dicts that a scene may spoil."""
    return list(csv.DictReader(io.StringIO(text)))[start : start + count]


def as_csv(rows, delimiter=",", ends="\n"):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=delimiter, lineterminator=ends)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def count(model):
    return db.session.scalar(unguarded(select(func.count()).select_from(model), because="a scene counts"))


def bring(world, text, member=None):
    with world.app.test_request_context():
        table = columns.read_laws(text)
        assert table.is_clean, (table.errors, [(row.number, row.errors) for row in table.bad])
        batch = intake.import_laws(member or world.secretariat, table.good)
        figures = (batch.created, batch.changed, batch.unchanged)
    db.session.rollback()
    return figures


def told(world, text, read=columns.read_laws):
    """row number -> what is wrong with it."""
    with world.app.test_request_context():
        table = read(text)
    return {row.number: " ".join(row.errors) for row in table.bad}, " ".join(table.errors)


def law_named(world, title, member=None):
    with world.app.test_request_context():
        for row in queries.laws_of(member or world.secretariat, "EG"):
            if row.title == title:
                return queries.law(member or world.secretariat, row.public_id)[0]
    return None
