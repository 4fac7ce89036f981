"""Rows of every guarded model, whatever features there are: each in several audiences, by several authors.

Columns are filled by what they are, so that a new model is covered the day it is guarded. A column that takes only
certain values says so in CHOICES.
"""

from datetime import timedelta
from itertools import cycle, islice

from sqlalchemy import JSON, Boolean, Integer, select

from wg_portal.audiences.actions import new_audience
from wg_portal.core import clock, journal
from wg_portal.core.database import Instant, Model, db
from wg_portal.core.ids import new_id
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import RULES, unguarded

# (table, column) or column -> values that make sense there.
CHOICES = {
    "state": ["published", "held", "withdrawn"],
    "attribution": ["named", "organisation"],
    "language": ["en", "ar"],
    "shown_to": ["everyone", "organisation", "nobody"],
    "marking": ["AMBER"],
    ("briefs", "kind"): ["brief", "alert"],
    ("events", "kind"): ["workshop", "meeting"],
    ("responses", "kind"): ["joint_statement", "letter"],
    ("responses", "status"): ["drafting", "open", "released"],
    ("rsvps", "mode"): ["in_person", "online"],
    ("rsvps", "answer"): ["yes", "no"],
    ("signons", "answer"): ["joins", "cannot", "awaiting", "withdrawn"],
}
OF_EACH = 12


def one_of_each(world):
    """model -> how many rows were made of it, for every guarded model."""
    made = {}
    with transaction():
        ids = audiences(world)
        for table in Model.metadata.sorted_tables:
            model = next((model for model in RULES if model.__table__ is table), None)
            if model is None:
                continue
            there = len(db.session.execute(unguarded(select(table), because="rows of a scene")).all())
            made[model] = there or fill(model, ids)
    db.session.commit()
    return made


def audiences(world):
    """Ids of audiences that differ in who is inside, and one that has ended."""
    choices = [
        world.choose("everyone"),
        world.choose(organisations=("LT",)),
        world.choose("governments", without=("MN",)),
        world.choose("civil_society", organisations=("MN",)),
        world.choose(people=(world.chair, world.rival)),
        world.choose("everyone", until=clock.now() - timedelta(hours=1)),
    ]
    made = [new_audience(world.delegate, choice) for choice in choices]
    for audience in made:
        journal.record(world.delegate, "scene.set", audience)
    return [audience.id for audience in made]


def fill(model, audience_ids):
    table = model.__table__
    columns = [column for column in table.columns if not is_left_out(column)]
    values = {column: list(islice(cycle(possible(column, audience_ids)), OF_EACH)) for column in columns}
    unique = {column for columns in uniques(table) for column in columns}
    rows = []
    for number in range(OF_EACH):
        row = {}
        for shift, column in enumerate(columns):
            # Columns turn at different speeds, so that states, authors and audiences meet in many ways.
            pace = number if column in unique else number // (1 + shift % 3) + shift
            row[column.name] = values[column][pace % OF_EACH]
        rows.append(row)
    rows = first_of_each_key(table, rows)
    db.session.execute(table.insert(), rows)
    return len(rows)


def is_left_out(column):
    if column.name in ("id", "version") or column.computed is not None:
        return True
    has_default = column.default is not None or column.server_default is not None
    return not column.foreign_keys and column.key not in CHOICES and has_default and not column.primary_key


def possible(column, audience_ids):
    table = column.table.name
    if (table, column.name) in CHOICES or column.name in CHOICES:
        return CHOICES.get((table, column.name)) or CHOICES[column.name]
    for key in column.foreign_keys:
        if key.column.table.name == "audiences":
            return audience_ids
        if key.column.table is column.table:
            return [None]
        there = db.session.scalars(unguarded(select(key.column).order_by(key.column), because="rows of a scene")).all()
        assert there, f"{column} needs a row of {key.column.table.name} first"
        return there
    return made_up(column)


def made_up(column):
    kind = column.type
    if isinstance(kind, Instant):
        start = clock.now().replace(microsecond=0) + timedelta(days=10 if "end" in column.name else 1)
        return [start + timedelta(hours=number) for number in range(OF_EACH)]
    if isinstance(kind, JSON):
        return [{}]
    if isinstance(kind, Boolean):
        return [False, True]
    if isinstance(kind, Integer):
        return list(range(1, OF_EACH + 1))
    if column.unique or column.name.endswith("_id") or column.name == "public_id":
        return [new_id() for _ in range(OF_EACH)]
    length = getattr(kind, "length", None) or 200
    return [f"{number} {column.name}"[:length] for number in range(OF_EACH)]


def uniques(table):
    found = [list(table.primary_key.columns)] + [[column] for column in table.columns if column.unique]
    return (
        found
        + [list(index.columns) for index in table.indexes if index.unique]
        + [
            list(constraint.columns)
            for constraint in table.constraints
            if type(constraint).__name__ == "UniqueConstraint"
        ]
    )


def first_of_each_key(table, rows):
    """Rows that do not repeat a unique key; those filled in by the database cannot."""
    for columns in uniques(table):
        names = [column.name for column in columns]
        kept = {}
        for row in rows:
            key = tuple(row.get(name, id(row)) for name in names)
            kept.setdefault(key if None not in key else (id(row),), row)
        rows = list(kept.values())
    return rows
