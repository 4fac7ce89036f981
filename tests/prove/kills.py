"""Kills under write load: whatever was answered is there, whatever was not is whole or absent, and nothing is twice.

Members write over HTTP while every process of the server is killed at random moments (SIGKILL: no farewell, nothing
flushed) and started again; whoever got no answer sends the same form again with the same key. After each kill the
database is held against what was sent, before anything has opened it again; and all of it once more at the end, over
HTTP too. On SQLite embedded, and on PostgreSQL with two workers and jobs beside them, where some kills take PostgreSQL
down as well. WG_PORTAL_PROVE_KILLS=sqlite or postgresql runs one of them.
"""

import os
import random
import statistics
import time
from collections import Counter

from sqlalchemy import text

from tests.prove._kills_house import damage
from tests.prove._kills_ledger import Ledger
from tests.prove._kills_pages import read_everything
from tests.prove._kills_site import Site, set_up
from tests.prove._kills_writers import Storm, Writer
from tests.prove._report import SEED, claim, scaled
from tests.prove._services import until
from wg_portal.accounts.models import Account
from wg_portal.core.database import db

KINDS = ("sqlite", "postgresql")
KILLS, OF_POSTGRESQL, WRITES = 50, 10, 10_000  # of each kind
ACCEPTING = 5  # seconds from the restart to the first write that is answered
SORTS = {
    "lost": "answered writes that were lost",
    "half": "writes that are half there",
    "doubled": "writes that are there twice",
    "left": "drafts left behind by what was sent",
}
SWEEP = 75  # seconds: the outbox is swept once a minute


def main():
    print(f"seed {SEED}", flush=True)
    wanted = os.environ.get("WG_PORTAL_PROVE_KILLS", "")
    began = time.monotonic()
    runs = [Run(kind) for kind in KINDS if wanted in kind]
    holds = [run.prove() for run in runs]
    if len(runs) > 1:
        writes, kills = sum(run.storm.answered for run in runs), sum(run.kills for run in runs)
        took = time.monotonic() - began
        figure = f"{kills} kills, {writes:,} writes, {took:.0f} s, {writes / took:.0f} writes/s with all restarts"
        holds.append(claim("kills", "kills, and writes that were answered", figure, writes >= 2 * scaled(WRITES, 200)))
    return all(holds)


