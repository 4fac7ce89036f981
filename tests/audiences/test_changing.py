"""Changing who can see an item: narrowing at once, widening asked twice, nothing silently overwritten."""

import pytest
from sqlalchemy import select

from tests.audiences.test_engine import can_read, note
from tests.events.scenes import plan
from tests.responses.scenes import text
from wg_portal.audiences.actions import change_audience
from wg_portal.audiences.queries import item
from wg_portal.briefs.models import Brief
from wg_portal.core import drafts, journal
from wg_portal.core.database import db
from wg_portal.core.policy import NotAllowed, Refusal, Stale
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import readable, seen_by
from wg_portal.events import actions as events
from wg_portal.responses import actions as responses


def look(member, brief):
    return item(member, Brief, brief.public_id)


def test_narrowing_takes_effect_at_once_and_tells_those_who_lose_it(world):
    brief = note(world, world.head, world.choose("everyone"))
    heard = []
    journal.listeners_after.append(lambda entry, subject, about, lost: heard.append((entry.verb, lost)))
    try:
        row, audience = look(world.head, brief)
        change_audience(world.head, row, world.choose("governments"), audience.version)
    finally:
        journal.listeners_after.pop()
    assert not can_read(world.representative, brief)
    assert can_read(world.neighbour, brief)
    ((verb, lost),) = heard
    assert verb == "audience.narrowed"
    assert world.representative.id in lost


def test_widening_wants_a_confirmation(world):
    brief = note(world, world.head, world.choose("governments"))
    row, audience = look(world.head, brief)
    with pytest.raises(Refusal, match="More people would see this"):
        change_audience(world.head, row, world.choose("everyone"), audience.version)
    db.session.rollback()
    assert not can_read(world.representative, brief)
    row, audience = look(world.head, brief)
    change_audience(world.head, row, world.choose("everyone"), audience.version, confirmed=True)
    assert can_read(world.representative, brief)


def test_who_chose_from_an_older_choice_is_told(world):
    brief = note(world, world.head, world.choose("everyone"))
    row, audience = look(world.head, brief)
    change_audience(world.head, row, world.choose("governments"), audience.version)
    row, _audience = look(world.head, brief)
    with pytest.raises(Stale):
        change_audience(world.head, row, world.choose("secretariat"), audience.version)
    db.session.rollback()
    assert can_read(world.neighbour, brief)


def test_its_author_and_who_speaks_for_the_owner_may_change_it(world):
    brief = note(world, world.delegate, world.choose("governments"))
    row, audience = look(world.neighbour, brief)
    with pytest.raises(NotAllowed):
        change_audience(world.neighbour, row, world.choose("governments"), audience.version)
    db.session.rollback()
    row, audience = look(world.head, brief)
    change_audience(world.head, row, world.choose("governments", without=["MN"]), audience.version)
    assert can_read(world.delegate, brief)
    assert not can_read(world.rival, brief)


def test_a_marking_is_kept_when_an_audience_changes(world):
    brief = note(world, world.head, world.choose(people=[world.neighbour], marking="RED"))
    row, audience = look(world.head, brief)
    with pytest.raises(Refusal, match="named people only"):
        change_audience(world.head, row, world.choose("governments", marking="RED"), audience.version, confirmed=True)
    db.session.rollback()


def test_attribution_becomes_more_protective_never_less(world):
    brief = note(world, world.head, world.choose("governments"))
    row, audience = look(world.head, brief)
    change_audience(world.head, row, world.choose("governments", as_="organisation"), audience.version)
    assert "A representative of Lithuania" in world.browser(world.neighbour).get(f"/briefs/{brief.public_id}").text
    row, audience = look(world.head, brief)
    with pytest.raises(Refusal, match="never less"):
        change_audience(world.head, row, world.choose("governments", as_="named"), audience.version)
    db.session.rollback()


def test_the_page_asks_before_widening_and_narrows_without_asking(world):
    brief = note(world, world.head, world.choose("governments"))
    page, author = f"/audience/briefs/{brief.public_id}", world.browser(world.head)
    asked = author.submit(page, action=page, preset="governments_and_civil_society")
    assert asked.status_code == 422
    assert "More people would see this than before." in asked.text
    done = author.submit(page, action=page, preset="governments_and_civil_society", confirm="y")
    assert (done.status_code, done.location) == (303, f"/briefs/{brief.public_id}")
    assert can_read(world.representative, brief)
    narrowed = author.submit(
        page, action=page, preset="mix", circles=["governments"], without=[world.bodies["MN"].public_id]
    )
    assert narrowed.status_code == 303, narrowed.text
    assert not can_read(world.rival, brief)
    assert world.browser(world.rival).get(page).status_code == 404
    assert world.browser(world.neighbour).get(page).status_code == 403


def test_two_windows_that_change_it_get_409(world):
    brief = note(world, world.head, world.choose("everyone"))
    page, author = f"/audience/briefs/{brief.public_id}", world.browser(world.head)
    address, fields = author.form(page, action=page)
    assert author.submit(page, action=page, preset="governments").status_code == 303
    answer = author.post(address, data={**fields, "preset": "own"})
    assert answer.status_code == 409
    assert can_read(world.neighbour, brief)


def test_figures_are_asked_without_storing_anything(world):
    author = world.browser(world.head)
    _address, fields = author.form("/account", field="timezone")
    sent = {**fields, "preset": "governments_and_civil_society"}
    told = author.post("/audience/figures", data=sent).get_json()
    assert told["people"] == 8
    assert told["warning"]
    nothing = author.post("/audience/figures", data={**fields, "preset": "mix", "organisations": "unknown"})
    assert nothing.status_code == 422


def test_an_item_in_the_hold_exists_for_nobody_else(world):
    from wg_portal.briefs.actions import Content, publish

    content = Content(kind="brief", title="Held", language="en", body="Words.", countries=["KG"])
    brief = publish(world.head, content, world.choose("everyone"), "/briefs/new", {"title": ["Held"]})
    db.session.rollback()
    lines = readable(journal.Entry)
    for member in (world.delegate, world.neighbour, world.representative, world.secretariat):
        assert not can_read(member, brief)
        assert (
            db.session.scalars(
                select(lines.id).where(lines.subject == f"briefs/{brief.public_id}"), seen_by(member)
            ).all()
            == []
        )
        assert "Held" not in world.browser(member).get("/briefs").text
        assert world.browser(member).get("/audience/briefs/" + brief.public_id).status_code == 404
    assert can_read(world.head, brief)


def test_what_goes_out_takes_its_draft_with_it_in_the_same_transaction(world):
    plans = {"/events/new": lambda: schedule(world), "/responses/new": lambda: start(world)}
    for place, send in plans.items():
        drafts.save_draft(world.head, place, {"title": ["Half a thought"]})
        with pytest.raises(RuntimeError), transaction():
            send()
            raise RuntimeError
        assert drafts.draft_at(world.head, place) is not None
        send()
        assert drafts.draft_at(world.head, place) is None


def schedule(world):
    return events.schedule(world.head, plan(), world.choose("everyone"))


def start(world):
    return responses.start(world.head, text(world), world.choose("everyone"))
