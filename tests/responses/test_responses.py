"""Joint statements: who drafts, opens, releases, and what each page asks of the database."""

from datetime import timedelta

import pytest

from tests.responses.scenes import opened, released, seen, started, text, told
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.policy import NotAllowed, Refusal, Stale
from wg_portal.responses import actions, queries
from wg_portal.responses.models import paragraphs


def test_release_wants_the_minimum_and_later_joiners_are_listed_as_such(world):
    public_id = opened(world, minimum=2)
    actions.answer(world.chair, public_id, "joins", 0)
    with pytest.raises(Refusal):
        released(world, public_id)
    db.session.rollback()
    joined = actions.answer(world.neighbour, public_id, "joins", 0)
    with pytest.raises(NotAllowed):
        actions.release(world.head, public_id, seen(world.head, public_id).version)
    db.session.rollback()
    released(world, public_id)
    with pytest.raises(Refusal):
        actions.answer(world.neighbour, public_id, "withdrawn", joined.version)
    db.session.rollback()
    actions.answer(world.head, public_id, "joins", 0)
    page = world.browser(world.representative).get(f"/responses/{public_id}").text
    assert "joined later" in page
    names = [name for name in ("Canada", "Lithuania", "Sweden") if name in page.split('id="signatures"')[1]]
    places = [page.split('id="signatures"')[1].index(name) for name in names]
    assert len(names) == 3 and places == sorted(places)


def test_the_text_is_frozen_and_hashed_when_opened(world):
    public_id = started(world)
    version = seen(world.neighbour, public_id).version
    with pytest.raises(NotAllowed):
        actions.edit(world.head, public_id, text(world, title="Mine"), version)
    db.session.rollback()
    edited = actions.edit(world.neighbour, public_id, text(world, title="Better"), version)
    with pytest.raises(Stale):
        actions.edit(world.neighbour, public_id, text(world, title="Stale"), version)
    db.session.rollback()
    actions.open_for_signature(world.neighbour, public_id, edited.version, clock.now() + timedelta(days=1))
    response = seen(world.neighbour, public_id)
    assert response.fingerprint == response.hash_of_text() and len(response.fingerprint) == 64
    with pytest.raises(Refusal):
        actions.edit(world.neighbour, public_id, text(world, title="Too late"), response.version)
    db.session.rollback()
    assert world.browser(world.neighbour).get(f"/responses/{public_id}/edit").status_code == 422
    assert seen(world.neighbour, public_id).title == "Better"


def test_a_stale_edit_shows_both_texts(world):
    public_id = started(world)
    pen = world.browser(world.neighbour)
    address, fields = pen.form(f"/responses/{public_id}/edit", f"/responses/{public_id}/edit")
    assert pen.post(address, data=fields | {"text": "Theirs, first.", "once": "first-of-two"}).status_code == 303
    answer = pen.post(address, data=fields | {"text": "Mine, second.", "once": "second-of-two"})
    assert answer.status_code == 409 and "Theirs, first." in answer.text and "Mine, second." in answer.text


def test_only_chair_lead_and_secretariat_open_and_steps_are_kept(world):
    public_id = started(world)
    version = seen(world.neighbour, public_id).version
    with pytest.raises(NotAllowed):
        actions.open_for_signature(world.head, public_id, version, clock.now() + timedelta(days=1))
    db.session.rollback()
    with pytest.raises(Refusal):
        actions.release(world.chair, public_id, version)
    db.session.rollback()
    with pytest.raises(Refusal):
        actions.open_for_signature(world.chair, public_id, version, clock.now() - timedelta(days=1))
    db.session.rollback()
    response = actions.open_for_signature(world.secretariat, public_id, version, clock.now() + timedelta(days=1))
    assert response.status == "open"
    with pytest.raises(Stale):
        actions.close(world.chair, public_id, version)
    db.session.rollback()
    assert actions.close(world.chair, public_id, response.version, "withdrawn").status == "withdrawn"
    with pytest.raises(Refusal):
        actions.answer(world.head, public_id, "joins", 0)
    db.session.rollback()


