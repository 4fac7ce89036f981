"""What the readers of a storm ended with, and how they came there, against the database."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from wg_portal.core.database import db
from wg_portal.core.journal import Entry
from wg_portal.core.visibility import unguarded
from wg_portal.discussions.models import Post, Thread

SAYS = ("post.published", "post.edited", "post.withdrawn")


@dataclass
class Truth:
    """What the database holds of the threads of a storm."""

    seqs: dict  # thread -> its number
    pictures: dict  # thread -> [post, parent, state and version, html], in the order of the conversation
    history: dict  # thread -> [(verb, post)] in the order of the journal: the n-th took the number n
    finals: dict  # post -> number of its last change


def truth(portal, threads):
    def read(_world):
        because = "a proof compares everything"
        ids = [name.split("/")[1] for name in threads]
        rows = db.session.scalars(unguarded(select(Thread).where(Thread.public_id.in_(ids)), because=because)).all()
        names = {row.id: f"discussions/{row.public_id}" for row in rows}
        found = Truth({names[row.id]: row.seq for row in rows}, defaultdict(list), defaultdict(list), {})
        posts = select(Post).where(Post.thread_id.in_(names)).order_by(Post.thread_id, Post.path)
        posts = db.session.scalars(unguarded(posts, because=because)).all()
        public = {post.id: post.public_id for post in posts}
        for post in posts:
            words = "" if post.state == "withdrawn" else post.body_html.strip()
            line = [post.public_id, public.get(post.parent_id), f"{post.state}{post.version}", words]
            found.pictures[names[post.thread_id]].append(line)
            found.finals[post.public_id] = post.changed_seq
        lines = select(Entry.about, Entry.verb, Entry.subject).where(Entry.about.in_(threads), Entry.verb.in_(SAYS))
        for about, verb, subject in db.session.execute(unguarded(lines.order_by(Entry.id), because=because)):
            found.history[about].append((verb, subject.split("/")[1]))
        return found

    return portal.stage(read)


@dataclass
class Verdict:
    """Counts over all readers and threads. The first few of each kind of trouble are kept to be looked at."""

    pictures: int = 0  # pictures compared
    posts: int = 0  # posts compared
    applied: int = 0  # changes that readers applied
    missing: int = 0
    doubled: int = 0
    disordered: int = 0
    ghosts: int = 0  # posts or texts that the database does not have
    unnumbered: int = 0  # numbers of threads that do not fit the journal
    examples: list = field(default_factory=list)

    def note(self, kind, *what):
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 12:
            self.examples.append((kind, *what))


def judge(real, storm, readers):
    """Compare exhaustively: every picture with the database, every applied change with the order of the thread."""
    verdict = Verdict()
    numbers = numbered(real, storm, verdict)
    for index, reader in enumerate(readers):
        for thread in real.seqs:
            compare(verdict, index, thread, real.pictures[thread], reader["pictures"][thread])
        follow(verdict, index, numbers, reader["applied"])
    return verdict


def numbered(real, storm, verdict):
    """(post, words or None for withdrawn) -> the thread's number at which it came to say that.

    The journal's order within a thread is that of the numbers, since both are taken under the thread's lock; a post's
    own changes come in the order in which its one author made them.
    """
    said = defaultdict(list)
    for event in sorted(storm.done, key=lambda event: event.sent):
        said[event.post].append(event)
    numbers, last = {}, {}
    for thread, lines in real.history.items():
        if len(lines) != real.seqs[thread]:
            verdict.note("unnumbered", thread, len(lines), real.seqs[thread])
        for number, (verb, post) in enumerate(lines, 1):
            last[post] = number
            if post not in said:
                continue  # the one that opened the thread
            event = said[post].pop(0) if said[post] else None
            if event is None or event.verb != verb:
                verdict.note("unnumbered", thread, number, verb, event)
                continue
            numbers[post, None if verb == "post.withdrawn" else f"Event {event.number}."] = number
    for post, events in said.items():
        for event in events:
            verdict.note("missing", "acknowledged and not in the journal", post, event)
    for post, number in last.items():
        if real.finals.get(post) != number:
            verdict.note("unnumbered", post, number, real.finals.get(post))
    return numbers


def compare(verdict, index, thread, true, seen):
    verdict.pictures += 1
    verdict.posts += len(true)
    if [*map(list, true)] == seen:
        return
    mine = {line[0]: line for line in seen}
    theirs = {line[0]: line for line in true}
    for post, times in Counter(line[0] for line in seen).items():
        if times > 1:
            verdict.note("doubled", index, thread, post)
        if post not in theirs:
            verdict.note("ghosts", index, thread, post)
    for post, line in theirs.items():
        if post not in mine:
            verdict.note("missing", index, thread, post, "not on the page")
        elif mine[post] != list(line):
            verdict.note("missing", index, thread, post, mine[post], line)
    order = [post for post in theirs if post in mine]
    for here, there in zip((post for post in mine if post in theirs), order, strict=True):
        if here != there:
            verdict.note("disordered", index, thread, "on the page", here, there)


def follow(verdict, index, numbers, applied):
    """A change with a lower number after a higher one is out of order; with the same number it came twice."""
    last = defaultdict(int)
    for thread, post, version, words, _at in applied:
        verdict.applied += 1
        event = None if version.startswith("withdrawn") else re.search(r"Event \d+\.", words).group()
        number = numbers.get((post, event))
        if number is None:
            verdict.note("ghosts", index, thread, post, version, words)
        elif number == last[thread]:
            verdict.note("doubled", index, thread, post, version, words)
        elif number < last[thread]:
            verdict.note("disordered", index, thread, post, version, number, last[thread])
        if number:
            last[thread] = max(last[thread], number)


def reached(reader, thread):
    """[(number, at)]: when the reader had come how far in this thread."""
    return [(cursor, at) for name, cursor, at in reader["cursors"] if name == thread]


def delays(readers):
    """Seconds from a hint to the moment when the page had applied what it told of, of all hints that told news."""
    found = []
    for reader in readers:
        steps = defaultdict(list)
        for name, cursor, at in reader["cursors"]:
            steps[name].append((cursor, at))
        for thread, seq, heard in reader["hints"]:
            index = bisect_left(steps[thread], (seq, 0))
            if index < len(steps[thread]) and steps[thread][index][1] >= heard:
                found.append(steps[thread][index][1] - heard)
    return sorted(found)


def staleness(real, storm, readers):
    """event number -> seconds from its acknowledgement until the last reader's page had applied it."""
    where = defaultdict(list)
    for event in storm.done:
        where[event.thread].append(event)
    found = {}
    for thread, events in where.items():
        order = defaultdict(list)
        for number, (_verb, post) in enumerate(real.history[thread], 1):
            order[post].append(number)
        steps = [reached(reader, thread) for reader in readers]
        for event in sorted(events, key=lambda event: event.sent):
            seq = order[event.post].pop(0)
            waits = []
            for step in steps:
                index = bisect_left(step, (seq, 0))
                waits.append(step[index][1] - event.at if index < len(step) else float("inf"))
            found[event.number] = (seq, max(waits))
    return found


def percentile(numbers, share):
    return numbers[min(len(numbers) - 1, int(len(numbers) * share))] if numbers else float("nan")
