"""Laws on their pages: recorded, corrected, moved on; and not there for whoever was left out."""

import re

import pytest

from tests.laws.files import LAWS, some
from wg_portal.core.database import db
from wg_portal.core.policy import NotAllowed, Refusal, Stale
from wg_portal.laws import actions, columns, intake, partial, queries
from wg_portal.laws.actions import Step

WRITTEN = {
    "title": "Bill on transparency of associations",
    "jurisdiction": "MN",
    "stage": "tabled",
    "stage_on": "2026-10",
    "next_step": "Second reading",
    "next_on": "2027-01-15",
    "identifier": "Bill No. 7",
    "title_original": "Холбоодын ил тод байдлын тухай хууль",
    "barriers": ["entry", "resources"],
    "principles": ["right_entry"],
    "summary": "Asks every association to register anew.",
    "source_name": "Official gazette",
    "source_url": "https://gazette.example/7",
    "preset": "governments_and_civil_society",
}


def import_real(world):
    with world.app.test_request_context():
        intake.import_laws(world.secretariat, columns.read_laws(LAWS).good)
    db.session.rollback()


def post(world, member=None, **fields):
    """A law recorded on the page, and released. Returns its address."""
    browser = world.browser(member or world.representative)
    answer = browser.submit("/laws/new", "/laws/new", **{**WRITTEN, **fields})
    assert answer.status_code == 303, re.findall(r'class="err"[^>]*>([^<]*)', answer.text)
    return answer.location


def release(world):
    """The hold is over."""
    from sqlalchemy import update

    from wg_portal.core import clock
    from wg_portal.core.outbox import Errand

    db.session.execute(update(Errand).values(due_at=clock.now()))
    db.session.commit()
    assert world.run_due() == 1


def without_mongolia(world):
    return {"without": [world.bodies["MN"].public_id], "recusal": "MN"}


def shown_as(browser, address):
    return browser.get(address).status_code


def test_a_law_is_held_then_seen_by_its_audience(world):
    address = post(world, **without_mongolia(world))
    author, delegate = world.browser(world.representative), world.browser(world.delegate)
    assert "Undo" in author.get(address).text
    assert shown_as(delegate, address) == 404 and WRITTEN["title"] not in delegate.get("/laws").text
    release(world)
    page = delegate.get(address).text
    for words in (
        WRITTEN["title"],
        WRITTEN["title_original"],
        "Second reading",
        "Official gazette",
        "Bill No. 7",
    ):
        assert words in page
    assert 'lang="mn"' in page and f"/briefs/new?law={address.split('/')[-1]}" in page
    assert WRITTEN["title"] in delegate.get("/laws?country=MN&barrier=entry&stage=tabled&principle=right_entry").text
    assert WRITTEN["title"] not in delegate.get("/laws?country=MN&barrier=assembly").text


def test_undo_gives_the_form_back_and_nobody_ever_saw_it(world):
    address = post(world, recusal="MN")
    author = world.browser(world.head)
    mine = world.browser(world.representative)
    undone = mine.submit(address, f"/held{address}/undo")
    assert undone.status_code == 303
    assert WRITTEN["summary"] in mine.get("/laws/new").text
    assert shown_as(mine, address) == 404 and shown_as(author, address) == 404


def test_who_is_left_out_finds_nothing_anywhere(world):
    import_real(world)
    rival = world.browser(world.rival)
    places = [
        "/laws",
        "/laws?country=MN",
        "/laws?stage=tabled",
        "/countries",
        "/countries/MN",
        "/laws?barrier=entry",
    ]
    before = [scrubbed(rival.get(place).text) for place in places]
    address = post(world, **without_mongolia(world))
    release(world)
    assert [scrubbed(rival.get(place).text) for place in places] == before
    missing = scrubbed(rival.get("/laws/nothing-of-this-name").text)
    assert scrubbed(rival.get(address).text) == missing.replace("nothing-of-this-name", address.split("/")[-1])
    for path in (f"{address}/stages", f"{address}/edit"):
        assert shown_as(rival, path) == 404
    others = world.browser(world.delegate)
    assert WRITTEN["title"] in others.get("/countries/MN").text
    assert "Mongolia left out" in others.get(address).text


