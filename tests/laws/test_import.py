"""Files of laws and norms come in whole or not at all, and twice is once."""

import time

import pytest
from sqlalchemy import select

from tests.laws.files import DATA, LAWS, NORMS, as_csv, bring, count, law_named, some, told
from wg_portal.core.database import db
from wg_portal.core.journal import Entry
from wg_portal.core.links import Card, Link
from wg_portal.core.policy import NotAllowed, Refusal
from wg_portal.core.visibility import unguarded
from wg_portal.laws import columns, commands, intake, queries
from wg_portal.laws.models import Import, Law, LawStage, Norm


def test_the_real_file_comes_in_and_the_second_time_changes_nothing(world):
    assert bring(world, LAWS) == (94, 0, 0)
    lines = count(Entry)
    assert bring(world, LAWS) == (0, 0, 94)
    assert (count(Law), count(LawStage), count(Card), count(Link)) == (94, 94, 94, 94)
    assert count(Entry) == lines + 1


def test_every_member_sees_what_was_imported(world):
    bring(world, LAWS)
    for member in (world.rival, world.representative, world.outsider, world.secretariat):
        with world.app.test_request_context():
            page = world.browser(member).get("/laws?country=EG")
        assert "Law Regulating the Exercise of Civil Work" in page.text
        assert "TLP:GREEN" in page.text


def test_dates_keep_their_precision(world):
    bring(world, LAWS)
    assert law_named(world, "Law Regulating the Exercise of Civil Work").stage_on == "2019-08"
    rows = db.session.scalars(unguarded(select(LawStage.on), because="a scene looks")).all()
    assert {len(on) for on in rows} == {4, 7, 10}


def test_a_changed_stage_is_added_to_the_history_and_overwrites_nothing(world):
    rows = some(5)
    bring(world, as_csv(rows))
    rows[4] |= {"stage": "amended", "stage_date": "2026-03", "source_name": "Official gazette"}
    assert bring(world, as_csv(rows)) == (0, 1, 4)
    law = law_named(world, rows[4]["title_en"])
    assert (law.stage, law.stage_on) == ("amended", "2026-03")
    with world.app.test_request_context():
        steps = [(step.stage, step.on) for step in queries.history(world.rival, law.id)]
    assert steps == [("in_force", "2019-08"), ("amended", "2026-03")]
    assert bring(world, as_csv(rows)) == (0, 0, 5)


def test_an_earlier_stage_that_is_learnt_later_does_not_move_the_law_back(world):
    rows = some(5)
    bring(world, as_csv(rows))
    rows[4] |= {"stage": "tabled", "stage_date": "2018"}
    assert bring(world, as_csv(rows)) == (0, 1, 4)
    assert law_named(world, rows[4]["title_en"]).stage == "in_force"


def test_a_law_is_known_by_its_identifier_else_by_title_and_year(world):
    rows = some(2)
    bring(world, as_csv(rows))
    renamed = [rows[0] | {"title_en": "Another translation"}, rows[1] | {"identifier": ""}]
    assert bring(world, as_csv(renamed)) == (0, 2, 0)
    assert count(Law) == 2


def test_columns_that_are_not_there_are_left_as_they_are(world):
    rows = some(1)
    bring(world, as_csv(rows))
    short = [{name: rows[0][name] for name in columns.LAW_REQUIRED} | {"title_en": "New words"}]
    assert bring(world, as_csv(short)) == (0, 1, 0)
    assert law_named(world, "New words").summary == rows[0]["summary_en"]


def test_the_languages_of_original_titles_are_told_from_their_script(world):
    bring(world, LAWS)
    found = select(Law.jurisdiction, Law.language_original).where(Law.title_original != "")
    rows = set(map(tuple, db.session.execute(unguarded(found, because="a scene looks"))))
    assert {("EG", "ar"), ("RU", "ru"), ("CN", "zh"), ("TR", ""), ("NI", "es"), ("FR", "fr")} <= rows


