"""Monday desk: what waits for the delegation, by deadline, and what changed since one was last here."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.responses.scenes import opened
from wg_portal.accounts.models import Member
from wg_portal.accounts.queries import viewer_of
from wg_portal.briefs import actions as briefs
from wg_portal.core import clock, drafts
from wg_portal.core.database import db
from wg_portal.responses import actions as responses
from wg_portal.today import queries
from wg_portal.today.changes import silent, told

VERB = re.compile(r"[a-z]+\.[a-z]+")
HOUSE = Path(__file__).parents[2] / "wg_portal"


def at_once(member):
    """The same member, whose words go out without a hold."""
    from dataclasses import replace

    return replace(member, hold=0)


def away_since(member, days):
    db.session.execute(
        update(Member).where(Member.id == member.id).values(last_here_at=clock.now() - timedelta(days=days))
    )
    db.session.commit()
    return viewer_of(member.id)


def brief(world, author, title, *circles, **choice):
    content = briefs.Content(kind="brief", title=title, language="en", body="What happened.", countries=["MN"])
    return briefs.publish(at_once(author), content, world.choose(*circles, **choice), "/briefs/new", {})


def test_the_first_row_is_what_is_due_first_and_says_who_answers(world):
    opened(world)
    page = world.browser(world.head).get("/").text
    assert "1 thing waits for Lithuania" in page
    assert "On the register of foreign representatives" in page and "Sign for Lithuania" in page


def test_what_a_colleague_answered_has_left_the_list_and_stands_below_with_their_name(world):
    public_id = opened(world)
    assert [row.what for row in queries.waiting(world.delegate)]
    responses.answer(world.head, public_id, "joins", 0)
    me = away_since(world.delegate, 5)
    assert queries.waiting(me) == []
    page = world.browser(me).get("/").text
    assert "Nothing waits for Lithuania" in page
    assert "Answered for your delegation: Head of delegation of Lithuania" in page


def test_another_delegations_answer_is_not_told(world):
    public_id = opened(world)
    responses.answer(world.rival, public_id, "cannot", 0)
    me = away_since(world.head, 5)
    assert not any("nswered" in change.what for change in queries.changes(me))


def test_changes_are_told_since_the_last_visit_and_not_ones_own(world):
    brief(world, world.neighbour, "From Sweden", "governments")
    brief(world, world.head, "My own", "governments")
    me = away_since(world.head, 2)
    titles = [change.card.title for change in queries.changes(me)]
    assert titles == ["From Sweden"]
    db.session.execute(update(Member).where(Member.id == me.id).values(last_here_at=clock.now()))
    db.session.commit()
    assert queries.changes(viewer_of(me.id)) == []


def test_what_happened_last_stands_first_in_whatever_order_it_was_told(world):
    brief(world, world.neighbour, "Of today", "governments")
    with clock.as_of(clock.now() - timedelta(days=1)):
        brief(world, world.neighbour, "Of yesterday", "governments")
    titles = [change.card.title for change in queries.changes(away_since(world.head, 2))]
    assert titles == ["Of today", "Of yesterday"]


def test_who_is_left_out_is_told_nothing(world):
    brief(world, world.neighbour, "On the bill in Ulaanbaatar", "governments", without=["MN"])
    page = world.browser(away_since(world.rival, 5)).get("/").text
    assert "Ulaanbaatar" not in page
    assert "Ulaanbaatar" in world.browser(away_since(world.head, 5)).get("/").text


def test_drafts_are_ones_own(world):
    drafts.save_draft(world.head, "/briefs/new", {"title": ["Half a thought"]}, title="Half a thought")
    assert "Half a thought" in world.browser(world.head).get("/").text
    assert "Half a thought" not in world.browser(world.delegate).get("/").text


def test_the_page_asks_at_most_eight_questions(world):
    opened(world)
    for number in range(12):
        brief(world, world.neighbour, f"Brief {number}", "governments")
    me = away_since(world.head, 5)
    browser = world.browser(me)
    browser.get("/")
    with world.count_queries() as counter:
        assert browser.get("/").status_code == 200
    asked = [statement for statement in counter.statements if not statement.startswith(("BEGIN", "SAVEPOINT"))]
    assert len(asked) <= 8, "\n".join(asked)


def verbs():
    """Every verb that an action records: the second argument of record(), the third of send_out()."""
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = {"record": 1, "send_out": 2}.get(name)
            if place is not None and len(node.args) > place:
                for part in ast.walk(node.args[place]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and VERB.fullmatch(part.value):
                        yield part.value


@pytest.mark.parametrize("verb", sorted(set(verbs())))
def test_every_verb_is_told_or_known_to_be_silent(verb):
    assert verb in told or verb in silent, f"add {verb} to today/changes.py"
