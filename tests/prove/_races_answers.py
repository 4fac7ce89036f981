"""One delegation, one voice: however many of its browsers answer at the same moment, one answer stands."""

import random

from tests.forms import FormReader
from tests.prove._races import Claims, Press, at_once, counted, journal, rows
from tests.prove._races_stage import browsers
from tests.prove._report import scaled
from wg_portal.responses.models import Response, SignOn
from wg_portal.responses.queries.lists import ANSWER_NAMES

SAME = ["joins"]
DIFFERENT = ["joins", "aligns", "awaiting", "cannot", "ad_referendum"]


def prove(portal, stage, part):
    claims = Claims(part)
    number = scaled(50, 5)
    heads = browsers(portal, "head", number)
    response = rows(portal, Response, Response.public_id == stage.opened)[0].id
    # The first answer of all, and later ones in its stead; the same by everybody, and each their own.
    for turn, (what, choices) in enumerate(
        [("first answers", DIFFERENT), ("later answers", DIFFERENT), ("equal answers", SAME)], 1
    ):
        said = [choices[index % len(choices)] for index in range(number)]
        random.shuffle(said)
        race(portal, stage, claims, heads, said, what, response, turn)
    return claims.all_hold


def confirming(member, response, said):
    """The second press, ready to be sent: the first one showed what will be said for whom."""
    page = f"/responses/{response}"
    _address, fields = member.form(page, field="answer")
    shown = member.post(f"{page}/answers", data={**fields, "answer": said})
    assert shown.status_code == 200, (shown.status_code, shown.text[:500])
    [form] = [form for form in FormReader.read(shown.text) if form.fields.get("confirm") == "yes"]
    return Press(member, form.action, form.fields)


def race(portal, stage, claims, heads, said, what, response, turn):
    number = len(heads)
    presses = [confirming(head, stage.opened, answer) for head, answer in zip(heads, said, strict=True)]
    answers = at_once(presses)
    won = [index for index, answer in enumerate(answers) if answer.status == 303]
    lost = [index for index, answer in enumerate(answers) if answer.status == 409]
    standing = rows(portal, SignOn, SignOn.response_id == response)
    told = sum(told_both(answers[index], said[index], standing) for index in lost)
    claims(
        f"{number} {what} of one delegation at once: one is taken, the others get 409 with both answers",
        f"{counted(answers)}; both answers in {told}",
        len(won) == 1 and len(lost) == told == number - 1,
    )
    lines = [line.details["answer"] for line in journal(portal, "signon.given", about=f"responses/{stage.opened}")]
    stands = [(row.answer, row.version) for row in standing]
    claims(
        f"after {what} the one that was taken stands, alone, with one journal line",
        f"{', '.join(f'{answer}, version {version}' for answer, version in stands)}; {len(lines)} lines in {turn} turns",
        bool(won) and stands == [(said[won[0]], turn)] and len(lines) == turn and lines[-1] == said[won[0]],
    )


def told_both(answer, said, standing):
    """The page shows the answer that stands, and keeps the one that was sent."""
    kept = any(form.fields.get("answer") == said for form in FormReader.read(answer.text))
    name = str(ANSWER_NAMES[standing[0].answer]) if standing else ""
    return kept and answer.holds("A colleague answered for Lithuania meanwhile") and answer.holds(name)
