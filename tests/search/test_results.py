"""The page of the one search box: what it shows, what it costs, and what it says when there is nothing to show."""

from datetime import timedelta

import pytest

from tests.desk import WRITTEN, Text
from wg_portal.core import links
from wg_portal.core.links import CardText
from wg_portal.core.transactions import transaction
from wg_portal.search.queries import MOST, PAGE, search


def titles(viewer, text, page=1):
    return [hit.title for hit in search(viewer, text, page).hits]


def test_pages_hold_twenty_and_end_with_advice_at_a_hundred(desk):
    audience_id = desk.write("Starling 0").card.audience_id
    rows = [
        Text(f"bulk-{number}", CardText(f"Starling {number}", WRITTEN + timedelta(minutes=number), audience_id))
        for number in range(1, 105)
    ]
    with transaction():
        links.keep_cards(rows)
    chair, seen = desk.world.chair, []
    for page in range(1, MOST // PAGE + 1):
        seen += titles(chair, "starling", page)
    assert seen == [f"Starling {number}" for number in range(104, 4, -1)]
    assert search(chair, "starling").total == 105
    browser = desk.world.browser(chair)
    assert "page=2" in browser.get("/search?q=starling").text
    last = browser.get("/search?q=starling&page=5").text
    assert "Add a word or a filter" in last and "page=6" not in last
    assert "no more results" in browser.get("/search?q=starling&page=999").text
    for strange in ("-1", "x", "²", "99999", ""):
        assert browser.get("/search", query_string={"q": "starling", "page": strange}).status_code == 200


def test_a_page_costs_the_same_however_much_is_found(desk):
    browser = desk.world.browser(desk.world.chair)
    desk.write("Dunlin", "dunlin", about=["countries/EG"])
    browser.get("/search?q=dunlin")
    with desk.world.count_queries() as few:
        browser.get("/search?q=dunlin")
    for number in range(30):
        desk.write(
            f"Dunlin {number}",
            "dunlin",
            about=["countries/EG"],
            actor=[desk.world.delegate, desk.world.chair][number % 2],
        )
    with desk.world.count_queries() as many:
        browser.get("/search?q=dunlin+in:texts+-nothing+country:EG+by:LT+from:2020")
    selects = [[s for s in counter.statements if s.lstrip().startswith(("SELECT", "WITH"))] for counter in (few, many)]
    assert len(selects[1]) <= len(selects[0]) <= 8


def test_the_page_marks_what_was_found_and_shows_to_whom(desk):
    world = desk.world
    desk.write(
        "A <b>bill</b>",
        "Long words before. " * 30 + "The <i>lapwing</i> clause.",
        organisations=("LT", "CA"),
        marking="GREEN",
    )
    page = world.browser(world.delegate).get("/search?q=lapwing").text
    assert "A &lt;b&gt;bill&lt;/b&gt;" in page
    assert "&lt;i&gt;<mark>lapwing</mark>&lt;/i&gt;" in page
    assert "TLP:GREEN" in page and "3 people" in page
    assert 'value="lapwing"' in page


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("", "Write what you look for"),
        ("   ", "Write what you look for"),
        ('-"', "There is no word to look for"),
        ("-draft", "There is no word to look for"),
        ("nonexistentword", "Nothing that you may read answers this"),
        ("in:nothing", "Nothing that you may read answers this"),
    ],
)
def test_a_search_that_finds_nothing_says_what_to_do(world, asked, answer):
    page = world.browser(world.chair).get("/search", query_string={"q": asked})
    assert page.status_code == 200 and answer in page.text
    assert "country:EG" in page.text


def test_whatever_is_typed_is_shown_again_and_breaks_nothing(world):
    browser = world.browser(world.chair)
    for typed in (
        "<script>alert(1)</script>",
        "'; DROP TABLE cards; --",
        "%_\\",
        "a" * 5000,
        "\u202egnp",
        "country:'",
        "☃ 𝒳",
        "from:0000 to:9999-12-31",
        "x" + " y" * 300,
    ):
        answer = browser.get("/search", query_string={"q": typed})
        assert answer.status_code == 200 and "<script>alert" not in answer.text, typed
