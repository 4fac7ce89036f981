"""Parallel edits of one text: none is lost. One wins, the others are shown both texts; who tries again gets in."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.prove._races import Claims, Press, at_once, counted, journal, pressed_again, rows, sent, together
from tests.prove._races_stage import browser, browsers
from tests.prove._report import scaled
from wg_portal.briefs.models import Brief, BriefRevision
from wg_portal.discussions.models import Post, PostRevision
from wg_portal.responses.models import Response

LONGEST = 300  # seconds in which everybody must have got in


@dataclass
class Text:
    """One text that many change. chain: () -> the texts that stood, oldest first, the present one last, as kept.

    keeps: whether earlier texts are kept; where not, the present text alone must hold what everybody wrote.
    """

    kind: str
    name: str  # of the row, as the journal has it
    field: str
    verb: str
    writers: list
    chain: Callable
    keeps: bool = True
    more: dict = field(default_factory=dict)

    @property
    def page(self):
        return f"/{self.name}/edit"

    def standing(self):
        return self.chain()[-1]


def texts(portal, stage):
    number = scaled(50, 4)
    voices = [browser(portal, address) for address in stage.voices[:number]]
    brief = rows(portal, Brief, Brief.public_id == stage.brief)[0].id
    post = rows(portal, Post, Post.public_id == stage.post)[0].id

    def of_brief():
        return [
            row.body for row in rows(portal, BriefRevision, BriefRevision.brief_id == brief, order=BriefRevision.number)
        ]

    def of_post():
        kept = [row.body for row in rows(portal, PostRevision, PostRevision.post_id == post)]
        return [*kept, rows(portal, Post, Post.id == post)[0].body]

    def of_response():
        return ["\n\n".join(rows(portal, Response, Response.public_id == stage.draft)[0].paragraphs)]

    revising = {"intent": "post", "reason": "Races."}
    return [
        Text("brief", f"briefs/{stage.brief}", "body", "brief.revised", voices, of_brief, more=revising),
        # Only its author changes a post: the same member in many browsers.
        Text("post", f"posts/{stage.post}", "body", "post.edited", browsers(portal, "head", number), of_post),
        Text("response", f"responses/{stage.draft}", "text", "response.edited", voices, of_response, keeps=False),
    ]


def prove(portal, stage, part):
    claims = Claims(part)
    for text in texts(portal, stage):
        one_wins(portal, text, claims)
        all_get_in(portal, text, claims)
    return claims.all_hold


def line_of(index, turn):
    """What one writer adds: marks that a page must not take for its own included."""
    return f'Writer {index:02} of the {turn} adds <this> & "that", and it\'s whole.'


def filled(text, writer, words):
    """(press, version, the text as the page gave it): the form as the writer's page has it, with `words` after it."""
    address, fields = writer.form(text.page, field=text.field)
    typed = f"{fields[text.field]}\n\n{words}"
    return Press(writer, address, {**fields, **text.more, text.field: typed}), int(fields["version"]), typed


def one_wins(portal, text, claims):
    """Everybody opened the page before anybody saved."""
    number, before = len(text.writers), text.chain()
    lines = len(journal(portal, text.verb, subject=text.name))
    forms = [filled(text, writer, line_of(index, "first turn")) for index, writer in enumerate(text.writers)]
    answers = at_once([press for press, _version, _typed in forms])
    won = [index for index, answer in enumerate(answers) if answer.status == 303]
    lost = [index for index, answer in enumerate(answers) if answer.status == 409]
    standing = text.standing()
    both = sum(answers[index].holds(forms[index][2]) and answers[index].holds(standing) for index in lost)
    claims(
        f"{number} edits of one {text.kind} at once, on one version: one wins, the others get 409 with both texts",
        f"{counted(answers)}; both texts in {both}",
        len(won) == 1 and len(lost) == both == number - 1,
    )
    grown = text.chain()[len(before) :] if text.keeps else text.chain()
    written = len(journal(portal, text.verb, subject=text.name)) - lines
    claims(
        f"then the {text.kind} has the winner's text, one more version, one more journal line",
        f"{len(grown)} and {written}",
        len(won) == 1 and grown == [forms[won[0]][2]] and written == 1,
    )


def all_get_in(portal, text, claims):
    """Everybody adds a line, and on 409 looks again and tries again; on 503 they press *Try again*."""
    number, before, began = len(text.writers), text.chain(), time.monotonic()
    lines = len(journal(portal, text.verb, subject=text.name))
    gate, accepted, refused = threading.Barrier(number), [], []

    def write(index, writer):
        press, again = None, None
        gate.wait()
        while time.monotonic() - began < LONGEST:
            if again is None:
                press, version, typed = filled(text, writer, line_of(index, "second turn"))
            answer = sent(again or press)
            if answer.status == 303:
                accepted.append((version, typed, index))
                return
            refused.append(answer.status)
            again = pressed_again(answer, press, text.field) if answer.status == 503 else None

    together([(write, index, writer) for index, writer in enumerate(text.writers)])
    told = ", ".join(f"{refused.count(status)} × {status}" for status in sorted(set(refused)))
    claims(
        f"{number} writers of the {text.kind} who try again on 409 all get in, and meet nothing else",
        f"{len(accepted)} in {time.monotonic() - began:.0f} s, after {told}",
        len(accepted) == number and set(refused) <= {409},
    )
    accepted.sort()
    grown = text.chain()[len(before) :] if text.keeps else text.chain()
    found = sum(line_of(index, "second turn") in grown[-1] for index in range(number)) if grown else 0
    written = len(journal(portal, text.verb, subject=text.name)) - lines
    kept = f"{len(grown)} versions" if text.keeps else "the present text, which holds all: earlier ones are not kept"
    claims(
        f"all {number} texts of the {text.kind} are found, in an unbroken chain of versions, each with a journal line",
        f"{found} in {kept}; {written} lines",
        unbroken(text, before[-1], accepted, grown) and found == written == number,
    )


def unbroken(text, first, accepted, grown):
    """Each accepted text was given on the version before it, and is that one with one writer's line more."""
    versions = [version for version, _typed, _index in accepted]
    given = [typed for _version, typed, _index in accepted]
    steps = zip([first, *given], accepted, strict=False)
    return (
        len(set(versions)) == len(versions)
        and all(typed == f"{before}\n\n{line_of(index, 'second turn')}" for before, (_on, typed, index) in steps)
        and grown == (given if text.keeps else given[-1:])
    )
