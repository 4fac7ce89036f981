"""Reading, revising and withdrawing a brief; the list, its facets and its cost."""

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import select

from tests.forms import FormReader
from wg_portal.audiences.actions import change_audience
from wg_portal.audiences.queries import item
from wg_portal.briefs import actions, queries
from wg_portal.briefs.actions import Content
from wg_portal.briefs.models import Brief, BriefRevision
from wg_portal.core import links
from wg_portal.core.database import db
from wg_portal.core.policy import NotAllowed, Stale
from wg_portal.core.visibility import readable, seen_by


def content(title="New inspection criteria", body="First words. Second words.", **more):
    return Content(kind="brief", title=title, language="en", body=body, **more)


def published(world, author=None, choice=None, **more):
    """A brief that has gone out. Heads of delegations in the cast hold for ten seconds; inside scenes we do not wait."""
    author = author or world.head
    brief = actions.publish(
        replace(author, hold=0), content(**more), choice or world.choose("governments"), "/briefs/new", {}
    )
    db.session.rollback()
    return brief


def test_a_brief_reads_like_a_document(world):
    brief = published(world, asked="1. Ask the ministry.", countries=["KG"])
    page = world.browser(world.neighbour).get(f"/briefs/{brief.public_id}").text
    assert page.index("Who can see it") < page.index("What is asked of members") < page.index("First words.")
    assert page.count("<h1") == 1
    assert "Head of delegation of Lithuania" in page
    assert "Kyrgyzstan" in page


def test_what_is_hidden_and_what_is_not_there_look_the_same(world):
    brief = published(world, choice=world.choose("governments", without=["MN"]))
    rival = world.browser(world.rival)
    for path in ("", "/edit", "/revisions/1"):
        hidden = rival.get(f"/briefs/{brief.public_id}{path}")
        missing = rival.get(f"/briefs/aaaaaaaaaaaaaaaaaaaaaa{path}")
        assert hidden.status_code == missing.status_code == 404
        assert brief.title not in hidden.text
    assert world.browser(world.neighbour).get(f"/briefs/{brief.public_id}").status_code == 200


def test_every_published_version_is_kept_with_who_and_why(world):
    brief = published(world)
    author = world.browser(world.head)
    where = f"/briefs/{brief.public_id}"
    answer = author.submit(
        f"{where}/edit",
        field="title",
        intent="post",
        body="First words. Third words.",
        reason="Corrected a date",
    )
    assert (answer.status_code, answer.location) == (303, where)
    page = world.browser(world.neighbour).get(where).text
    assert "Third words" in page
    assert "Corrected a date" in page
    compared = world.browser(world.neighbour).get(f"{where}/revisions/2").text
    assert "<del>Second</del>" in compared
    assert "<ins>Third</ins>" in compared
    assert "Second words" in world.browser(world.neighbour).get(f"{where}/revisions/1").text
    assert world.browser(world.neighbour).get(f"{where}/revisions/3").status_code == 404


def test_a_revision_says_why(world):
    brief = published(world)
    answer = world.browser(world.head).submit(
        f"/briefs/{brief.public_id}/edit", field="title", intent="post", body="Other", reason=""
    )
    assert answer.status_code == 422
    assert "Other" in answer.text


def test_two_who_revise_at_once_get_both_texts_and_lose_none(world):
    brief = published(world)
    where = f"/briefs/{brief.public_id}/edit"
    author = world.browser(world.head)
    place, mine = author.form(where, field="title")
    world.browser(world.head).submit(where, field="title", intent="post", body="Theirs came first.", reason="Quicker")
    sent = {**mine, "intent": "post", "body": "Mine came second.", "reason": "Slower"}
    answer = author.post(place, data=sent)
    assert answer.status_code == 409
    assert "Theirs came first." in answer.text
    assert "Mine came second." in answer.text
    again = next(form for form in FormReader.read(answer.text) if "title" in form.names)
    answer = author.post(place, data={**again.fields, "intent": "post"})
    assert answer.status_code == 303, answer.text
    assert "Mine came second." in author.get(f"/briefs/{brief.public_id}").text


def test_only_its_author_and_who_speaks_for_them_revise(world):
    brief = published(world, author=world.delegate)
    assert world.browser(world.delegate).get(f"/briefs/{brief.public_id}/edit").status_code == 200
    assert world.browser(world.head).get(f"/briefs/{brief.public_id}/edit").status_code == 200
    assert world.browser(world.neighbour).get(f"/briefs/{brief.public_id}/edit").status_code == 403
    with pytest.raises(NotAllowed):
        actions.revise(world.neighbour, brief.public_id, brief.version, content(), "No reason")
    db.session.rollback()
    with pytest.raises(Stale):
        actions.revise(world.head, brief.public_id, brief.version + 5, content(), "Too late")
    db.session.rollback()


