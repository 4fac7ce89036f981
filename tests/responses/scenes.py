"""What scenes about responses share."""

from datetime import timedelta

from sqlalchemy import select, update

from wg_portal.audiences import queries as audiences
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.journal import Entry
from wg_portal.core.visibility import readable, seen_by, unguarded
from wg_portal.responses import actions, queries
from wg_portal.responses.models import Response, Text

WORDS = ["*Recall* that everyone may associate.", "*Call upon* the authorities to **suspend** the register."]


def text(world, lead="SE", **changes):
    words = {
        "title": "On the register of foreign representatives",
        "kind": "joint_statement",
        "language": "en",
        "lead_id": world.bodies[lead].id,
        "pen_holder_id": world.bodies["SE"].id,
        "paragraphs": WORDS,
    }
    return Text(**words | changes)


def started(world, *circles, actor=None, without=(), marking="AMBER", **changes):
    """A response that has gone out, in drafting."""
    from wg_portal.core.outbox import Errand, run_one

    choice = world.choose(
        *(circles or ("governments", "civil_society", "secretariat")), marking=marking, without=without
    )
    response = actions.start(actor or world.neighbour, text(world, **changes), choice)
    for errand in db.session.query(Errand).filter(Errand.done_at.is_(None)).all():
        errand.due_at = clock.now() - timedelta(seconds=1)
        id = errand.id
        db.session.commit()
        assert run_one(id) == 1
    db.session.rollback()
    return response.public_id


def opened(world, *circles, minimum=None, list_for="delegations", **more):
    public_id = started(world, *circles, **more)
    response = seen(world.neighbour, public_id)
    actions.open_for_signature(
        world.neighbour, public_id, response.version, clock.now() + timedelta(days=3), minimum, list_for
    )
    return public_id


def seen(member, public_id):
    rows = readable(Response)
    statement = select(rows).where(rows.public_id == public_id).execution_options(populate_existing=True)
    return db.session.scalar(statement, seen_by(member))


def told(member, public_id):
    """organisation code -> what the member's table says of it."""
    response, audience = audiences.item(member, Response, public_id)
    return {line.organisation.code: line.standing for line in queries.standing(member, response, audience).lines}


def tally(member, public_id):
    response, audience = audiences.item(member, Response, public_id)
    return queries.standing(member, response, audience).tally


def released(world, public_id):
    return actions.release(world.neighbour, public_id, seen(world.neighbour, public_id).version)


def end_by_clock(public_id, model=Response, **values):
    """The clock moves past a deadline: the row is set back instead."""
    table = model.__table__
    row = table.c.public_id == public_id
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(table).where(row).values(**values))


def journal_lines(verb):
    statement = select(Entry).where(Entry.verb == verb).order_by(Entry.id)
    return db.session.scalars(unguarded(statement, because="a scene looks behind the door")).all()


def world_release(world):
    from wg_portal.core.outbox import Errand, run_one

    for errand in db.session.query(Errand).filter(Errand.done_at.is_(None)).all():
        errand.due_at = clock.now() - timedelta(seconds=1)
        id = errand.id
        db.session.commit()
        run_one(id)
    db.session.rollback()


def token_of(page):
    return page.split('name="csrf_token" value="')[1].split('"')[0]
