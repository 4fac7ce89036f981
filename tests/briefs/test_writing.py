"""Writing a brief: drafts, preview, figures, the hold and undo; what is wrong is said, and what was typed is kept."""

from html import escape

import pytest
from sqlalchemy import select, update

from tests.forms import FormReader
from tests.world import PASSWORD
from wg_portal.accounts.models import AuthSession
from wg_portal.briefs.models import Brief
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.drafts import drafts_of
from wg_portal.core.outbox import Errand
from wg_portal.core.visibility import unguarded

TEXT = {
    "kind": "alert",
    "title": "New inspection criteria",
    "language": "en",
    "countries": ["KG"],
    "asked": "1. Ask the ministry to publish the criteria.",
    "body": "The ministry announced **new criteria** for April.",
    "preset": "governments",
}


def all_briefs():
    found = db.session.scalars(unguarded(select(Brief), because="a scene looks behind the stage")).all()
    db.session.rollback()
    return found


def address(browser):
    """Where the form of a new brief lives."""
    return browser.get("/briefs/new").location


def publish(world, browser, **fields):
    answer = browser.submit(address(browser), field="title", intent="post", **{**TEXT, **fields})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_brief_is_held_then_everyone_in_its_audience_reads_it(world):
    author, reader, outside = (world.browser(who) for who in (world.head, world.neighbour, world.representative))
    where = publish(world, author)
    assert "Held, nobody has received it yet." in author.get(where).text
    assert reader.get(where).status_code == 404
    release(world)
    page = reader.get(where)
    assert "<strong>new criteria</strong>" in page.text
    assert "TLP:AMBER" in page.text
    assert "New inspection criteria" in reader.get("/briefs").text
    assert outside.get(where).status_code == 404
    assert "New inspection criteria" not in outside.get("/briefs").text


def release(world):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Errand.__table__).values(due_at=clock.now()))
    world.run_due()


def test_inside_ones_own_delegation_nothing_waits(world):
    where = publish(world, world.browser(world.head), preset="own")
    assert world.browser(world.delegate).get(where).status_code == 200
    assert world.browser(world.chair).get(where).status_code == 404


def test_undo_gives_the_text_back_to_its_editor(world):
    author = world.browser(world.head)
    where = publish(world, author)
    answer = author.submit(where, action=f"/held{where}/undo")
    assert answer.status_code == 303
    page = author.get(answer.location)
    assert "New inspection criteria" in page.text
    assert "**new criteria**" in page.text
    assert all_briefs() == []


def test_undo_comes_too_late_once_it_has_gone_out(world):
    author = world.browser(world.head)
    where = publish(world, author)
    page, fields = author.form(where, action=f"/held{where}/undo")
    release(world)
    answer = author.post(page, data=fields)
    assert answer.status_code == 422
    assert "already gone out" in answer.text


def test_a_draft_is_saved_without_a_script_and_only_its_writer_finds_it(world):
    author = world.browser(world.head)
    place = address(author)
    answer = author.submit(place, field="title", intent="draft", **TEXT)
    assert (answer.status_code, answer.location) == (303, place)
    page = author.get(place)
    assert "**new criteria**" in page.text
    assert "KG" in page.text
    assert len(drafts_of(world.head)) == 1
    assert "New inspection criteria" not in world.browser(world.delegate).get(place).text
    assert "New inspection criteria" in author.get("/briefs").text
    assert all_briefs() == []


def test_two_drafts_never_share_a_place(world):
    author = world.browser(world.head)
    assert address(author) != address(author)


def test_preview_and_figures_store_nothing(world):
    author = world.browser(world.head)
    place = address(author)
    preview = author.submit(place, field="title", intent="preview", **TEXT)
    assert preview.status_code == 200
    assert "<strong>new criteria</strong>" in preview.text
    figures = author.submit(
        place, field="title", intent="figures", **{**TEXT, "preset": "governments_and_civil_society"}
    )
    assert "5 governments and 2 organisations" in figures.text
    assert "including 2 civil society organisations" in figures.text
    assert all_briefs() == []
    assert drafts_of(world.head) == []


