"""A full disk: a small file system of our own, another file that takes all of it, and members who go on."""

import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.prove import _outages
from tests.prove._report import claim, scaled
from wg_portal.core.database import db

PART = "outages"
WITHIN = 5  # seconds from the first free byte to the first reply
PATIENCE = 60  # seconds in which a disk must have refused enough


class Disk:
    """A tmpfs of so many MiB. Raises RuntimeError where it cannot be mounted: that takes root."""

    def __init__(self, size):
        self.folder = Path(tempfile.mkdtemp(prefix="wg-portal-disk-"))
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=755", "tmpfs", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            self.folder.rmdir()
            raise RuntimeError(f"a full disk needs a small file system, and mounting one needs root: {done.stderr}")

    def fill(self):
        """To the last byte."""
        with open(self.folder / "another file", "ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(b"\0" * size):
                        pass
                except OSError:
                    continue

    def free(self):
        (self.folder / "another file").unlink()

    def remove(self):
        subprocess.run(["umount", "-l", str(self.folder)], capture_output=True)
        self.folder.rmdir()


def on_postgresql(postgresql, disk):
    """A database of this cluster whose tables are on this disk; its log of changes stays where there is room."""
    place = disk.folder / "tables"
    place.mkdir()
    if postgresql.user:
        subprocess.run(["chown", "postgres:postgres", place], check=True)
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        connection.execute("CREATE DATABASE full_disk TABLESPACE small")
    return postgresql.url.rsplit("/", 1)[0] + "/full_disk"


def fill_up(portal, disk, where, page, names):
    """The claims of a full disk, on a running server."""
    members = [portal.member(name) for name in names]
    writers, reader = members[:-1], members[-1]
    reads = [page, "/", "/discussions", "/laws", "/search?q=article", "/healthz"]
    before = _outages.pids(portal)
    been_away(portal)  # whoever reads is also noted to be there: with a full disk, nobody can be
    asked, refused = _outages.Asked(), scaled(100, least=20)
    with _outages.Writers(writers, page, length=400) as writing:
        time.sleep(1)
        disk.fill()
        until = time.monotonic() + PATIENCE
        while len(writing.refused) < refused and time.monotonic() < until:
            for address in reads:
                asked.ask(address, lambda to=address: reader.get(to), status)
            time.sleep(0.1)
    good = claim(
        PART,
        f"{where}, disk full: at least {refused} replies are refused with 503 in our look, each with its text",
        f"{len(writing.refused)} refused, {len(writing.acknowledged)} stored; otherwise {writing.wrong[:3]}",
        len(writing.refused) >= refused and not writing.wrong,
    )
    good &= claim(PART, f"{where}, disk full: reads go on", asked, asked.seconds and not asked.wrong)
    disk.free()
    freed, statuses = time.monotonic(), []
    while time.monotonic() - freed < 3 * WITHIN:
        statuses.append(reader.submit(page, field="body", body="There is room again.").status_code)
        if statuses[-1] == 303:
            break
        time.sleep(0.05)
    took = time.monotonic() - freed
    good &= claim(
        PART,
        f"{where}, space freed: replies are stored again within {WITHIN} s",
        f"after {took:.2f} s, in the same processes: {_outages.pids(portal) == before}",
        statuses[-1] == 303 and took <= WITHIN and _outages.pids(portal) == before,
    )
    return good & nothing_half(portal, f"{where}, disk full", writing)


def nothing_half(portal, where, writing):
    """Whatever was said is there once; whatever was refused is there once after its page was sent again as it stood."""
    no = writing.send_again()
    texts = _outages.copies(portal, [*writing.acknowledged, *writing.refused])
    wrong = {text: times for text, times in texts.items() if times != 1}
    good = claim(
        PART,
        f"{where}: replies acknowledged, and replies refused and sent again, are there exactly once",
        f"{len(writing.acknowledged)} and {len(writing.refused)}; not once: {len(wrong)} {list(wrong.items())[:3]}; "
        f"refused again: {no[:3]}",
        texts and not wrong and not no,
    )
    halves = _outages.halves(portal)
    good &= claim(PART, f"{where}: nothing is half, in rows, journal, index or keys", halves or "0", not halves)
    # What the proof itself counted is no secret; what members typed is, and none of it belongs in a log.
    log = (portal.folder / "server.log").read_text(errors="replace")
    told = [text for text in texts if text in log]
    return good & claim(
        PART, f"{where}: no line of the log holds what was typed", f"{len(told)} of {len(texts)}", not told
    )


def been_away(portal):
    """As if nobody had asked for anything for five minutes."""

    def age(_world):
        with db.engine.begin() as connection:
            connection = connection.execution_options(unguarded="a proof lets time pass")
            minutes = "seen_at - interval '5 minutes'" if portal.database else "datetime(seen_at, '-5 minutes')"
            connection.exec_driver_sql(f"UPDATE auth_sessions SET seen_at = {minutes}")

    portal.stage(age)


def status(answer):
    return None if answer.status_code == 200 else answer.status_code
