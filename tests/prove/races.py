"""Races over HTTP: edits, answers of a delegation, places, repeated requests, a lock held by another process.

Each on SQLite in one process, and on PostgreSQL with Redis and two workers. What stands in the database afterwards is
what was answered.
"""

import random

from tests.prove import _races_answers, _races_edits, _races_locks, _races_places, _races_replays, _races_stage
from tests.prove._races import Claims
from tests.prove._report import SEED, scaled
from tests.prove._services import PostgreSQL, Redis
from tests.running import Portal

PARTS = {
    "edits": _races_edits.prove,
    "answers": _races_answers.prove,
    "places": _races_places.prove,
    "replays": _races_replays.prove,
}


def main():
    print(f"seed {SEED}", flush=True)
    embedded = on_sqlite()
    return on_postgresql() and embedded


def on_sqlite():
    return over(Portal("sqlite"), PARTS | {"locks": _races_locks.prove})


def on_postgresql():
    services = []
    try:
        for make in (PostgreSQL, Redis):
            services.append(make())
            services[-1].start()
        database, redis = services
        return over(Portal("postgresql", database=database.database("races"), redis=redis.url, workers=2), PARTS)
    finally:
        for service in services:
            service.remove()


def over(portal, parts):
    """Every part, over one running server. `random` has the same numbers for both kinds."""
    random.seed(SEED)
    try:
        stage = _races_stage.set_up(portal, scaled(50, 4), scaled(60, 12), scaled(10, 2))
        portal.start()
        proved = [prove(portal, stage, f"races, {name}, {portal.kind}") for name, prove in parts.items()]
        claims = Claims(f"races, {portal.kind}")
        crashes = (portal.folder / "server.log").read_text(errors="replace").count("unexpected: ")
        claims("no request met what nobody thought of", f"{crashes} of them", crashes == 0)
        return all(proved) and claims.all_hold
    finally:
        portal.remove()
