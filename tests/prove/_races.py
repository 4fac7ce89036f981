"""Members who press at the same moment, and the rows that came of it.

Each request is made ready beforehand, its connection open; then one barrier lets all threads send.
"""

import http.client
import re
import threading
import time
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from tests.forms import FormReader
from tests.prove._report import claim
from wg_portal.core.database import db, mode
from wg_portal.core.journal import Entry
from wg_portal.core.visibility import unguarded

BECAUSE = "a proof looks behind the door"
PATIENCE = 60  # seconds that a browser waits for an answer
LEFT_OUT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)


@dataclass
class Press:
    """A form, filled in and ready: `member` sends `fields` (name -> value, or a list of values) to `address`."""

    member: object
    address: str
    fields: dict


@dataclass
class Answer:
    """What came back, after how many seconds. A dead connection has status 0, and says so in `text`."""

    status: int
    text: str
    location: str
    seconds: float

    def holds(self, words):
        """Does the page show these words? As a reader sees them, whatever marks the page needs around them."""
        return " ".join(words.split()) in " ".join(unescape(LEFT_OUT.sub("", self.text)).split())


def at_once(presses):
    """Send them all at one moment. The answers, in the order of `presses`."""
    gate, answers = threading.Barrier(len(presses)), [None] * len(presses)

    def send(index, press):
        answers[index] = sent(press, gate.wait)

    together([(send, index, press) for index, press in enumerate(presses)])
    return answers


def together(calls):
    """Run each (function, argument, …) in a thread of its own; raises what the first of them that failed raised."""
    troubles = []

    def run(call, *arguments):
        try:
            call(*arguments)
        except Exception as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def sent(press, ready=lambda: None):
    """Send one form over a connection of its own, opened before `ready` is asked."""
    server = urlsplit(press.member.portal.url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=PATIENCE)
    body = urlencode(press.fields, doseq=True)
    headers = {
        "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in press.member.http.cookies),
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": press.member.portal.url,
        "Connection": "close",
    }
    connection.connect()
    ready()
    began = time.monotonic()
    try:
        connection.request("POST", press.address, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        answer = Answer(response.status, text, response.headers.get("Location", ""), time.monotonic() - began)
    except OSError as trouble:
        answer = Answer(0, repr(trouble), "", time.monotonic() - began)
    finally:
        connection.close()
    return answer


def pressed_again(answer, press, field):
    """The Press of *Try again* on the page that came back: the form that kept `field` as it was sent. None without one."""
    kept = [form for form in FormReader.read(answer.text) if form.fields.get(field) == press.fields[field]]
    return Press(press.member, kept[0].action or press.address, kept[0].fields) if kept else None


def leads_to(member, answer):
    """The address where a browser ends that follows the answer; or what it got instead."""
    if answer.status != 303:
        return f"({answer.status})"
    location = answer.location
    for _step in range(5):
        there = member.get(location.partition("#")[0])
        if there.status_code == 200:
            return location.partition("#")[0]
        if not there.is_redirect:
            return f"{location} ({there.status_code})"
        location = there.headers["Location"]
    return f"{location} (and on)"


def counted(answers):
    """'1 × 303, 49 × 409, slowest 0.9 s'."""
    statuses = [answer.status for answer in answers]
    told = [f"{statuses.count(status)} × {status or 'no answer'}" for status in sorted(set(statuses))]
    return f"{', '.join(told)}, slowest {max(answer.seconds for answer in answers):.1f} s"


def rows(portal, model, *conditions, order=None):
    """Rows as they stand in the database, as tuples with the names of the columns."""
    statement = select(model.__table__).where(*conditions).order_by(model.__table__.c.id if order is None else order)
    # Through a connection of its own, reading plainly: a session of the house would queue for the lock of writers.
    with portal.app.app_context(), mode(reading=True), db.engine.connect() as connection:
        return connection.execute(unguarded(statement, because=BECAUSE)).all()


def journal(portal, *verbs, subject=None, about=None):
    """Journal lines in the order they were written."""
    lines = Entry.__table__.c
    conditions = [lines.verb.in_(verbs)] if verbs else []
    conditions += [lines.subject == subject] if subject else []
    conditions += [lines.about == about] if about else []
    return rows(portal, Entry, *conditions)


def until(holds, seconds=15):
    """Wait until it is so; whether it came to be."""
    end = time.monotonic() + seconds
    while not (so := holds()) and time.monotonic() < end:
        time.sleep(0.2)
    return so


class Claims:
    """The claims of one part of a proof. `all_hold` once they are made."""

    def __init__(self, part):
        self.part, self.all_hold = part, True

    def __call__(self, what, figure, holds):
        self.all_hold = claim(self.part, what, figure, holds) and self.all_hold
        return holds
