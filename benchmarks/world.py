"""The world that is measured: 1,000 threads, 100,000 posts, one thread of 10,000 replies, 500 members. Made once, from a
seed, and kept in a folder for temporary files until the tables or this recipe change.

Members, laws, briefs and threads come by the real actions; replies are copied from a real one (see _bulk). SQLite is
filled, PostgreSQL gets the same rows. Whoever measures takes a copy.
"""

import ast
import hashlib
import random
import shutil
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from flask_security import hash_password
from sqlalchemy import update

from benchmarks._bulk import Pattern, Place, Writer
from benchmarks._cluster import Cluster, copy_rows
from benchmarks._texts import Speaker
from tests import databases
from tests.pages.crowd import rows_of, tables
from tests.world import PASSWORD, fresh, populate
from wg_portal import create_app
from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Account
from wg_portal.accounts.queries import forget_directory, viewer_by_email
from wg_portal.audiences.definitions import meaning
from wg_portal.briefs import actions as briefs
from wg_portal.core import clock
from wg_portal.core.database import db, set_reading
from wg_portal.core.outbox import run_due
from wg_portal.core.transactions import transaction
from wg_portal.demo.story import DATA
from wg_portal.discussions import actions as discussions
from wg_portal.laws import commands as laws
from wg_portal.wiring import MIGRATIONS

SEED = 3
THREADS, POSTS, LONGEST, SHORT, BRIEFS = 1_000, 100_000, 10_000, 20, 200
MEMBERS = {"LT": 80, "CA": 70, "MN": 60, "SE": 70, "TZ": 60, "N1": 80, "S1": 80}
AUTHORS = 40
DAYS = 300
RECIPE = [
    *sorted((MIGRATIONS / "versions").glob("*.py")),
    *(Path(__file__).with_name(f"{name}.py") for name in ("world", "_bulk", "_texts", "_cluster")),
]


def folder():
    """Where the world is kept; another place once the tables or the recipe change, however these are laid out."""
    told = "".join(ast.dump(ast.parse(path.read_text())) for path in RECIPE)
    digest = hashlib.sha256(told.encode()).hexdigest()[:12]
    return Path(gettempdir()) / f"wg-portal-bench-{digest}"


def ready():
    """The folder with both databases, made if it is not there."""
    there = folder()
    if not (there / "made").exists():
        for old in there.parent.glob("wg-portal-bench-*"):
            shutil.rmtree(old, ignore_errors=True)
        there.mkdir(mode=0o755)
        began = time.monotonic()
        make(there)
        (there / "made").touch()
        print(f"World made in {time.monotonic() - began:.0f} s: {there}", file=sys.stderr, flush=True)
    return there


def make(there):
    hurried = databases.folder_in_memory("bench")  # a thousand actions need not wait for a disk
    try:
        write(there, hurried)
    finally:
        shutil.rmtree(hurried, ignore_errors=True)


def write(there, hurried):
    app = create_app(databases.settings(f"sqlite:///{hurried / 'portal.db'}", hurried, SECRET_KEY="world" * 8))
    with app.app_context():
        databases.build()
        forget_directory()
        set_reading(False)
        fill(app)
        db.session.remove()
        with Cluster(there / "postgresql") as cluster:
            copy_rows(db.engine, cluster.database("world"))
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    shutil.copyfile(hurried / "portal.db", there / "portal.db")


def fill(app):
    chance = random.Random(SEED)
    now = clock.now()
    begin = now - timedelta(days=DAYS)
    with app.test_request_context(), clock.as_of(begin):
        seat_everybody()
    laws.import_norms(DATA / "norms.csv", viewer_by_email("secretariat@scenes.example"))
    laws.import_laws(DATA / "laws.csv", viewer_by_email("secretariat@scenes.example"))
    world, speaker = fresh(app), Speaker(chance)
    writer, places = open_threads(world, chance, speaker, begin)
    for place, number in zip(places, lengths(chance), strict=True):
        opened = place.thread["active_at"]
        span = (now - opened) * chance.uniform(0.05, 0.95)
        place.times = [opened + span * chance.random() for _ in range(number)]
    writer.fill(places)
    writer.write()
    threads = tables()["discussions"]
    with db.engine.begin() as connection:
        for place in places:
            of = {name: place.thread[name] for name in ("seq", "count", "active_at")}
            connection.execute(threads.update().where(threads.c.id == place.thread["id"]).values(**of))


