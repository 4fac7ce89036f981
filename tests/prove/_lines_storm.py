"""Writers who talk in conversations through the portal's own forms, and whoever cuts the readers' lines meanwhile."""

import itertools
import random
import re
import secrets
import threading
import time
from dataclasses import dataclass

import requests

from tests.prove._report import SEED
from wg_portal.accounts.models import Account
from wg_portal.accounts.queries import viewer_of
from wg_portal.core.database import db
from wg_portal.discussions import actions

BURST = (20, 60)  # so many events a writer makes in a conversation before going to another
CUTS = {"line": 50, "all": 25, "away": 14, "mute": 8, "silent": 3}  # kind -> in a hundred
SECONDS = {"away": (0.5, 4), "mute": (5, 50), "silent": (5, 30)}
SLACK = 5  # cuts that writers may be ahead
DEEPEST = 3  # the levels a page shows


@dataclass
class Event:
    """What a writer did and the server acknowledged. at: monotonic seconds of the answer; took: seconds."""

    number: int
    verb: str
    thread: str
    post: str
    sent: float
    at: float
    took: float


def open_threads(portal, address, number):
    """Names of so many new conversations of the governments, opened by the member of this address, who holds nothing."""

    def open_them(world):
        account = db.session.query(Account).filter_by(email=address).one()
        opener = viewer_of(account.member_id)
        choice = world.choose("governments")
        opened = [actions.start(opener, choice, f"Line {index}", "It begins.", "en") for index in range(number)]
        return [f"discussions/{thread.public_id}" for thread in opened]

    return portal.stage(open_them)


class Storm:
    """`writers` make `number` events in `threads`. pause: seconds between two events of a writer."""

    def __init__(self, name, writers, threads, number=None, pause=0.0):
        self.writers, self.threads, self.number, self.pause = writers, threads, number, pause
        self.done, self.refused, self.posts = [], [], {name: [] for name in threads}  # posts: [(id, depth)]
        self.numbers, self.over = itertools.count(1), threading.Event()
        self.may_go = lambda number: True  # whoever cuts lines may hold the writers up
        self.workers = [
            threading.Thread(target=self.write, args=[writer, random.Random(f"{SEED}-{name}-{index}")], daemon=True)
            for index, writer in enumerate(writers)
        ]

    def start(self):
        for worker in self.workers:
            worker.start()
        return self

    def stop(self):
        self.over.set()
        self.join()

    def join(self):
        for worker in self.workers:
            worker.join()

    @property
    def is_running(self):
        return any(worker.is_alive() for worker in self.workers)

    def write(self, writer, dice):
        own = {name: [] for name in self.threads}  # posts of this writer that stand
        token = writer.form(f"/{self.threads[0]}", field="body")[1]["csrf_token"]
        left, thread = 0, None
        while not self.over.is_set():
            if not left:
                left, thread = dice.randint(*BURST), dice.choice(self.threads)
            left -= 1
            number = next(self.numbers)
            if self.number and number > self.number:
                return
            while not self.may_go(number):
                time.sleep(0.05)
            self.act(writer, dice, token, number, thread, own[thread])
            time.sleep(self.pause)

    def act(self, writer, dice, token, number, thread, own):
        """One event: six in ten reply, the others edit or withdraw something of one's own, often what was just said."""
        verb = dice.choices(["post.published", "post.edited", "post.withdrawn"], [60, 28, 12])[0] if own else None
        post = dice.choice(own[-3:] if dice.random() < 0.5 else own) if own else None
        keys = {"csrf_token": token, "once": secrets.token_urlsafe(16)}
        words = f"Event {number}. " + " ".join(dice.choices(["we", "hear", "of", "a", "law", "that", "binds"], k=12))
        began = time.monotonic()
        try:
            if verb == "post.edited":
                answer = writer.submit(f"/posts/{post}/edit", f"/posts/{post}/edit", body=words)
            elif verb == "post.withdrawn":
                answer = writer.post(f"/posts/{post}/withdraw", data=keys)
            else:
                verb, parents = "post.published", [id for id, depth in self.posts[thread] if depth < DEEPEST]
                parent = dice.choice(parents[-8:]) if parents and dice.random() < 0.5 else ""
                fields = {"body": words, "language": "en", "parent": parent, "intent": "post", **keys}
                answer = writer.post(f"/{thread}/posts", data=fields)
        except (requests.RequestException, AssertionError) as trouble:
            return self.refused.append((number, verb, type(trouble).__name__, began, time.monotonic() - began))
        ended = time.monotonic()
        if answer.status_code != 303:
            return self.refused.append((number, verb, answer.status_code, began, ended - began))
        if verb == "post.published":
            post = re.search(r"#post-([\w-]+)$", answer.headers["Location"]).group(1)
            depth = dict(self.posts[thread]).get(parent, 0) + 1
            self.posts[thread].append((post, depth))
            own.append(post)
        elif verb == "post.withdrawn":
            own.remove(post)
        self.done.append(Event(number, verb, thread, post, began, ended, ended - began))


class Saboteur(threading.Thread):
    """Cuts so many lines while the storm lasts, spread over its events."""

    def __init__(self, fleet, storm, number):
        super().__init__(daemon=True)
        self.fleet, self.storm, self.number = fleet, storm, number
        self.dice = random.Random(f"{SEED}-cuts")
        self.made, self.broken = dict.fromkeys(CUTS, 0), 0  # broken: connections
        # Neither runs far ahead of the other: all cuts but the last few fall between events.
        storm.may_go = lambda event: event * number <= (self.total + SLACK) * storm.number

    @property
    def total(self):
        return sum(self.made.values())

    def run(self):
        while self.total < self.number:
            ahead = self.total * self.storm.number > (len(self.storm.done) + 1) * self.number
            if ahead and self.storm.is_running:
                time.sleep(0.05)
                continue
            kind = self.dice.choices(list(CUTS), list(CUTS.values()))[0]
            seconds = self.dice.uniform(*SECONDS.get(kind, (0, 0)))
            reader = self.dice.randrange(self.fleet.number)
            for step in range(self.fleet.number):  # whoever has a line, from the chosen one on
                broken = self.fleet.cut((reader + step) % self.fleet.number, kind, seconds)
                if broken:
                    self.made[kind] += 1
                    self.broken += broken
                    break
            else:
                time.sleep(0.2)
