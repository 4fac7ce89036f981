"""Files with faults: each is told with its row, whatever wrote the file, and nothing of it is stored."""

import json

import pytest

from tests.laws.files import as_csv, bring, count, law_named, some, told
from wg_portal.laws import importing
from wg_portal.laws.models import Law

FAULTS = [
    ({"iso_alpha2": "QQ"}, "two-letter code"),
    ({"stage": "half done"}, "It may be: rumoured"),
    ({"stage_date": "2019-13"}, "Write 2019, 2019-08"),
    ({"stage_date": "2019-02-30"}, "Write 2019, 2019-08"),
    ({"stage_date": "٢٠١٩ م"}, "Write 2019, 2019-08"),
    ({"year": "MMXX"}, "not a year"),
    ({"barriers": "entry;walls"}, "walls"),
    ({"principles": "right_entry;right_sleep"}, "right_sleep"),
    ({"title_en": ""}, "is empty"),
    ({"title_en": "x" * 201}, "longer than 200"),
    ({"summary_en": "x" * 5001}, "longer than 5000"),
    ({"title_original": "م\ufffd"}, "another encoding"),
    ({"source_url": "javascript:alert(1)"}, "https://"),
    ({"source_url": "https://[::1"}, "https://"),
    ({"confidence": "absolute"}, "It may be: high"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=[f"{next(iter(f))}-{i}" for i, (f, _) in enumerate(FAULTS)])
def test_a_fault_is_told_with_its_row_and_nothing_of_the_file_is_stored(world, fault, reason):
    rows = some(4)
    rows[2] |= fault
    bad, _whole = told(world, as_csv(rows))
    assert list(bad) == [4] and reason in bad[4]
    browser = world.browser(world.secretariat)
    answer = browser.submit("/laws/import", "/laws/import", content=as_csv(rows), kind="laws", intent="import")
    assert answer.status_code == 422 and "Row 4:" in answer.text
    assert count(Law) == 0


def test_the_good_rows_come_in_when_the_member_says_so(world):
    rows = some(4)
    rows[2]["stage"] = "unheard of"
    browser = world.browser(world.secretariat)
    page = browser.submit("/laws/import", "/laws/import", content=as_csv(rows), kind="laws", intent="preview")
    assert page.status_code == 422 and "Import the 3 good rows" in page.text and count(Law) == 0
    done = browser.submit("/laws/import", "/laws/import", content=as_csv(rows), kind="laws", intent="good")
    assert done.status_code == 303 and count(Law) == 3
    assert "As they were" in browser.get(done.location).text


def test_the_same_record_twice_in_a_file_is_refused(world):
    rows = some(3)
    bad, _ = told(world, as_csv([*rows, rows[1] | {"title_en": "The same number"}]))
    assert "same record as row 3" in bad[5]
    bad, _ = told(world, as_csv([*rows, rows[0] | {"identifier": ""}]))
    assert "same record as row 2" in bad[5]


def test_missing_columns_and_empty_files_are_told_apart(world):
    rows = [{name: value for name, value in row.items() if name not in ("stage", "year")} for row in some(2)]
    assert "year, stage" in told(world, as_csv(rows))[1]
    assert "nothing here" in told(world, "  \n")[1]
    assert "no rows" in told(world, as_csv(some(1)).splitlines()[0])[1]


def test_a_torn_row_and_an_open_quotation_mark_are_told(world):
    lines = as_csv(some(3)).splitlines()
    torn = "\n".join([*lines[:2], "EG,Egypt,Half a row", *lines[2:]])
    assert "It has 3 cells" in told(world, torn)[0][3]
    assert "not closed" in told(world, "\n".join([*lines[:2], 'EG,"Egypt', *lines[2:]]))[1]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_and_marks_of_any_system_are_taken(world, ends):
    assert bring(world, "\ufeff" + as_csv(some(3), ends=ends)) == (3, 0, 0)


def test_mixed_line_ends_semicolons_and_tabs_are_taken(world):
    first, *others = as_csv(some(3)).splitlines()
    assert bring(world, first + "\r\n" + others[0] + "\r" + "\n".join(others[1:])) == (3, 0, 0)
    assert bring(world, as_csv(some(3), delimiter=";")) == (0, 0, 3)
    assert bring(world, as_csv(some(3), delimiter="\t")) == (0, 0, 3)


def test_other_encodings_are_refused_with_what_to_do(world):
    text = as_csv(some(3))
    with world.app.test_request_context():
        for data, words in (
            (text.encode("utf-16"), "UTF-16"),
            (text.encode("utf-16-le"), "UTF-16"),
            (b"PK\x03\x04 and more", "spreadsheet"),
            (("title\n" + "é" * 3).encode("latin-1"), "Line 2 is not in UTF-8"),
            (b"abc\x00def" * 3, "not a text file"),
        ):
            with pytest.raises(importing.Unreadable, match=words):
                importing.decode(data)
        assert importing.decode(text.encode("utf-8-sig")) == text


def test_json_comes_in_as_csv_does(world):
    rows = some(3)
    for row in rows:
        row |= {"year": int(row["year"]), "barriers": row["barriers"].split(";")}
    assert bring(world, json.dumps(rows)) == (3, 0, 0)
    assert bring(world, json.dumps({"laws": rows})) == (0, 0, 3)
    assert bring(world, as_csv(some(3))) == (0, 0, 3)
    assert "line 1" in told(world, "[{]")[1]
    assert "not an object" in told(world, json.dumps([*rows, 7]))[0][4]
    assert "list of texts" in told(world, json.dumps([rows[0] | {"barriers": [{}]}]))[0][1]
    assert "another encoding" in told(world, json.dumps([rows[0] | {"summary_en": "\ud800"}]))[0][1]


def test_what_a_spreadsheet_would_run_is_taken_out(world):
    rows = some(1)
    rows[0]["summary_en"] = '=HYPERLINK("http://evil.example","look")'
    bring(world, as_csv(rows))
    assert law_named(world, rows[0]["title_en"]).summary.startswith("HYPERLINK")
