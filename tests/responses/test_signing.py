"""Signing a statement: who may, on which version, and who may know of it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from tests.responses.scenes import (
    WORDS,
    end_by_clock,
    journal_lines,
    opened,
    released,
    seen,
    started,
    tally,
    token_of,
    told,
    world_release,
)
from wg_portal.core import clock
from wg_portal.core.database import db, set_reading
from wg_portal.core.policy import NotAllowed, Refusal, Stale
from wg_portal.responses import actions, queries
from wg_portal.responses.models import SignOn


def test_a_statement_is_drafted_opened_joined_by_three_and_released(world):
    pen = world.browser(world.neighbour)
    fields = {
        "title": "On registers",
        "text": "\n\n".join(WORDS),
        "preset": "governments_and_civil_society",
        "marking": "GREEN",
    }
    sent = pen.submit("/responses/new", "/responses/new", **fields)
    assert sent.status_code == 303, sent.text.split("<main")[1][:1500]
    address = sent.headers["Location"]
    world_release(world)
    page = pen.get(address).text
    assert '<em class="op">Recall</em>' in page and "In drafting" in page
    day = clock.now() + timedelta(days=5)
    assert pen.submit(address, f"{address}/open", sign_on=f"{day:%Y-%m-%d}", sign_time="18:00").status_code == 303
    for member in (world.neighbour, world.head, world.rival):
        browser = world.browser(member)
        name = member.organisation.name
        page = browser.get(address).text
        assert f"Acting for {name}" in page and f"Sign for {name}" in page
        asked = browser.submit(address, f"{address}/answers", answer="joins")
        assert asked.status_code == 200 and f"Sign for {name}" in asked.text and f"Acting for {name}" in asked.text
        assert told(world.chair, address.split("/")[2])[member.organisation.code] == "none"
        assert browser.submit(address, f"{address}/answers", answer="joins", confirm="yes").status_code == 303
    assert "3 join" in world.browser(world.chair).get(address).text
    assert "3 join" not in world.browser(world.representative).get(address).text
    asked = pen.submit(address, f"{address}/release")
    assert asked.status_code == 200 and "3 join" in asked.text
    assert pen.submit(address, f"{address}/release", confirm="yes").status_code == 303
    assert "3 join" in world.browser(world.representative).get(address).text


def test_a_plain_delegate_is_refused_on_a_page_that_says_who_can(world):
    public_id = opened(world)
    colleague = world.browser(world.delegate)
    page = colleague.get(f"/responses/{public_id}").text
    assert "The head of delegation or the alternate signs for Lithuania." in page and "Sign for Lithuania" not in page
    keys = {
        "csrf_token": token_of(page),
        "once": "a-key-of-a-colleague",
        "answer": "joins",
        "version": "0",
        "confirm": "yes",
    }
    answer = colleague.post(f"/responses/{public_id}/answers", data=keys)
    assert (
        answer.status_code == 403
        and "Only the head of delegation or the alternate answers for Lithuania" in answer.text
    )
    with pytest.raises(NotAllowed):
        actions.answer(world.delegate, public_id, "joins", 0)
    db.session.rollback()
    assert actions.answer(world.head, public_id, "joins", 0).answer == "joins"


def test_civil_society_endorses_in_a_list_of_its_own_and_does_not_sign(world):
    public_id = opened(world)
    with pytest.raises(NotAllowed):
        actions.answer(world.representative, public_id, "joins", 0)
    db.session.rollback()
    with pytest.raises(NotAllowed):
        actions.endorse(world.head, public_id, "endorses", 0)
    db.session.rollback()
    address = f"/responses/{public_id}"
    sent = world.browser(world.representative).submit(address, f"{address}/endorsements", answer="endorses")
    assert sent.status_code == 303
    page = world.browser(world.head).get(address).text
    assert "Northern Legal Aid Network" in page.split('id="endorsements"')[1]
    assert "N1" not in told(world.head, public_id) and tally(world.head, public_id) == {}


def test_a_later_answer_is_given_on_the_version_of_the_earlier_one(world):
    public_id = opened(world)
    first = actions.answer(world.head, public_id, "awaiting", 0).version
    with pytest.raises(Stale) as stale:
        actions.answer(world.head, public_id, "joins", 0)
    db.session.rollback()
    assert "Awaiting instructions" in stale.value.theirs.values()
    assert told(world.head, public_id)["LT"] == "awaiting"
    assert actions.answer(world.head, public_id, "joins", first).version == first + 1
    lines = journal_lines("signon.given")
    assert [line.details["answer"] for line in lines] == ["awaiting", "joins"]
    assert all(line.is_private and line.acting_for_id == world.head.organisation.id for line in lines)


@pytest.mark.parametrize("quiet", ["cannot", "awaiting", "withdrawn"])
def test_a_quiet_answer_looks_like_none_to_all_but_chair_lead_and_secretariat_for_ever(world, quiet):
    public_id = opened(world, "governments", "civil_society", "secretariat")
    before = {member: told(getattr(world, member), public_id) for member in ("rival", "outsider", "representative")}
    version = actions.answer(world.head, public_id, "joins", 0).version if quiet == "withdrawn" else 0
    signon = actions.answer(world.head, public_id, quiet, version)
    for member, said in before.items():
        assert told(getattr(world, member), public_id) == said
        assert tally(getattr(world, member), public_id) == {}
        assert queries.response_of_sign_on(getattr(world, member), signon.public_id) is None
    for member in (world.chair, world.secretariat, world.neighbour, world.delegate):
        assert told(member, public_id)["LT"] == quiet
    actions.answer(world.chair, public_id, "joins", 0)
    released(world, public_id)
    for member in (world.rival, world.representative):
        assert set(told(member, public_id)) - {member.organisation.code} == {"CA"}
        page = world.browser(member).get(f"/responses/{public_id}").text
        assert "Lithuania" not in page.split('id="signatures"')[1].split("</section>")[0]


def test_the_running_list_is_for_delegations_or_for_the_chair_alone(world):
    for_all, for_chair = opened(world), opened(world, list_for="chair")
    for public_id in (for_all, for_chair):
        actions.answer(world.head, public_id, "joins", 0)
        assert told(world.chair, public_id)["LT"] == "joins" and tally(world.representative, public_id) == {}
    assert told(world.rival, for_all)["LT"] == "joins" and told(world.rival, for_chair)["LT"] == "none"
    page = world.browser(world.rival).get(f"/responses/{for_chair}").text
    assert "The running list is for the chair and the lead" in page and "1 joins" not in page
    assert "Who signs is shown at release." in world.browser(world.representative).get(f"/responses/{for_all}").text


def test_a_lead_of_civil_society_sees_no_refusals(world):
    public_id = started(world, lead="N1")
    version = seen(world.chair, public_id).version
    actions.open_for_signature(world.representative, public_id, version, clock.now() + timedelta(days=2))
    actions.answer(world.head, public_id, "cannot", 0)
    assert told(world.representative, public_id)["LT"] == "none" and told(world.chair, public_id)["LT"] == "cannot"


def test_an_unconfirmed_ad_referendum_drops_by_the_clock_and_at_release(world):
    public_id = opened(world)
    signon = actions.answer(world.head, public_id, "ad_referendum", 0, clock.now() + timedelta(hours=5))
    actions.answer(world.chair, public_id, "joins", 0)
    assert told(world.rival, public_id)["LT"] == "ad_referendum"
    (waits,) = queries.waiting(world.head)
    assert waits.action == "Confirm for Lithuania" and waits.due < clock.now() + timedelta(hours=6)
    end_by_clock(signon.public_id, SignOn, confirm_by=clock.now() - timedelta(seconds=1))
    assert told(world.rival, public_id)["LT"] == "none" and told(world.chair, public_id)["LT"] == "none"
    released(world, public_id)
    assert set(told(world.representative, public_id)) == {"CA"}
    assert journal_lines("response.released")[0].details["signatories"] == ["CA"]


def test_signatures_are_taken_until_the_deadline_and_a_late_one_is_refused(world):
    public_id = opened(world)
    assert actions.answer(world.head, public_id, "joins", 0)
    end_by_clock(public_id, sign_by=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refusal):
        actions.answer(world.rival, public_id, "joins", 0)
    db.session.rollback()
    page = world.browser(world.rival).get(f"/responses/{public_id}").text
    assert "Closed for signature" in page and "Sign for Mongolia" not in page
    assert queries.waiting(world.rival) == []


def test_two_who_answer_at_once_for_one_delegation_leave_one_answer(world):
    from wg_portal.accounts import actions as accounts
    from wg_portal.accounts.queries import viewer_of

    public_id = opened(world)
    seats = [
        accounts.seat(world.bodies["LT"].id, "alternate", f"alternate{n}@scenes.example", "x").id for n in range(12)
    ]
    viewers = [viewer_of(id) for id in seats]
    db.session.rollback()
    came, gate = [], threading.Barrier(12)

    def sign(viewer, said):
        with world.app.app_context():
            set_reading(False)
            gate.wait()
            for _try in range(40):
                try:
                    actions.answer(viewer, public_id, said, 0)
                    came.append("given")
                    break
                except Stale:
                    db.session.rollback()
                    came.append("stale")
                    break
                except OperationalError:  # a busy database is asked again
                    db.session.rollback()
            db.session.remove()

    said = ["joins", "cannot"] * 6
    threads = [threading.Thread(target=sign, args=pair) for pair in zip(viewers, said, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["given"] + ["stale"] * 11
    assert len(journal_lines("signon.given")) == 1