class Run:
    """One database: so many lives of the server, each ended by a kill, and one more to finish in."""

    def __init__(self, kind):
        self.kind, self.random = kind, random.Random(f"{SEED} {kind}")
        self.goal, lives = scaled(WRITES, 200), scaled(KILLS, 3)
        shares = [self.random.uniform(0.2, 1.8) for _life in range(lives)]
        # How many writes are answered, in all, when each life ends.
        self.ends = [round(self.goal * sum(shares[: life + 1]) / sum(shares)) for life in range(lives)]
        hit = self.random.sample(range(lives), scaled(OF_POSTGRESQL, 1)) if kind == "postgresql" else []
        # Whether PostgreSQL is killed too: at the same moment, or a moment before.
        self.leads = {life: self.random.choice([0, self.random.uniform(0, 0.3)]) for life in hit}
        self.kills, self.loaded, self.accepting, self.recovering = 0, 0.0, [], []
        self.storm = Storm()

    def prove(self):
        site = Site(self.kind)
        try:
            return self.over(site)
        except BaseException:
            for log in ("server.log", "jobs.log"):
                if site.portal and (site.portal.folder / log).exists():
                    print((site.portal.folder / log).read_text(errors="replace")[-3000:])
            raise
        finally:
            self.storm.over.set()
            self.storm.gone.set()
            site.remove()

    def over(self, site):
        stage = set_up(site.portal)
        writers = self.writers(site.portal, stage)
        reader = site.portal.member("delegate")
        with site.portal.app.app_context():
            db.engine.dispose()
        with site.alive() as connection:
            ledger = Ledger(self.storm, connection)
        site.start()
        for writer in writers:
            writer.start()
        self.begin(time.monotonic(), restarted=False)
        for life, end in enumerate(self.ends):
            self.live(end)
            recovery = self.kill(site, life)
            with site.at_rest() as connection:
                ledger.look(connection)
            began = time.monotonic()
            site.start()
            self.begin(began - recovery)
        self.live(self.goal)
        self.storm.over.set()
        for writer in writers:
            writer.join(60)
        self.calm()
        with site.alive() as connection:
            calm_at = time.monotonic()
            while held := self.count(connection, "SELECT count(*) FROM outbox WHERE done_at IS NULL"):
                if time.monotonic() - calm_at > SWEEP:
                    break
                time.sleep(0.1)
            waited = time.monotonic() - calm_at
            ledger.look_at_all(connection)
            harm = damage(connection)
        found, seen = read_everything(reader, ledger, stage)
        self.unexpected = site.unexpected()
        return self.say(ledger, harm, found, seen, (held, waited))

    def writers(self, portal, stage):
        """Signed in before the start: nothing of the proof has the database open during the storm."""
        made = []
        for number, (name, held, speaks) in enumerate(stage.cast):
            member = portal.member(name)
            made.append(
                Writer(self.storm, stage, number, member, portal.stage(lambda _, n=name: id_of(n)), held, speaks)
            )
        return made

    def begin(self, restarted_at, restarted=True):
        """The server answers: let the members at it, and see when the first write is through."""
        self.storm.begins()
        self.storm.up.set()
        until(lambda: self.storm.first_at or self.calm(), "a write that is answered", 60)
        if restarted:
            self.accepting.append(self.storm.first_at - restarted_at)

    def live(self, end):
        """Until so many writes were answered in all, and a little longer."""
        until(lambda: self.storm.answered >= end or self.calm(), f"{end} writes", 120)
        time.sleep(self.random.uniform(0, 0.03))
        self.loaded += time.monotonic() - self.storm.first_at

    def kill(self, site, life):
        """Returns the seconds that PostgreSQL took to come back, where it was hit too."""
        site.kill(self.leads.get(life))
        self.storm.up.clear()
        self.kills += 1
        if life not in self.leads:
            return 0
        began = time.monotonic()
        site.postgresql.start()
        self.recovering.append(time.monotonic() - began)
        return self.recovering[-1]

    def calm(self):
        """Nothing is wrong with the members themselves. Never true, so that it can stand in what is waited for."""
        if self.storm.trouble:
            raise RuntimeError(f"a member stopped writing: {self.storm.trouble}")
        return False

    @staticmethod
    def count(connection, statement):
        number = connection.scalar(text(statement))
        connection.rollback()
        return number

    def say(self, ledger, harm, found, seen, end):
        """All claims of this database. end: (errands still open, seconds waited for them). Returns whether they hold."""
        storm, holding = self.storm, []

        def claims(what, figure, holds):
            holding.append(claim(f"kills, {self.kind}", what, figure, holds))

        self.tell(ledger, harm)
        rate = storm.answered / self.loaded
        figure = f"{storm.answered:,} after {self.kills} kills, {rate:.0f} a second under load"
        claims("writes that were answered", figure, storm.answered >= self.goal and self.kills == len(self.ends))
        for sort, what in SORTS.items():
            number = len(set(ledger.found[sort]))
            claims(what, f"{number} of {len(storm.writes):,}", number == 0)
        hit = ledger.done + ledger.undone
        figure = f"{hit}: {ledger.done} were whole, {ledger.undone} absent; {storm.again} answered ones sent again"
        claims("writes under way when the server was killed", figure, hit >= self.kills)
        claims("writes that were refused", len(storm.refused), not storm.refused)
        claims("damage that the database finds in its files", len(harm), not harm)
        worst = max(self.accepting)
        figure = f"p50 {statistics.median(self.accepting):.1f} s, worst {worst:.1f} s"
        if self.recovering:
            figure += (
                f", of which PostgreSQL, killed {len(self.recovering)} times, at most {max(self.recovering):.1f} s"
            )
        claims(f"accepting again within {ACCEPTING} s of the restart", figure, worst <= ACCEPTING)
        late = sorted(ledger.late) or [-1.0]
        figure = f"{len(late)}, p50 {statistics.median(late):.1f} s after their time, worst {late[-1]:.1f} s"
        figure += f"; {end[0]} still held {end[1]:.0f} s after the storm"
        claims("held texts that went out by themselves, once", figure, late[0] >= 0 and not end[0])
        figure = ", ".join(f"{number:,} {what}" for what, number in [*seen.items(), *found.items()])
        claims("members read all of it over HTTP, once", figure, not found)
        return all(holding)

    def tell(self, ledger, harm):
        """What was sent, and the first of whatever is wrong."""
        kinds = Counter(write.kind + " held" * write.held for write in self.storm.writes if write.answered)
        told = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
        print(f"       {told}; answers {dict(self.storm.statuses)}")
        wrong = [f"{sort}: {what}" for sort, found in ledger.found.items() for what in list(dict.fromkeys(found))[:6]]
        wrong += [*self.storm.refused[:6], *harm[:6]]
        for sentence in wrong + [f"{number} times {what}" for what, number in self.unexpected.most_common(6)]:
            print(f"       {sentence}")


def id_of(name):
    address = name if "@" in name else f"{name}@scenes.example"
    return db.session.query(Account).filter_by(email=address).one().member_id
