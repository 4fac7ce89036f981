"""More members than places, at the same moment; then most of them leave again, at the same moment."""

import random
import threading
from collections import Counter

from tests.prove._races import Claims, Press, at_once, counted, journal, rows
from tests.prove._races_stage import browser
from tests.prove._report import scaled
from wg_portal.events.models import Event, Rsvp


def prove(portal, stage, part):
    claims = Claims(part)
    members = [browser(portal, address) for address in stage.visitors]
    places = scaled(10, 2)
    event = rows(portal, Event, Event.public_id == stage.event)[0].id
    page = f"/events/{stage.event}"
    ready = [Press(member, *form(member, page, answer="yes")) for member in members]
    with Watch(portal, event) as watch:
        answers = at_once(ready)
    standing = rows(portal, Rsvp, Rsvp.event_id == event)
    placed = [row for row in standing if row.waits is None]
    line = sorted(row.waits for row in standing if row.waits is not None)
    waiting = len(members) - places
    claims(
        f"{len(members)} ask for {places} places at once: {places} have one, {waiting} wait, numbered without a gap",
        f"{counted(answers)}; {len(placed)} and {len(line)}, {line[0] if line else '–'} to {line[-1] if line else '–'}",
        all(answer.status == 303 for answer in answers)
        and len(placed) == places
        and line == list(range(1, waiting + 1))
        and agrees(portal, event, standing),
    )
    leave(portal, stage, claims, members, event, page, watch, standing)
    return claims.all_hold


def form(member, page, **fields):
    """(address, fields) of the answer card, set to attend or not in person."""
    address, kept = member.form(page, f"{page}/rsvps")
    return address, {**kept, "mode": "in_person", **fields}


def leave(portal, stage, claims, members, event, page, watch, before):
    places = scaled(10, 2)
    leaving = random.sample(members, len(members) - places)
    ready = [Press(member, *form(member, page, answer="no")) for member in leaving]
    with watch:
        answers = at_once(ready)
    standing = rows(portal, Rsvp, Rsvp.event_id == event)
    coming = [row for row in standing if row.answer == "yes"]
    claims(
        f"{len(leaving)} of them leave at once: whoever stayed has a place",
        f"{counted(answers)}; {len(coming)} stayed, {sum(row.waits is not None for row in coming)} of them wait",
        all(answer.status == 303 for answer in answers)
        and len(coming) == places
        and all(row.waits is None for row in coming)
        and agrees(portal, event, standing),
    )
    moved = Counter(line.subject for line in journal(portal, "rsvp.promoted", about=f"events/{stage.event}"))
    waited = {row.public_id for row in before if row.waits is not None}
    stayed = {row.public_id for row in coming} & waited
    told, wrong = replayed(portal, stage, places)
    ends = {f"rsvps/{row.public_id}" for row in coming if row.waits is None}
    claims(
        "everybody who stayed and had waited moved up, nobody twice, all in the order they came",
        f"{len(stayed)} of {sum(moved.values())} who moved up; {wrong} not in order",
        all(moved[f"rsvps/{id}"] == 1 for id in stayed) and set(moved.values()) <= {1} and not wrong and ends == told,
    )
    claims(
        f"never more than {places} places taken, watched meanwhile",
        f"at most {watch.most} in {watch.looks} looks",
        0 < watch.most <= places,
    )


def replayed(portal, stage, places):
    """(names of answers that have a place, number of moves up that were not due): the journal, played by hand.

    Lines of one event are written under its lock, so that they stand in the order in which places were decided.
    """
    placed, line, due, wrong = set(), [], [], 0
    for entry in journal(portal, "rsvp.given", "rsvp.promoted", about=f"events/{stage.event}"):
        name = entry.subject
        if entry.verb == "rsvp.promoted":
            wrong += not due or due.pop(0) != name
            continue
        wrong += len(due)  # whom the change before should have moved up
        due = []
        placed.discard(name)
        line = [waiting for waiting in line if waiting != name]
        if entry.details["answer"] == "yes":
            if line or len(placed) >= places:
                line.append(name)
            else:
                placed.add(name)
        while line and len(placed) < places:
            due.append(line.pop(0))
            placed.add(due[-1])
    return placed, wrong + len(due)


def agrees(portal, event, standing):
    """The event's own register, which pages show, says what the answers say."""
    figures = rows(portal, Event, Event.id == event)[0].figures["in_person"]
    taken = sum(row.answer == "yes" and row.waits is None for row in standing)
    line = sorted(row.waits for row in standing if row.waits is not None)
    return figures["taken"] == taken and figures["line"] == line


class Watch:
    """Somebody who counts the places taken, again and again, while others race for them."""

    def __init__(self, portal, event):
        self.portal, self.event, self.most, self.looks = portal, event, 0, 0

    def __enter__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()
        return self

    def look(self):
        while not self.over.wait(0.01):
            answers = rows(self.portal, Rsvp, Rsvp.event_id == self.event)
            self.most = max(self.most, sum(row.answer == "yes" and row.waits is None for row in answers))
            self.looks += 1

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
