"""The same POST a hundred times at once, with the same key: one thing is made, and every answer leads to it."""

import uuid
from dataclasses import dataclass

from tests.forms import FormReader
from tests.prove._races import Claims, Press, at_once, counted, journal, leads_to, rows, until
from tests.prove._races_answers import confirming
from tests.prove._races_stage import browser
from tests.prove._report import scaled
from wg_portal.briefs.models import Brief
from wg_portal.discussions.models import Post, Thread
from wg_portal.events.models import Event, Rsvp
from wg_portal.laws.models import Law
from wg_portal.responses.models import Response, SignOn

ITEM = {"preset": "governments", "marking": "AMBER", "attribution": "named"}
WORDS = "Said once, however often it is sent."
OTHER = "Said with the key of something else."
EVENT = {
    "starts_on": "2030-03-28",
    "starts_time": "09:30",
    "ends_time": "12:00",
    "venue": "Vilnius",
    "zone": "Europe/Vilnius",
    "kind": "workshop",
}
LAW = {"jurisdiction": "EG", "recusal": "EG", "effect": "restrictive", "barriers": "entry", "stage_on": "2026"}


@dataclass
class Made:
    """One kind of thing that a member makes. other: what makes its form another body."""

    model: type
    page: str
    fields: dict
    other: dict
    field: str = "title"
    action: str | None = None
    only: tuple = ()  # conditions on rows of this kind that such a form makes

    @property
    def kind(self):
        return self.model.__tablename__


def kinds(stage, turn):
    """turn: 0 for the member whose texts are held first, 1 for the one who holds nothing."""
    talk, visit = f"/discussions/{stage.discussion}", f"/events/{stage.to_visit[turn]}"
    body, other = {"body": WORDS}, {"body": OTHER}
    coming = {"answer": "yes", "mode": "in_person"}
    return [
        Made(Brief, "/briefs/new?draft=once", ITEM | body | {"kind": "brief", "intent": "post"}, other),
        Made(Thread, "/discussions/new", ITEM | body, other, only=(Thread.about.is_(None),)),
        Made(Post, talk, body, other, "body", f"{talk}/posts"),
        Made(Event, "/events/new", ITEM | EVENT | {"about": WORDS}, {"about": OTHER}),
        Made(Response, "/responses/new", ITEM | {"text": WORDS}, {"text": OTHER}),
        Made(Law, "/laws/new", ITEM | LAW | {"summary": WORDS}, {"summary": OTHER}),
        Made(Rsvp, visit, coming, {"answer": "no"}, "answer", f"{visit}/rsvps"),
        Made(SignOn, stage.to_sign[turn], {}, {"answer": "aligns"}, "answer"),
    ]


def prove(portal, stage, part):
    claims = Claims(part)
    # What is held has one journal line, what goes out at once has several: both must lead to the thing.
    for turn, (name, how) in enumerate([("head", "held first"), (stage.voices[0], "out at once")]):
        member = browser(portal, name)
        for made in kinds(stage, turn):
            replay(portal, member, made, claims, f"{made.kind}, {how}")
            if made.field == "title":
                two_bodies(portal, member, made, claims, f"{made.kind}, {how}")
    return claims.all_hold


def filled(member, made):
    """A Press of a form that was filled in."""
    if made.model is SignOn:
        return confirming(member, made.page, "joins")
    address, fields = member.form(made.page, made.action, made.field)
    title = {"title": f"Once {uuid.uuid4().hex[:8]}"} if made.field == "title" else {}
    return Press(member, address, {**fields, **made.fields, **title})


def replay(portal, member, made, claims, what):
    number = scaled(100, 5)
    press = filled(member, made)
    found = new_rows(portal, made)
    answers, there = at_once([press] * number), found()
    ends = sorted({leads_to(member, answer) for answer in answers})
    again = at_once([Press(member, press.address, press.fields | made.other)] * 3)
    kept = sum(answer.status == 409 and keeps(answer, made.other) for answer in again)
    claims(
        f"{number} times the same POST at once ({what}): one is made, all answers lead to it; another body gets 409",
        f"{len(there)}, {counted(answers)}, to {len(ends)} address; {kept} of 3 × 409, and kept",
        len(there) == len(ends) == 1 and "(" not in ends[0] and kept == 3,
    )
    name = f"{made.kind}/{there[0].public_id}" if there else ""
    out = there and until(lambda: getattr(found()[0], "state", "published") == "published")
    lines = [line.verb for line in journal(portal, subject=name)]
    claims(
        f"it goes out once, and nothing else was made ({what})",
        ", ".join(lines),
        out and len(found()) == 1 and len(lines) == len(set(lines)),
    )


def two_bodies(portal, member, made, claims, what):
    """Half of them say something else, with the same key: one of the two is made, the other is told."""
    half = scaled(20, 2)
    press = filled(member, made)
    other = Press(member, press.address, press.fields | made.other)
    found = new_rows(portal, made)
    answers = at_once([press, other] * half)
    statuses = sorted({tuple(answer.status for answer in answers[side::2]) for side in (0, 1)})
    claims(
        f"{2 * half} with one key and two bodies at once ({what}): one is made, who said the other gets 409",
        f"{len(found())}, {counted(answers)}",
        len(found()) == 1 and statuses == [(303,) * half, (409,) * half],
    )


def new_rows(portal, made):
    """() -> rows of this kind that were not there before."""
    before = {row.id for row in rows(portal, made.model)}
    return lambda: [row for row in rows(portal, made.model, *made.only) if row.id not in before]


def keeps(answer, fields):
    """A form of the page would send these fields again."""
    return any(fields.items() <= form.fields.items() for form in FormReader.read(answer.text))
