"""The live stream is complete and in order, whatever happens to the lines and to Redis.

Twenty readers run the page's own script over pages of twenty conversations; five writers talk in them through the
portal's forms; the readers' connections are cut. At the end each page must be what the database says.
"""

import time
from collections import Counter
from contextlib import ExitStack

from tests.prove import _lines_judge as judge
from tests.prove._lines_away import away
from tests.prove._lines_fleet import Fleet
from tests.prove._lines_storm import CUTS, Saboteur, Storm, open_threads
from tests.prove._report import claim, scaled
from tests.prove._services import PostgreSQL, Redis
from tests.running import Portal

SETTLE = 90  # seconds within which every page must be complete after the last event; a mute line lasts up to 50


def main():
    holds = [*several_workers(), *one_process()]
    return all(holds)


def several_workers():
    """Two workers, PostgreSQL and Redis."""
    with ExitStack() as stack:
        postgresql = PostgreSQL().start()
        stack.callback(postgresql.remove)
        redis = Redis().start()
        stack.callback(redis.remove)
        portal = Portal("postgresql", workers=2, database=postgresql.database("lines"), redis=redis.url)
        stack.callback(portal.remove)
        portal.start()
        readers, writers = people(portal, 20, 5)
        yield from cut_lines("two workers", portal, readers, writers, 20, scaled(10_000), scaled(1_000), redis)
        for way in ("killed", "hung"):
            yield from away(way, portal, readers, writers, redis)


def one_process():
    """SQLite, no Redis."""
    portal = Portal("sqlite")
    try:
        portal.start()
        readers, writers = people(portal, 10, 3)
        yield from cut_lines("one process", portal, readers, writers, 6, scaled(1_500), scaled(150))
    finally:
        portal.remove()


def people(portal, readers, writers):
    """Signed-in members: of two governments, so that nothing stays within one's own; writers hold nothing."""
    read = portal.crowd(readers, "SE", prefix="reader")
    write = portal.crowd(writers, "LT", prefix="writer")
    return [portal.member(name) for name in read], [portal.member(name) for name in write]


def cut_lines(part, portal, readers, writers, threads, events, cuts, redis=None):
    """The storm of events and cuts, then the comparison. Yields whether each claim holds."""
    names = open_threads(portal, writers[0].name, threads)
    fleet = Fleet(portal, readers, names)
    try:
        began = time.monotonic()
        storm = Storm(part, writers, names, events).start()
        saboteur = Saboteur(fleet, storm, cuts)
        saboteur.start()
        restarted = watch(fleet, storm, events, redis)
        storm.join()
        saboteur.join()
        lasted = time.monotonic() - began
        real = judge.truth(portal, names)
        settled = settle(fleet, real)
        told = fleet.report()
        workers = Counter(len(pids) for pids in fleet.workers.values())
    finally:
        fleet.remove()
    verdict = judge.judge(real, storm, told["readers"])
    for example in [*verdict.examples, *storm.refused[:5], *told["troubles"][:5]]:
        print("      ", example)
    if storm.refused:
        print(portal.said()[-2000:])
    counted = f"{events} events by {len(writers)} in {threads} threads, {lasted:.0f} s"
    verbs = Counter(event.verb.split(".")[1] for event in storm.done)
    said = ", ".join(f"{verb} {number}" for verb, number in sorted(verbs.items()))
    yield claim(part, f"{counted}: all acknowledged ({said})", len(storm.done), len(storm.done) == events)
    kinds = ", ".join(f"{kind} {saboteur.made[kind]}" for kind in CUTS)
    opened = sum(reader["lines"] for reader in told["readers"])
    figure = f"{saboteur.total}, {saboteur.broken} connections; {opened} lines opened"
    yield claim(part, f"cuts of {len(readers)} readers' lines ({kinds})", figure, saboteur.total == cuts)
    if redis:
        # Lines are looked at twice a second: some come and go unseen.
        both = workers[2]
        yield claim(
            part, "readers whose lines were seen in both workers", f"{both} of {len(readers)}", both >= len(readers) / 2
        )
        yield claim(part, "Redis restarted in the middle, away for", f"{restarted:.1f} s", restarted > 0)
    compared = f"of {verdict.pictures} pictures, {verdict.posts} posts, {verdict.applied} changes applied"
    for what in ("missing", "doubled", "disordered", "ghosts"):
        yield claim(part, f"{what}, {compared}", getattr(verdict, what), getattr(verdict, what) == 0)
    yield claim(part, "numbers of threads that do not fit the journal", verdict.unnumbered, verdict.unnumbered == 0)
    stumbles = len(told["troubles"]) + sum(reader["left"] for reader in told["readers"])
    yield claim(part, "times the page's script stumbled or left its page", stumbles, stumbles == 0)
    figure = "never" if settled is None else f"{settled:.1f} s"
    yield claim(part, f"after the last event every page is complete, at most {SETTLE} s", figure, settled is not None)
    found = judge.delays(told["readers"])
    median, late = judge.percentile(found, 0.5), judge.percentile(found, 0.99)
    figure = f"p50 {median:.2f} s, p99 {late:.2f} s of {len(found)}"
    yield claim(part, "from hint to applied, cuts and restart included", figure, len(found) > 0)


def watch(fleet, storm, events, redis):
    """While the storm lasts: note who serves whom, and restart Redis once, half way. Returns for how long it was away."""
    away_for = 0.0
    while storm.is_running:
        fleet.note_workers()
        if redis and not away_for and len(storm.done) > events / 2:
            began = time.monotonic()
            redis.stop()
            time.sleep(1)  # short: no page misses enough pulses to notice by itself
            redis.start()
            away_for = time.monotonic() - began
        time.sleep(0.5)
    return away_for


def settle(fleet, real):
    """Seconds until every page has come as far as the database, or None."""
    began = time.monotonic()
    while time.monotonic() - began < SETTLE:
        if not fleet.behind(real.seqs):
            return time.monotonic() - began
        time.sleep(0.25)
    return None
