"""Changing and withdrawing what one said, and what a page that lost its line is told."""

import re
from dataclasses import replace

import pytest
from flask import g
from flask_babel import refresh

from tests.discussions.scenes import first_post, release, say, start, talk
from wg_portal.accounts.queries import bylines
from wg_portal.core.policy import NotAllowed, Stale
from wg_portal.discussions import actions, queries
from wg_portal.discussions.pieces import article


def test_an_edit_shows_that_it_was_one_and_keeps_what_was_said(world):
    thread = start(world)
    post = say(world, world.chair, thread, "Seven days.")
    page = f"/posts/{post}/edit"
    sent = world.browser(world.chair).submit(page, page, body="Eight days.")
    assert sent.status_code == 303
    shown = world.browser(world.head).get(f"/discussions/{thread}").text
    assert "Eight days." in shown and "Seven days." not in shown and "edited" in shown
    assert "Seven days." in world.browser(world.head).get(f"/posts/{post}/history").text
    assert world.browser(world.outsider).get(f"/posts/{post}/history").status_code == 200


def test_each_reader_has_the_post_in_their_own_words(world):
    """Rendered posts are kept for all who may see them alike: never for a reader of another language or zone, of other
    rights, or for whom another name stands over it."""
    thread = start(world)
    say(world, world.chair, thread, "Seven days.")
    pages = {
        "head": replace(world.head, language="fr", timezone="Europe/Paris"),
        "chair": world.chair,
        "neighbour": replace(world.neighbour, timezone="Pacific/Apia"),
        "colleague": replace(world.neighbour, timezone="America/Santiago"),  # alike but for the clock
    }
    shown = {name: rendered(world, viewer, thread) for name, viewer in pages.items()}
    assert "Répondre" in shown["head"] and "Reply" in shown["chair"] and "Reply" in shown["neighbour"]
    assert "Edit" in shown["chair"] and "Modifier" not in shown["head"] and "Edit" not in shown["neighbour"]
    assert len(set(re.findall(r'title="([^"]+)">', "".join(shown.values())))) == 4
    assert "seal mine" in shown["chair"] and "seal mine" not in shown["neighbour"]


def rendered(world, viewer, thread):
    """The reply of a discussion, as one reader's page has it."""
    with world.app.test_request_context():
        g.viewer = viewer
        refresh()
        talk_of_it = talk(world, viewer, thread)
        names = bylines(viewer, talk_of_it.posts)
        return "".join(article(shown, names[shown.public_id]) for shown in talk_of_it.posts[1:])


def test_nobody_else_changes_a_post(world):
    thread = start(world)
    post = say(world, world.chair, thread, "Mine.")
    assert world.browser(world.head).get(f"/posts/{post}/edit").status_code == 403
    with pytest.raises(NotAllowed):
        actions.edit(world.head, post, 1, "Yours.", "en")
    assert "Mine." in talk(world, world.head, thread).posts[-1].body_html


def test_a_stale_edit_shows_both_texts(world):
    thread = start(world)
    post = say(world, world.chair, thread, "First.")
    page = f"/posts/{post}/edit"
    browser = world.browser(world.chair)
    address, fields = browser.form(page, page)
    browser.submit(page, page, body="Second, from another window.")
    answer = browser.post(address, data={**fields, "body": "Second, from this one."})
    assert answer.status_code == 409
    assert "Second, from another window." in answer.text and "Second, from this one." in answer.text
    with pytest.raises(Stale):
        actions.edit(world.chair, post, 1, "Third.", "en")


def test_a_withdrawn_post_leaves_a_stub_and_its_replies(world):
    thread = start(world)
    post = say(world, world.chair, thread, "Secret words.")
    page = f"/posts/{post}/edit"
    world.browser(world.chair).submit(page, page, body="Secret words, again.")
    say(world, world.head, thread, "An answer stays.", post)
    gone = f"/posts/{post}/withdraw"
    assert world.browser(world.chair).submit(gone, gone).status_code == 303
    shown = world.browser(world.head).get(f"/discussions/{thread}").text
    assert "This post was withdrawn." in shown and "An answer stays." in shown and "Secret words" not in shown
    assert "Secret words" not in world.browser(world.head).get(f"/posts/{post}/history").text
    assert "Secret words" in world.browser(world.chair).get(f"/posts/{post}/history").text
    assert queries.post(world.head, post)[0].body == ""


def test_the_secretariat_may_withdraw_where_it_reads_and_nowhere_else(world):
    inside = start(world, choice=world.choose("everyone"))
    outside = start(world)
    open_post, closed_post = say(world, world.chair, inside, "x"), say(world, world.chair, outside, "y")
    assert actions.withdraw(world.secretariat, open_post).state == "withdrawn"
    assert actions.withdraw(world.secretariat, closed_post) is None
    with pytest.raises(NotAllowed):
        actions.withdraw(world.head, closed_post)


def test_catching_up_gives_what_is_new_and_what_changed_once_and_in_order(world):
    thread = start(world)
    top = first_post(world, world.head, thread)
    old = say(world, world.chair, thread, "old")
    cursor = talk(world, world.head, thread).cursor
    one = say(world, world.chair, thread, "one", top)
    two = say(world, world.neighbour, thread, "two")
    actions.edit(world.chair, old, version_of(world, old), "old, but better", "en")
    actions.withdraw(world.neighbour, two)
    browser = world.browser(world.head)
    answer = browser.fragment(f"/discussions/{thread}/changes?after={cursor}")
    assert re.findall(r'<li id="post-([^"]+)"', answer.text) == [one, old, two]
    assert f'data-parent="post-{top}"' in answer.text and "This post was withdrawn." in answer.text
    again = browser.fragment(f"/discussions/{thread}/changes?after={answer.headers['X-Cursor']}")
    assert again.status_code == 204 and again.headers["X-Cursor"] == answer.headers["X-Cursor"]
    assert talk(world, world.head, thread).cursor == int(answer.headers["X-Cursor"])


def version_of(world, post):
    return queries.post(world.head, post)[0].version


def test_a_long_absence_is_caught_up_in_steps(world):
    thread = start(world)
    for number in range(60):
        actions.reply(world.chair, thread, str(number), "en")
    release(world)
    browser, seen, cursor = world.browser(world.head), [], 1
    for _step in range(5):
        answer = browser.fragment(f"/discussions/{thread}/changes?after={cursor}")
        seen += re.findall(r'<li id="post-([^"]+)"', answer.text)
        cursor = int(answer.headers["X-Cursor"])
        if "X-More" not in answer.headers:
            break
    assert len(seen) == len(set(seen)) == 60


def test_a_held_post_takes_no_number(world):
    thread = start(world)
    cursor = talk(world, world.head, thread).cursor
    actions.reply(world.chair, thread, "Not yet.", "en")
    for member in (world.head, world.chair):
        assert world.browser(member).fragment(f"/discussions/{thread}/changes?after={cursor}").status_code == 204
    release(world)
    assert "Not yet." in world.browser(world.head).fragment(f"/discussions/{thread}/changes?after={cursor}").text