def seat_everybody():
    hashed = hash_password(PASSWORD)  # as costly as in earnest: signing in is measured
    populate(hashed)
    set_reading(True)
    with transaction():
        for code, number in MEMBERS.items():
            body = next(row for row in rows_of(tables()["organisations"]) if row["code"] == code)
            for index in range(number):
                address, position = f"m{index}.{code.lower()}@scenes.example", "alternate" if index < 2 else "delegate"
                name = f"Member {index}" if index % 3 else ""
                accounts.seat(body["id"], position, address, hashed, timezone="Europe/Vilnius", name=name)
        db.session.execute(update(Account).values(hold=0))


def lengths(chance):
    """How many replies each thread gets: one long, half of them short, the others in between; POSTS in all."""
    between = THREADS // 2 - 1
    rest = POSTS - LONGEST - SHORT * (THREADS // 2)
    shares = [chance.uniform(0.2, 1.8) for _ in range(between)]
    told = [round(rest * share / sum(shares)) for share in shares]
    told[-1] += rest - sum(told)
    return [LONGEST, *[SHORT] * (THREADS // 2), *told]


def open_threads(world, chance, speaker, begin):
    """(Writer, [Place]): THREADS threads by the real actions, each under one of eight audiences."""
    codes = list(MEMBERS)
    authors = [
        viewer_by_email(f"m{number % 10}.{codes[number % 7].lower()}@scenes.example") for number in range(AUTHORS)
    ]
    choices = [
        world.choose("everyone"),
        world.choose("governments", "civil_society", "secretariat"),
        world.choose("governments", "civil_society", marking="GREEN"),
        world.choose("governments"),
        world.choose("governments", "civil_society", without=["MN"]),
        world.choose("governments", "civil_society", as_="organisation"),
        world.choose("civil_society", "secretariat"),
        world.choose(organisations=["LT", "SE", "N1"]),
    ]
    inside = [meaning(choice.definition).members for choice in choices]
    places, speakers, pattern = [], {}, None
    for number in range(THREADS):
        # The long one is for everybody; of the others most are.
        which = 0 if number == 0 else chance.choices(range(len(choices)), [6, 6, 4, 4, 2, 2, 1, 1])[0]
        choice, able = choices[which], [one for one in authors if one.id in inside[which]]
        with clock.as_of(begin + timedelta(days=DAYS * number / THREADS * 0.9)):
            thread = open_one(number, chance.choice(able), choice, speaker)
        speakers[thread["audience_id"]] = able
        pattern = pattern or real_reply(able[0], thread)
        deepest = 3 if 0 < number <= THREADS // 2 else 5  # a short one shows all of itself on its page
        places.append(Place(thread, deepest))
    return Writer(chance, pattern, speaker, speakers), places


def open_one(number, author, choice, speaker):
    """A thread of a brief, or one that stands alone, as its row."""
    language = speaker.language()
    title, body = speaker.title(language), speaker.say(language)
    table = tables()["discussions"].c
    if number % (THREADS // BRIEFS) == 2:
        content = briefs.Content("brief", title, language, "\n\n".join(speaker.say(language) for _ in range(6)))
        content.countries = ["EG", "ET", "GE", "SV", "TN"][number % 3 : number % 3 + 2]
        brief = briefs.publish(author, content, choice, "/briefs/new", {})
        found = rows_of(tables()["discussions"], table.about == f"briefs/{brief.public_id}")
    else:
        targets = [f"countries/{code}" for code in ("EG", "KG")[: number % 3]]
        thread = discussions.start(author, choice, title, body, language, targets=targets)
        found = rows_of(tables()["discussions"], table.id == thread.id)
    db.session.rollback()
    db.session.expunge_all()
    return found[0]


def real_reply(author, thread):
    """The rows that a held and released reply leaves: the pattern for all others. It goes again itself."""
    post = discussions.reply(replace(author, hold=5), thread["public_id"], "A reply.", "en")
    name = post.public_id
    with clock.as_of(clock.now() + timedelta(seconds=6)):
        assert run_due() == 1
    pattern = Pattern.of(name)
    db.session.rollback()
    [now] = rows_of(tables()["discussions"], tables()["discussions"].c.id == thread["id"])
    thread |= now
    db.session.rollback()
    return pattern


def main():
    there = ready()
    size = sum(path.stat().st_size for path in there.glob("portal.db*")) >> 20
    print(f"The world is in {there} (SQLite {size} MiB).")
    return 0
