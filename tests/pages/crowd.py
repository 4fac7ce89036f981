"""Many rows: whatever one row of each kind is, copied in bulk below the actions, so that a thousand take a second."""

from sqlalchemy import insert, select

from wg_portal.core.database import Model, db
from wg_portal.core.ids import new_id
from wg_portal.core.visibility import unguarded
from wg_portal.discussions.actions import as_step

BECAUSE = "rows for measuring are copied below the door"


def tables():
    return Model.metadata.tables


def rows_of(table, *conditions):
    statement = unguarded(select(table).where(*conditions), because=BECAUSE)
    return [dict(row._mapping) for row in db.session.execute(statement)]


def next_id(table):
    return (db.session.scalar(unguarded(select(db.func.max(table.c.id)), because=BECAUSE)) or 0) + 1


def put(table, rows):
    if rows:
        with db.engine.begin() as connection:
            connection = connection.execution_options(unguarded=BECAUSE)
            for at in range(0, len(rows), 500):
                connection.execute(insert(table), rows[at : at + 500])


def copies(table, row, how_many, **changed):
    """`how_many` copies of a row, with ids of their own. changed: column -> value, or function(index, public_id)."""
    first, made = next_id(table), []
    for index in range(how_many):
        public_id = new_id()
        copy = {**row, "id": first + index, "public_id": public_id}
        for name, value in changed.items():
            copy[name] = value(index, public_id) if callable(value) else value
        made.append(copy)
    return made


def multiply(kind, public_id, number, **changed):
    """Copies of an item with its cards, links and index entries, as lists and search meet them."""
    table = tables()[kind]
    [row] = rows_of(table, table.c.public_id == public_id)
    made = copies(table, row, number, **changed)
    db.session.rollback()
    put(table, made)
    copy_links(kind, public_id, made)
    copy_cards(kind, public_id, made)
    return made


def copy_links(kind, public_id, made):
    table = tables()["links"]
    found = rows_of(table, table.c.kind == kind, table.c.public_id == public_id)
    start, rows = next_id(table), []
    for copy in made:
        rows += [{**one, "id": start + len(rows) + at, "public_id": copy["public_id"]} for at, one in enumerate(found)]
    db.session.rollback()
    put(table, rows)


def copy_cards(kind, public_id, made):
    """The cards that other pages and search find a row by, and what search knows of them."""
    table = tables()["cards"]
    found = rows_of(table, table.c.kind == kind, table.c.public_id == public_id)
    if not found:
        return
    [card] = found
    start = next_id(table)
    cards = [
        {**card, "id": start + at, "public_id": copy["public_id"], "host": f"{kind}/{copy['public_id']}"}
        for at, copy in enumerate(made)
    ]
    db.session.rollback()
    put(table, cards)
    for name in ("documents", "postings"):
        beside = tables()[name]
        there = rows_of(beside, beside.c.card_id == card["id"])
        db.session.rollback()
        put(beside, [{**one, "card_id": copy["id"]} for copy in cards for one in there])


def multiply_posts(thread_id, number):
    """Copies of a thread's last post, each in its place."""
    posts, threads = tables()["posts"], tables()["discussions"]
    [row] = rows_of(posts, posts.c.thread_id == thread_id, posts.c.state == "published", posts.c.depth == 1)[-1:]
    [thread] = rows_of(threads, threads.c.id == thread_id)
    seq = thread["seq"]
    made = copies(
        posts,
        row,
        number,
        seq=lambda index, _id: seq + index + 1,
        changed_seq=lambda index, _id: seq + index + 1,
        path=lambda index, _id: as_step(seq + index + 1),
    )
    db.session.rollback()
    put(posts, made)
    with db.engine.begin() as connection:
        connection = connection.execution_options(unguarded=BECAUSE)
        changed = threads.update().where(threads.c.id == thread_id)
        connection.execute(changed.values(seq=seq + number, count=thread["count"] + number))


def multiply_children(name, number, **conditions):
    """Copies of one child row, such as a step of a law's history."""
    table = tables()[name]
    [row] = rows_of(table, *(table.c[column] == value for column, value in conditions.items()))[:1]
    made = copies(table, row, number)
    db.session.rollback()
    put(table, made)