def test_a_withdrawn_brief_leaves_a_stub_and_no_words(world):
    brief = published(world, countries=["KG"])
    where = f"/briefs/{brief.public_id}"
    stranger = world.browser(world.neighbour)
    _address, fields = stranger.form("/account", field="timezone")
    assert stranger.post(f"{where}/withdraw", data=fields).status_code == 403
    answer = world.browser(world.head).submit(where, action=f"{where}/withdraw")
    assert answer.status_code == 303
    page = world.browser(world.neighbour).get(where)
    assert page.status_code == 200
    assert "This brief was withdrawn" in page.text
    assert "First words" not in page.text
    assert "New inspection criteria" not in page.text
    assert "New inspection criteria" not in world.browser(world.neighbour).get("/briefs").text
    assert world.browser(world.neighbour).get(f"{where}/revisions/1").status_code == 404
    assert "New inspection criteria" not in world.browser(world.neighbour).get("/discussions").text
    assert links.labels(world.neighbour, [f"briefs/{brief.public_id}"]) == {}
    revisions = readable(BriefRevision)
    assert db.session.scalars(select(revisions.body), seen_by(world.neighbour)).all() == []
    assert db.session.scalars(select(revisions.body), seen_by(world.head)).all() == ["First words. Second words."]


def test_who_is_left_out_later_finds_nothing_from_that_moment(world):
    brief = published(world, countries=["KG"])
    rival = world.browser(world.rival)
    where = f"/briefs/{brief.public_id}"
    assert rival.get(where).status_code == 200
    row, audience = item(world.head, Brief, brief.public_id)
    change_audience(world.head, row, world.choose("governments", without=["MN"]), audience.version)
    assert rival.get(where).status_code == 404
    assert rival.get(f"{where}/revisions/1").status_code == 404
    assert "New inspection criteria" not in rival.get("/briefs").text


def test_facets_narrow_the_list_and_name_only_what_the_viewer_finds(world):
    published(world, title="On Kyrgyzstan", countries=["KG"])
    published(world, title="On Serbia", countries=["RS"], choice=world.choose("governments", without=["MN"]))
    page = world.browser(world.neighbour).get("/briefs?country=KG").text
    assert "On Kyrgyzstan" in page
    assert "On Serbia" not in page
    assert "Serbia" in world.browser(world.neighbour).get("/briefs").text
    assert "Serbia" not in world.browser(world.rival).get("/briefs").text
    assert "On Kyrgyzstan" not in world.browser(world.neighbour).get("/briefs?kind=alert").text
    assert "On Kyrgyzstan" not in world.browser(world.neighbour).get("/briefs?language=ar").text


def test_the_list_turns_pages_without_losing_or_repeating_a_row(world):
    titles = [f"Brief number {number:02d}" for number in range(35)]
    for title in titles:
        published(world, title=title)
    reader = world.browser(world.neighbour)
    first = reader.get("/briefs").text
    older = unescape(re.search(r'rel="next" href="([^"]+)"', first).group(1))
    second = reader.get(older).text
    assert [title for title in titles if title in first] == titles[5:]
    assert [title for title in titles if title in second] == titles[:5]


@pytest.mark.parametrize("path", ["list", "record", "edit", "new", "revision"])
def test_pages_cost_at_most_eight_statements_whatever_there_is(world, path):
    brief = published(world, countries=["KG"])
    paths = {
        "list": "/briefs",
        "record": f"/briefs/{brief.public_id}",
        "edit": f"/briefs/{brief.public_id}/edit",
        "new": "/briefs/new?draft=abc",
        "revision": f"/briefs/{brief.public_id}/revisions/1",
    }
    browser = world.browser(world.head)
    browser.get(paths[path])
    with world.count_queries() as few:
        assert browser.get(paths[path]).status_code == 200
    for number in range(12):
        published(world, title=f"More {number}", author=world.chair, countries=["KG", "RS"])
        row, _audience = queries.brief(world.head, brief.public_id)
        actions.revise(
            world.head,
            brief.public_id,
            row.version,
            content(body=f"Text {number}", countries=["KG"]),
            "Again",
        )
    browser.get(paths[path])
    with world.count_queries() as many:
        assert browser.get(paths[path]).status_code == 200
    statements = [one for one in many.statements if not one.startswith("BEGIN")]
    assert len(statements) <= 8, "\n\n".join(statements)
    assert len(few) == len(many)
