"""Moments that must feel perfect (product §17), as far as the house reaches: 1, 5, 6 and 7."""

from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import update

from wg_portal.accounts.models import Member
from wg_portal.briefs import actions as briefs
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.transactions import transaction
from wg_portal.discussions import actions as discussions
from wg_portal.responses import actions as responses
from wg_portal.responses.models import Text


def at_once(member):
    """The member, whose texts are not held."""
    return replace(member, hold=0)


def statement(world, title, hours):
    """Open for signature by all governments, for some hours more. Returns its public id."""
    chair = at_once(world.chair)
    body = chair.organisation.id
    text = Text(title, "joint_statement", "en", body, body, ["*Recall* the right to associate."])
    response = responses.start(chair, text, world.choose("governments"), fields={})
    responses.open_for_signature(chair, response.public_id, response.version, clock.now() + timedelta(hours=hours))
    return response.public_id


def brief(world, title, without=()):
    """A brief for governments and civil society, about Mongolia. Returns its public id, and that of its thread."""
    content = briefs.Content(kind="brief", title=title, language="en", body="What it would do.", countries=["MN"])
    choice = world.choose("governments", "civil_society", without=without)
    row = briefs.publish(at_once(world.neighbour), content, choice, "/briefs/new", {})
    from wg_portal.discussions.queries import thread_on

    return row.public_id, thread_on(world.neighbour, f"briefs/{row.public_id}").public_id


def test_moment_1_monday_desk(portal, visit):
    """After five days away: first what is due today; what a colleague answered has left the list and is told."""

    def five_days(world):
        due, answered = statement(world, "Statement due today", 2), statement(world, "Statement answered", 1)
        responses.answer(at_once(world.head), answered, "joins", 0)
        with transaction():
            away = clock.now() - timedelta(days=5)
            db.session.execute(update(Member).where(Member.id == world.delegate.id).values(here_at=away))
        return due, answered

    due, answered = portal.stage(five_days)
    page = visit(portal, "delegate")
    first = page.locator("ol.order > li").first
    expect(first).to_contain_text("Statement due today")
    expect(first).to_contain_text("UTC")
    assert answered not in page.locator("ol.order").inner_html()
    since = page.locator("section", has=page.locator("#since"))
    expect(since).to_contain_text("Statement answered")
    expect(since).to_contain_text("Lithuania")
    assert due


def test_moment_5_wrong_room(portal, visit):
    """The button says whom it reaches. Undone while held, it never was; the words are back in the editor."""
    item, thread = portal.stage(lambda world: brief(world, f"Wrong room on {portal.kind}"))
    secret = "zyqinternal: Vilnius will not support this"
    reader, writer = visit(portal, "neighbour"), visit(portal, "delegate")
    reader.goto(f"/briefs/{item}")
    writer.goto(f"/briefs/{item}")
    writer.locator('#reply textarea[name="body"]').fill(secret)
    button = writer.locator("#reply button.go")
    expect(button).to_have_text("Post to 8 people, including 2 civil society organisations")
    button.click()
    undo = writer.locator('form[action^="/held/posts/"] button').first
    expect(undo).to_be_visible()
    for address in (f"/briefs/{item}", f"/discussions/{thread}", "/search?q=zyqinternal", "/"):
        reader.goto(address)
        assert "Vilnius will not support" not in reader.content()
    undo.click()
    expect(writer.locator('#reply textarea[name="body"]')).to_have_value(secret)
    writer.wait_for_timeout(6000)  # longer than it would have been held
    reader.goto(f"/briefs/{item}")
    assert "Vilnius will not support" not in reader.content()

    def lines(world):
        from sqlalchemy import select

        from wg_portal.core.journal import Entry
        from wg_portal.core.visibility import readable, seen_by

        entries = readable(Entry)
        told = select(entries.verb, entries.subject).where(
            entries.about == f"discussions/{thread}", entries.verb.like("post.%")
        )
        return db.session.execute(told, seen_by(world.neighbour)).all()

    assert portal.stage(lines) == []


def test_moment_6_recused(portal, visit):
    """Mongolia finds nothing of an item on Mongolia's bill; Lithuania sees who was left out."""
    title = f"On a bill in Mongolia, {portal.kind}"
    item, thread = portal.stage(lambda world: brief(world, title, without=["MN"]))
    rival = visit(portal, "rival")
    for address in (
        "/",
        "/briefs",
        "/briefs?country=MN",
        "/discussions",
        "/countries/MN",
        "/countries",
        "/search?q=bill",
        "/events",
    ):
        rival.goto(address)
        text = rival.content()
        assert item not in text and thread not in text and title not in text, address
    missing = rival.goto("/briefs/AAAAAAAAAAAAAAAAAAAAAA")
    hidden = rival.goto(f"/briefs/{item}")
    assert (hidden.status, missing.status) == (404, 404)
    head = visit(portal, "head")
    head.goto(f"/briefs/{item}")
    expect(head.locator("main")).to_contain_text("Mongolia left out")


def test_moment_7_line_back(portal, visit):
    """On a phone, mid-reply: the line dies, the server restarts, and what happened meanwhile appears once, in order."""

    def long_thread(world):
        item, thread = brief(world, f"A long thread on {portal.kind}")
        posts = [
            discussions.reply(at_once(world.neighbour), thread, f"Post number {number}", "en") for number in range(12)
        ]
        return item, thread, [(post.public_id, post.version) for post in posts]

    item, thread, posts = portal.stage(long_thread)
    page = visit(portal, "delegate", viewport={"width": 360, "height": 740})
    page.goto(f"/briefs/{item}")
    writing = page.locator('#reply textarea[name="body"]')
    writing.fill("Half a sentence that")
    writing.focus()
    page.evaluate("document.body.dataset.sameLoad = 'yes'")
    before = page.evaluate("document.activeElement.getBoundingClientRect().top")
    page.context.set_offline(True)
    portal.stop()

    def meanwhile(world):
        for number in range(3):
            # Under the first post, far above what the reader is writing: they must be told, and not be moved.
            discussions.reply(at_once(world.chair), thread, f"While away {number}", "en", parent_id=posts[0][0])
        discussions.edit(at_once(world.neighbour), *posts[2], "Post number 2, corrected", "en")
        discussions.withdraw(at_once(world.neighbour), posts[4][0])

    portal.stage(meanwhile)
    portal.start()
    page.context.set_offline(False)
    conversation = page.locator("live-thread")
    expect(conversation).to_contain_text("While away 2", timeout=30_000)
    expect(conversation).to_contain_text("Post number 2, corrected")
    expect(page.locator(f"#post-{posts[4][0]}")).to_contain_text("withdrawn")
    text = conversation.inner_text()
    places = [text.index(f"While away {number}") for number in range(3)]
    assert places == sorted(places)
    assert [text.count(f"While away {number}") for number in range(3)] == [1, 1, 1]
    expect(page.locator("[data-new-replies]")).to_contain_text("3 new")
    assert page.evaluate("document.body.dataset.sameLoad") == "yes"
    expect(writing).to_have_value("Half a sentence that")
    expect(writing).to_be_focused()
    after = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert abs(after - before) < 120, f"what is being written moved from {before} to {after}"