def test_a_part_of_a_state_is_kept_and_a_state_in_brackets_is_not_one(world):
    bring(world, LAWS)
    found = select(Law.jurisdiction, Law.subdivision).where(Law.jurisdiction.in_(["BA", "HK"])).distinct()
    rows = db.session.execute(unguarded(found, because="a scene looks"))
    assert {tuple(row) for row in rows} == {("BA", "Republika Srpska"), ("HK", "")}


def test_only_the_secretariat_imports(world):
    for member in (world.head, world.representative, world.outsider):
        assert world.browser(member).get("/laws/import").status_code == 403
        with world.app.test_request_context(), pytest.raises(NotAllowed):
            intake.import_laws(member, columns.read_laws(LAWS).good)
        db.session.rollback()
    assert count(Law) == 0
    assert world.browser(world.secretariat).get("/laws/import").status_code == 200


def test_a_double_press_imports_once_and_its_report_is_the_secretariats(world):
    browser = world.browser(world.secretariat)
    address, fields = browser.form("/laws/import", "/laws/import")
    data = {**fields, "kind": "laws", "content": as_csv(some(3)), "intent": "import"}
    first, second = browser.post(address, data=data), browser.post(address, data=data)
    assert first.location == second.location and count(Import) == 1
    assert browser.get(first.location).status_code == 200
    assert world.browser(world.head).get(first.location).status_code == 404


def test_an_import_finds_only_what_imports_brought(world):
    rows = some(1)
    browser = world.browser(world.representative)
    answer = browser.submit(
        "/laws/new", "/laws/new", title=rows[0]["title_en"], jurisdiction="EG", stage="tabled",
        identifier=rows[0]["identifier"], year="2002", preset="governments_and_civil_society",
    )  # fmt: skip
    assert answer.status_code == 303
    assert bring(world, as_csv(rows)) == (1, 0, 0)
    assert count(Law) == 2


def test_norms_come_in_and_have_pages(world):
    browser = world.browser(world.secretariat)
    for figures in ((72, 0, 0), (0, 0, 72)):
        with world.app.test_request_context():
            batch = intake.import_norms(world.secretariat, columns.read_norms(NORMS).good)
            assert (batch.created, batch.changed, batch.unchanged) == figures
        db.session.rollback()
    assert count(Norm) == 72
    assert "Freedom of association" in browser.get("/norms").text
    assert "Freedom of association" in browser.get("/norms/iccpr-22").text
    assert browser.get("/norms/iccpr-99").status_code == 404
    assert "iccpr-21" not in browser.get("/norms?principle=right_resources").text
    bad, _ = told(world, as_csv([some(1, text=NORMS)[0] | {"id": "ICCPR 22"}]), columns.read_norms)
    assert "small letters" in bad[2]


def test_the_command_imports_and_tells_every_fault(world, tmp_path):
    done = commands.import_laws(DATA / "laws.csv", commands.secretary())
    assert commands.told(done) == "94 new, 0 changed, 0 as they were."
    rows = some(3)
    rows[0]["stage"], rows[2]["iso_alpha2"] = "?", "?"
    bad = tmp_path / "bad.csv"
    bad.write_text(as_csv(rows), encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        commands.import_laws(bad, commands.secretary())
    assert "Row 2:" in str(refusal.value) and "Row 4:" in str(refusal.value)
    bad.write_bytes(LAWS.encode("utf-16"))
    with pytest.raises(Refusal, match="UTF-16"):
        commands.import_laws(bad, commands.secretary())


def test_a_large_file_costs_in_proportion(world):
    """Twice as many rows ask twice as many statements of the database at most, never one for each pair."""
    rows = some(94)
    many = [
        row | {"title_en": f"{row['title_en']} {turn}"[-200:], "identifier": ""} for turn in range(6) for row in rows
    ]
    spent = []
    for part in (many[:188], many[188:]):
        before = time.perf_counter()
        with world.count_queries() as counter:
            bring(world, as_csv(part))
        spent.append((time.perf_counter() - before, len(counter)))
    (_, few), (seconds, more) = spent
    assert more <= 2 * few + 10 and seconds < 20