def scrubbed(page):
    """A page without its one-time tokens and the clock."""
    page = re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", page)
    return re.sub(r"\d{1,2}:\d{2}(:\d{2})?", "", page)


def test_the_government_a_law_is_about_is_offered_for_leaving_out_once(world):
    browser = world.browser(world.representative)
    asked = browser.submit("/laws/new", "/laws/new", **WRITTEN)
    assert asked.status_code == 422 and "Mongolia is a member of the group" in asked.text
    assert browser.submit("/laws/new", "/laws/new", **WRITTEN, recusal="MN").status_code == 303
    other = browser.submit("/laws/new", "/laws/new", **(WRITTEN | {"jurisdiction": "KG"}))
    assert other.status_code == 303


def test_nothing_typed_is_lost_when_the_form_is_refused(world):
    browser = world.browser(world.representative)
    wrong = {"stage_on": "last spring", "year": "99", "source_url": "gazette", "jurisdiction": "KG"}
    answer = browser.submit("/laws/new", "/laws/new", **(WRITTEN | wrong))
    assert answer.status_code == 422
    for words in (WRITTEN["summary"], "last spring", "2019-08-24", "four digits", "https://"):
        assert words in answer.text
    assert browser.submit("/laws/new", "/laws/new", **(WRITTEN | {"title": "x" * 201})).status_code == 422
    assert browser.submit("/laws/new", "/laws/new", **(WRITTEN | {"jurisdiction": "QQ"})).status_code == 422


def test_a_draft_waits_for_its_writer_only(world):
    browser = world.browser(world.representative)
    assert browser.submit("/laws/new", "/laws/new", **WRITTEN, intent="draft").status_code == 303
    assert WRITTEN["summary"] in browser.get("/laws/new").text
    assert WRITTEN["summary"] not in world.browser(world.at_risk).get("/laws/new").text


def test_its_organisation_and_the_secretariat_correct_a_record_and_others_do_not(world):
    address = post(world, jurisdiction="KG", preset="mix", circles=["everyone"])
    release(world)
    for member in (world.representative, world.secretariat):
        browser = world.browser(member)
        answer = browser.submit(f"{address}/edit", f"{address}/edit", summary=f"As {member.organisation.code} says.")
        assert answer.status_code == 303
        assert f"As {member.organisation.code} says." in browser.get(address).text
    other = world.browser(world.delegate)
    assert shown_as(other, f"{address}/edit") == 403 and "Correct this record" not in other.get(address).text
    with world.app.test_request_context(), pytest.raises(NotAllowed):
        actions.change_law(world.delegate, address.split("/")[-1], 1, {"summary": "Mine."})


def test_two_who_correct_at_once_are_shown_both_texts(world):
    address = post(world, jurisdiction="KG", preset="mix", circles=["everyone"])
    release(world)
    first, second = world.browser(world.representative), world.browser(world.secretariat)
    action, fields = second.form(f"{address}/edit", f"{address}/edit")
    assert first.submit(f"{address}/edit", f"{address}/edit", title="The first title").status_code == 303
    stale = second.post(action, data={**fields, "title": "The second title"})
    assert stale.status_code == 409
    assert "The first title" in stale.text and "The second title" in stale.text


def test_a_step_is_added_with_date_and_source_and_the_law_moves(world):
    address = post(world, jurisdiction="KG", preset="mix", circles=["everyone"])
    release(world)
    browser = world.browser(world.representative)
    to = f"{address}/stages"
    step = {"stage": "adopted", "on": "2026-11", "source_name": "Parliament register"}
    assert browser.submit(address, to, **(step | {"on": ""})).status_code == 422
    assert browser.submit(address, to, **(step | {"on": "2026-99"})).status_code == 422
    assert browser.submit(address, to, **(step | {"source_name": ""})).status_code == 422
    assert browser.submit(address, to, **step).status_code == 303
    assert browser.submit(address, to, **step).status_code == 422  # the same step twice
    reader = world.browser(world.delegate)
    assert "Parliament register" in reader.fragment(to).text
    assert shown_as(reader, to) == 303
    assert "Adopted" in reader.get("/laws?country=KG").text
    with world.app.test_request_context(), pytest.raises(NotAllowed):
        actions.add_stage(world.delegate, address.split("/")[-1], Step("shelved", "2026-12"))