def test_a_member_that_the_brief_is_about_can_be_left_out_by_one_press(world):
    author = world.browser(world.head)
    place = address(author)
    about = {**TEXT, "countries": ["MN"]}
    offered = author.submit(place, field="title", intent="add", **about)
    assert "Mongolia is a member." in offered.text
    pressed = author.submit(place, field="title", intent=f"recuse:{world.bodies['MN'].public_id}", **about)
    assert "Mongolia is a member." not in pressed.text
    assert "Mongolia left out" in pressed.text
    where = publish(world, author, countries=["MN"], without=[world.bodies["MN"].public_id])
    release(world)
    assert world.browser(world.rival).get(where).status_code == 404
    assert "New inspection criteria" not in world.browser(world.rival).get("/briefs").text
    assert "New inspection criteria" not in world.browser(world.rival).get("/briefs?country=MN").text
    assert "Mongolia left out" in world.browser(world.neighbour).get(where).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "x" * 201}, "Keep this to 200 characters."),
        ({"body": "x" * 20_001}, "Keep this to 20000 characters."),
        ({"body": ""}, "Write something here."),
        ({"asked_by": "31 February"}, "Not a valid date value."),
        ({"preset": "mix", "organisations": ["nobody-we-know"]}, "nobody-we-know"),
        ({"without": ["nobody-we-know"]}, "nobody-we-know"),
        ({"countries": ["QQ"]}, "Choose countries of the list."),
        ({"preset": "mix"}, "Choose at least one circle"),
        ({"marking": "RED"}, "TLP:RED is for named people only"),
        ({"sources": "Gazette | javascript:alert(1)"}, "Line 1: an address starts with https://."),
        ({"sources": "Gazette | https://gazette.example | soon"}, "Line 1: write the date as"),
        ({"kind": "poem"}, "Not a valid choice."),
        ({"ends_on": "2020-01-01"}, "Choose a day that has not passed."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(world, wrong, said):
    author = world.browser(world.head)
    answer = author.submit(address(author), field="title", intent="post", **{**TEXT, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert "1. Ask the ministry to publish the criteria." in answer.text
    for typed in wrong.values():
        if isinstance(typed, str) and "body" in wrong:
            assert escape(typed) in answer.text
    assert all_briefs() == []


def test_bytes_that_are_no_text_do_not_break_anything(world):
    author = world.browser(world.head)
    place, fields = author.form(address(author), field="title")
    sent = {
        **fields,
        **TEXT,
        "intent": "post",
        "title": "Bad \x00\x1b bytes",
        "body": "A\x00B\u202e",
        "laws": ["x\x00y"],
    }
    answer = author.post(place, data=sent)
    assert answer.status_code == 303, answer.text
    assert all_briefs()[0].title == "Bad bytes"
    assert all_briefs()[0].body == "AB"


def test_the_same_form_sent_twice_makes_one_brief(world):
    author = world.browser(world.head)
    place, fields = author.form(address(author), field="title")
    sent = {**fields, **TEXT, "intent": "post"}
    first, second = author.post(place, data=sent), author.post(place, data=sent)
    assert first.location == second.location
    assert len(all_briefs()) == 1
    other = author.post(place, data={**sent, "body": "Something else entirely."})
    assert other.status_code == 409
    assert "Something else entirely." in other.text


def test_a_session_that_ended_while_writing_gives_every_word_back(world):
    author = world.browser(world.representative)
    place, fields = author.form(address(author), field="title")
    text = "تسجيل جديد للمنظمات\n\nالفقرة الثانية"
    sent = {
        **fields,
        **TEXT,
        "body": text,
        "preset": "mix",
        "organisations": [world.bodies["SE"].public_id],
        "intent": "post",
    }
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(AuthSession.__table__).values(ended_at=clock.now()))
    expired = author.post(place, data=sent, headers={"Origin": "http://localhost"})
    assert expired.status_code == 401
    assert "Your text is kept." in expired.text
    sign_in(author, expired, password="wrong wrong wrong wrong")
    answer = sign_in(author, expired)
    assert answer.status_code == 302, answer.text
    assert answer.location.endswith(place)
    page = author.get(place)
    assert "الفقرة الثانية" in page.text
    assert f'value="{world.bodies["SE"].public_id}" checked' in page.text or (
        "checked id" in page.text and world.bodies["SE"].public_id in page.text
    )
    assert all_briefs() == []


def sign_in(browser, page, password=None):
    form = next(form for form in FormReader.read(page.text) if form.action == "/sign-in")
    form.fields |= {"email": "representative@scenes.example", "password": password or PASSWORD}
    return browser.post("/sign-in", data=form.fields)


def test_another_sites_form_is_not_kept(world):
    author = world.browser(world.head)
    place, fields = author.form(address(author), field="title")
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(AuthSession.__table__).values(ended_at=clock.now()))
    answer = author.post(place, data={**fields, **TEXT}, headers={"Origin": "http://localhost.evil.example"})
    assert answer.status_code == 401
    assert "Your text is kept." not in answer.text
