"""Replying: held first, then in its place for everyone in the audience, and for nobody else."""

import re
from datetime import timedelta

import pytest
import time_machine

from tests.discussions.scenes import first_post, release, say, start, talk
from wg_portal.core import clock, drafts
from wg_portal.core.policy import NotAllowed
from wg_portal.discussions import actions, queries


def test_a_reply_is_held_and_then_stands_in_the_thread(world):
    thread = start(world)
    page = f"/discussions/{thread}"
    sent = world.browser(world.chair).submit(page, f"{page}/posts", body="It is **too broad**.", intent="post")
    assert sent.status_code == 303 and "#post-" in sent.location
    assert "too broad" not in world.browser(world.head).get(page).text
    mine = world.browser(world.chair).get(page).text
    assert "<strong>too broad</strong>" in mine and "Held, nobody has received it yet." in mine
    release(world)
    theirs = world.browser(world.head).get(page).text
    assert "<strong>too broad</strong>" in theirs and "Held" not in re.sub(r"(?s)<form.*?</form>", "", theirs)


def test_undo_while_held_gives_the_words_back_and_leaves_no_trace(world):
    thread = start(world)
    page = f"/discussions/{thread}"
    browser = world.browser(world.chair)
    browser.submit(page, f"{page}/posts", body="Only for my delegation.", intent="post")
    undone = browser.submit(page, field=None, action=undo_address(browser.get(page).text))
    assert undone.status_code == 303 and undone.location == page
    assert "Only for my delegation." in browser.get(page).text
    release(world)
    assert "Only for my delegation." not in world.browser(world.head).get(page).text
    assert len(talk(world, world.chair, thread).posts) == 1


def undo_address(html):
    return re.search(r'action="(/held/posts/[^"]+/undo)"', html).group(1)


def test_what_has_gone_out_cannot_be_undone(world):
    thread = start(world)
    page = f"/discussions/{thread}"
    browser = world.browser(world.chair)
    browser.submit(page, f"{page}/posts", body="Gone.", intent="post")
    address, fields = browser.form(page, undo_address(browser.get(page).text))
    release(world)
    assert browser.post(address, data=fields).status_code == 422


def test_who_is_left_out_finds_what_was_never_written(world):
    thread = start(world, choice=world.choose("governments", without=["MN"]))
    post = say(world, world.chair, thread, "About Mongolia.")
    rival = world.browser(world.rival)
    pages = [f"/discussions/{thread}", f"/discussions/{thread}/changes?after=0", f"/posts/{post}"]
    for path in [*pages, *(f"/posts/{post}/{what}" for what in ("reply", "history", "edit", "withdraw"))]:
        hidden, missing = rival.get(path), rival.get(re.sub(r"/[A-Za-z][\w-]{21}", "/" + "a" * 22, path))
        assert (hidden.status_code, missing.status_code) == (404, 404), path
        assert without_keys(hidden.text) == without_keys(missing.text).replace(
            "a" * 22, post if "posts" in path else thread
        )
        assert world.browser(world.neighbour).get(path).status_code in (200, 303, 403), path
    assert thread not in rival.get("/discussions").text
    assert thread in world.browser(world.neighbour).get("/discussions").text
    assert actions.reply(world.rival, thread, "May I?", "en") is None


def without_keys(html):
    return re.sub(r'(name="(?:csrf_token|once)" value=")[^"]+', r"\1", html)


def test_replies_nest_and_stand_under_what_they_answer(world):
    thread = start(world)
    top = first_post(world, world.head, thread)
    one = say(world, world.chair, thread, "one", top)
    two = say(world, world.neighbour, thread, "two", top)
    under = say(world, world.head, thread, "under one", one)
    deep = say(world, world.chair, thread, "too deep for the page", under)
    posts = talk(world, world.chair, thread).posts
    assert [(post.public_id, post.level) for post in posts] == [(top, 1), (one, 2), (under, 3), (two, 2)]
    assert posts[2].goes_on and not posts[1].goes_on
    page = world.browser(world.chair).get(f"/posts/{deep}")
    address = page.location.partition("#")[0]
    assert "too deep for the page" in world.browser(world.chair).get(address).text


def test_the_form_answers_the_post_that_was_chosen(world):
    thread = start(world)
    top = first_post(world, world.head, thread)
    browser = world.browser(world.chair)
    address = browser.get(f"/posts/{top}/reply").location.partition("#")[0]
    browser.submit(address, f"/discussions/{thread}/posts", body="I answer you.", intent="post")
    release(world)
    assert [post.level for post in talk(world, world.head, thread).posts] == [1, 2]


def test_a_reply_is_never_less_protective_than_its_thread(world):
    open_thread = start(world)
    plain = say(world, world.chair, open_thread, "x")
    assert byline_of(world, open_thread, plain) == "Head of delegation of Canada"
    thread = start(world, choice=world.choose("governments", as_="organisation"))
    post = say(world, world.chair, thread, "x", attribution="named")
    assert byline_of(world, thread, post) == "A representative of Canada"
    careful = say(world, world.chair, open_thread, "y", attribution="organisation")
    assert byline_of(world, open_thread, careful) == "A representative of Canada"


def byline_of(world, thread, post_id):
    from wg_portal.accounts.queries import bylines

    posts = talk(world, world.head, thread).posts
    with world.app.test_request_context():
        return str(bylines(world.head, posts)[post_id])