def test_what_is_still_held_is_undone_not_corrected(world):
    address = post(world, jurisdiction="KG")
    with world.app.test_request_context(), pytest.raises(Refusal, match="not gone out"):
        actions.change_law(world.representative, address.split("/")[-1], 1, {"summary": "Mine."})
    with world.app.test_request_context(), pytest.raises(Refusal):
        actions.add_stage(world.representative, address.split("/")[-1], Step("shelved", "2026-12"))


def test_a_stale_version_is_refused_by_the_action_too(world):
    address = post(world, jurisdiction="KG")
    release(world)
    with world.app.test_request_context(), pytest.raises(Stale):
        actions.change_law(world.representative, address.split("/")[-1], 99, {"summary": "Mine."})


def test_lists_go_on_by_pages_and_each_law_stands_on_one(world):
    import_real(world)
    browser, seen, address = world.browser(world.head), [], "/laws"
    while address:
        page = browser.get(address).text
        seen += re.findall(r'class="row-t" href="(/laws/[^"]+)"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older.group(1).replace("&amp;", "&") if older else None
    assert len(seen) == len(set(seen)) == 94


def test_facets_count_what_the_viewer_may_see(world):
    import_real(world)
    with world.app.test_request_context():
        found = queries.facets(world.head)
    assert (found.total, found.stages["in_force"], found.barriers["assembly"]) == (94, 72, 9)
    assert found.principles["state_duty_protect"] == 1 and found.countries["EG"] == 5
    for address in ("/laws?stage=nonsense&country=??&barrier=%00&principle=x", "/laws?page=forged"):
        assert world.browser(world.head).get(address).status_code == 200


def test_pages_cost_the_same_for_few_and_for_many(world):
    def cost(*addresses):
        browser = world.browser(world.secretariat)
        for address in addresses:
            browser.get(address)
        counts = {}
        for address in addresses:
            with world.count_queries() as counter:
                assert browser.get(address).status_code == 200
            counts[address] = len([s for s in counter.statements if not s.startswith(("BEGIN", "COMMIT", "PRAGMA"))])
        return counts

    with world.app.test_request_context():
        rows = [row for row in columns.read_laws(LAWS).good]
        intake.import_laws(world.secretariat, rows[:3])
        law = queries.laws_of(world.secretariat, "EG")[0].public_id
    pages = (
        "/laws",
        f"/laws/{law}",
        f"/laws/{law}/edit",
        "/laws/new",
        "/countries",
        "/countries/EG",
        "/norms",
        "/laws/import",
    )
    few = cost(*pages)
    import_real(world)
    many = cost(*pages)
    assert many == few and max(many.values()) <= 8, many


def test_partial_dates_are_read_and_ordered():
    assert [partial.read(text) for text in ("", "2019", "2019-8", "2019-08-04")] == [
        "",
        "2019",
        "2019-08",
        "2019-08-04",
    ]
    for text in ("19", "2019-00", "2019-02-30", "0007", "20190824", "2019-08-24T00", "９９９９９"):
        with pytest.raises(ValueError):
            partial.read(text)
    assert partial.key("2019") < partial.key("2019-08") < partial.key("2019-08-01") < partial.key("2019-09")
    steps = [Step("tabled", "2024-05"), Step("in_force", "2024"), Step("drafted", "2023")]
    assert partial.last(steps).stage == "in_force"


def test_some_rows_of_the_real_file_read_as_expected():
    assert some(1)[0]["iso_alpha2"] == "EG"
