"""What scenes about events share."""

from datetime import timedelta

from sqlalchemy import select

from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.journal import Entry
from wg_portal.core.visibility import readable, seen_by
from wg_portal.events import actions
from wg_portal.events.models import Event, Plan

EVERYONE = ("everyone",)


def plan(**changes):
    start = (clock.now() + timedelta(days=30)).replace(hour=9, minute=0, second=0, microsecond=0)
    words = {
        "kind": "seminar",
        "title": "Advising parliaments",
        "language": "en",
        "starts_at": start,
        "ends_at": start + timedelta(hours=3),
        "zone": "Europe/Vilnius",
        "place": "Vilnius, town hall",
        "online_link": "https://meet.example/room",
        "about": "How comments reached committees in *time*.",
        "agenda": [{"time": "11:00", "title": "Opening", "speaker": "Chair"}],
    }
    return Plan(**words | changes)


def held(world, actor=None, circles=EVERYONE, marking="GREEN", without=(), **changes):
    """An event that has gone out."""
    event = actions.schedule(
        actor or world.secretariat, plan(**changes), world.choose(*circles, marking=marking, without=without)
    )
    db.session.commit()
    while_held(world)
    return event.public_id


def while_held(world):
    from wg_portal.core.outbox import Errand, run_one

    for errand in db.session.query(Errand).filter(Errand.done_at.is_(None)).all():
        errand.due_at = clock.now() - timedelta(seconds=1)
        id = errand.id
        db.session.commit()
        assert run_one(id) == 1
    db.session.rollback()


def seen(world, member, public_id):
    events = readable(Event)

    return db.session.scalar(select(events).where(events.public_id == public_id), seen_by(member))


def journal_lines(verb):

    from wg_portal.core.visibility import unguarded

    return db.session.scalars(
        unguarded(select(Entry).where(Entry.verb == verb), because="a scene looks behind the door")
    ).all()


def form_of_event(**changes):
    fields = {
        "title": "Workshop on registration",
        "kind": "workshop",
        "language": "en",
        "zone": "Europe/Vilnius",
        "starts_on": "2030-03-28",
        "starts_time": "09:30",
        "ends_time": "12:00",
        "venue": "Vilnius",
        "agenda": "09:30 Opening | Chair\n10:00 Case: a register",
        "preset": "governments",
        "marking": "AMBER",
        "attribution": "named",
    }
    return fields | changes