def test_a_closed_discussion_takes_no_reply_and_can_be_opened_again(world):
    thread = start(world)
    page = f"/discussions/{thread}"
    assert world.browser(world.head).submit(page, f"{page}/close").status_code == 303
    shown = world.browser(world.chair).get(page).text
    assert "This discussion is closed." in shown and f'action="{page}/posts"' not in shown
    with pytest.raises(NotAllowed):
        actions.reply(world.chair, thread, "Too late.", "en")
    with pytest.raises(NotAllowed):
        actions.close(world.chair, thread, closed=False)
    world.browser(world.head).submit(page, f"{page}/close")
    assert say(world, world.chair, thread, "In time.")


def test_a_refused_reply_keeps_every_word(world):
    thread = start(world)
    page = f"/discussions/{thread}"
    answer = world.browser(world.chair).submit(page, f"{page}/posts", body="x" * 20_001, intent="post")
    assert answer.status_code == 422 and "x" * 20_001 in answer.text
    empty = world.browser(world.chair).submit(page, f"{page}/posts", body="", intent="post")
    assert empty.status_code == 422 and "Write something here." in empty.text


def test_a_half_written_reply_waits_as_a_draft(world):
    thread = start(world)
    page = f"/discussions/{thread}"
    browser = world.browser(world.chair)
    browser.submit(page, f"{page}/posts", body="Half a tho", intent="draft")
    assert "Half a tho" in browser.get(page).text
    assert "Half a tho" not in world.browser(world.head).get(page).text
    browser.submit(page, f"{page}/posts", intent="post")
    assert drafts.draft_at(world.chair, page) is None


def test_two_presses_make_one_post(world):
    thread = start(world)
    page = f"/discussions/{thread}"
    browser = world.browser(world.chair)
    address, fields = browser.form(page, f"{page}/posts")
    first = browser.post(address, data={**fields, "body": "Once.", "intent": "post"})
    second = browser.post(address, data={**fields, "body": "Once.", "intent": "post"})
    assert (first.status_code, second.status_code) == (303, 303)
    release(world)
    assert sum("Once." in post.body_html for post in talk(world, world.head, thread).posts) == 1


def test_a_long_thread_costs_what_a_short_one_does(world):
    thread = start(world)
    top = first_post(world, world.head, thread)
    quick = world.browser(world.chair)
    short = count(world, quick, f"/discussions/{thread}")
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
        for number in range(70):
            actions.reply(world.chair, thread, f"reply {number}", "en", parent_id=top if number % 2 else None)
        from wg_portal.core.outbox import run_due

    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=True):
        run_due()
    assert count(world, quick, f"/discussions/{thread}") <= short
    seen, asked = [], {}
    while True:
        page = talk(world, world.head, thread, **asked)
        seen += [post.public_id for post in page.posts]
        assert len(page.posts) <= 30
        if page.later is None:
            break
        asked = {"from": re.search("from=(\\w+)", page.later).group(1)}
    assert len(seen) == len(set(seen)) == 71
    assert (
        page.earlier and talk(world, world.head, thread, before=re.search("before=(\\w+)", page.earlier).group(1)).posts
    )
    last = talk(world, world.head, thread, **{"from": "last"})
    assert last.posts[-1].public_id == seen[-1] and last.later is None
    middle = world.browser(world.head).get(f"/posts/{seen[45]}").location
    assert f'id="post-{seen[45]}"' in world.browser(world.head).get(middle.partition("#")[0]).text


def count(world, browser, path):
    browser.get(path)
    with world.count_queries() as counter:
        assert browser.get(path).status_code == 200
    asked = [statement for statement in counter.statements if not statement.startswith(("BEGIN", "COMMIT"))]
    assert len(asked) <= 8, asked
    return len(asked)


def test_the_list_and_the_pages_ask_little(world):
    for _number in range(3):
        thread = start(world)
    browser = world.browser(world.chair)
    assert count(world, browser, "/discussions") <= 8
    assert count(world, browser, f"/discussions/{thread}/changes?after=0") <= 8


def test_a_thread_is_started_from_its_form_and_held(world):
    browser = world.browser(world.representative)
    page = "/discussions/new"
    sent = browser.submit(
        page,
        page,
        title="A new start",
        body="First words.",
        preset="governments_and_civil_society",
        intent="post",
    )
    assert sent.status_code == 303, sent.text
    assert "Held, nobody has received it yet." in browser.get(sent.location).text
    assert world.browser(world.head).get(sent.location).status_code == 404
    release(world)
    shown = world.browser(world.head).get(sent.location).text
    assert "A new start" in shown and "First words." in shown
    assert "A new start" in world.browser(world.head).get("/discussions").text
    assert world.browser(world.secretariat).get(sent.location).status_code == 404


def test_a_held_thread_that_is_undone_was_never_there(world):
    thread = actions.start(
        world.head,
        world.choose("governments"),
        "Not yet",
        "Words.",
        "en",
        fields={"title": ["Not yet"], "body": ["Words."]},
    )
    page = f"/discussions/{thread.public_id}"
    browser = world.browser(world.head)
    assert browser.submit(page, f"/held/discussions/{thread.public_id}/undo").location == "/discussions/new"
    assert "Words." in browser.get("/discussions/new").text
    release(world)
    assert browser.get(page).status_code == 404 and queries.thread(world.head, thread.public_id) is None