def test_a_delegation_left_out_finds_nothing_and_the_text_speaks_for_the_participants(world):
    public_id = opened(world, "governments", without=["MN"])
    address = f"/responses/{public_id}"
    inside, left_out = world.browser(world.head), world.browser(world.rival)
    assert "in the names of those who sign it" in inside.get(address).text
    assert "MN" not in told(world.head, public_id)
    for missing in (address, f"{address}/edit"):
        assert left_out.get(missing).status_code == 404
    assert left_out.fragment(f"{address}/answers").status_code == 404
    assert "foreign representatives" not in left_out.get("/responses").text
    assert "foreign representatives" in inside.get("/responses").text
    assert queries.waiting(world.rival) == [] and len(queries.waiting(world.head)) == 1
    assert actions.answer(world.rival, public_id, "joins", 0) is None
    db.session.rollback()
    assert "in the names of those who sign it" not in inside.get(f"/responses/{opened(world)}").text


def test_what_waits_names_whose_answer_it_is(world):
    opened(world)
    (head,), (delegate,) = queries.waiting(world.head), queries.waiting(world.delegate)
    assert head.action == "Sign for Lithuania" and delegate.action == "Read the text"
    assert queries.waiting(world.representative) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "Write something here"),
        ({"text": "x" * 20_001}, "Keep this to 20000"),
        ({"lead": "nobody"}, "Not a valid choice"),
        ({"title": ""}, "Write something here"),
        ({"linked": "/laws/nothingofthekindatall00"}, "There is no page for you at"),
    ],
)
def test_what_cannot_be_started_is_said_and_kept(world, fields, words):
    typed = {"title": "A title of mine", "text": "One.\n\nTwo.", "preset": "governments"} | fields
    answer = world.browser(world.head).submit("/responses/new", "/responses/new", **typed)
    assert answer.status_code == 422 and words in answer.text, answer.text.split("<main")[1][:1500]
    assert "A title of mine" in answer.text or "title" in fields


def test_an_observer_reads_and_does_not_start(world):
    assert world.browser(world.outsider).get("/responses").status_code == 200
    assert world.browser(world.outsider).get("/responses/new").status_code == 403


def test_bad_deadlines_are_told(world):
    public_id = started(world)
    address = f"/responses/{public_id}"
    for fields in (
        {"sign_on": "2020-01-01"},
        {"sign_on": "soon"},
        {"sign_on": ""},
        {"sign_on": "9999-12-31", "sign_time": "23:59"},
    ):
        answer = world.browser(world.neighbour).submit(address, f"{address}/open", **fields)
        assert answer.status_code in ((303,) if fields["sign_on"].startswith("9999") else (422,))
        if answer.status_code == 422:
            assert seen(world.neighbour, public_id).status == "drafting"


def test_paragraphs_are_counted_by_the_page():
    assert paragraphs("1. One.\n\n2) Two,\nstill two.\n \n\n3 Three") == [
        "One.",
        "Two,\nstill two.",
        "3 Three",
    ]


@pytest.mark.parametrize("number", [1, 25])
def test_pages_ask_at_most_eight_questions_however_much_there_is(world, number):
    for _n in range(number):
        public_id = opened(world)
    for member in (world.head, world.rival, world.chair)[: 1 if number == 1 else 3]:
        actions.answer(member, public_id, "joins", 0)
    browser = world.browser(world.neighbour)
    for address in ("/responses", "/responses?status=open", f"/responses/{public_id}"):
        browser.get(address)
        with world.count_queries() as counter:
            browser.get(address)
        statements = [text for text in counter.statements if not text.startswith(("BEGIN", "PRAGMA"))]
        assert len(statements) <= 8, (address, statements)


def test_the_live_piece_and_an_answers_own_address(world):
    public_id = opened(world)
    signon = actions.answer(world.head, public_id, "joins", 0)
    browser = world.browser(world.rival)
    piece = browser.fragment(f"/responses/{public_id}/answers")
    assert piece.status_code == 200 and "1 joins" in piece.text and "<main" not in piece.text
    assert "Answer of Mongolia" in browser.fragment(f"/responses/{public_id}/answers?part=own").text
    assert browser.get(f"/responses/{public_id}/answers").status_code == 303
    assert browser.get(f"/signons/{signon.public_id}").headers["Location"] == f"/responses/{public_id}"
    assert world.browser(world.representative).get(f"/signons/{signon.public_id}").status_code == 404
