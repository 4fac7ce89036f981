"""Lists in pages: every row once, in both directions, and a cursor that is good for one reader and one list."""

from datetime import timedelta

import pytest
from flask import url_for
from sqlalchemy import select

from tests.desk import WRITTEN, Text
from wg_portal.core import links, pages
from wg_portal.core.links import Card, CardText
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import readable

SIZE = 7


@pytest.fixture
def shelf(desk):
    """Forty texts, ten at each of four instants: most rows share their place in time with others."""
    audience_id = desk.write("0").card.audience_id
    rows = [
        Text(f"page-{number}", CardText(str(number), WRITTEN + timedelta(hours=number // 10), audience_id))
        for number in range(1, 40)
    ]
    with transaction():
        links.keep_cards(rows)
    return desk.world


def read(world, viewer, cursor="", listing="shelf", size=SIZE, prefix=None):
    """One page as its route would make it, at this cursor."""
    cards = readable(Card)
    statement = select(cards.title, cards.at, cards.id)
    if prefix:
        statement = statement.where(cards.title.startswith(prefix))
    with world.app.test_request_context("/people", query_string={"page": cursor, "q": "kept"}):
        return pages.page(viewer, statement, [cards.at, cards.id], listing=listing, size=size)


def cursor_of(address):
    return address and address.split("page=")[1].split("&")[0]


def titles(page):
    return [row.title for row in page]


EVERY = [str(number) for number in range(39, -1, -1)]


def test_forward_to_the_end_shows_every_row_once_in_order(shelf):
    seen, cursor = [], ""
    while cursor is not None:
        page = read(shelf, shelf.chair, cursor)
        assert 0 < len(page.rows) <= SIZE
        seen += titles(page)
        cursor = cursor_of(page.older)
    assert seen == EVERY


def test_back_from_the_end_shows_the_same_rows_again(shelf):
    page = read(shelf, shelf.chair)
    assert page.newer is None
    forward = [titles(page)]
    while page.older:
        page = read(shelf, shelf.chair, cursor_of(page.older))
        forward.append(titles(page))
    back = [titles(page)]
    while page.newer:
        page = read(shelf, shelf.chair, cursor_of(page.newer))
        back.append(titles(page))
    assert back == forward[::-1]


def test_a_list_that_fits_has_no_neighbours(shelf):
    page = read(shelf, shelf.chair, size=40)
    assert titles(page) == EVERY and (page.older, page.newer) == (None, None)
    assert not read(shelf, shelf.chair, prefix="nothing")


def test_what_is_new_meanwhile_moves_no_page(shelf, desk):
    first = read(shelf, shelf.chair)
    desk.write("newest", at=WRITTEN + timedelta(days=1))
    assert titles(read(shelf, shelf.chair, cursor_of(first.older))) == EVERY[SIZE : 2 * SIZE]


def test_hidden_rows_leave_no_gap(shelf, desk):
    desk.write("hidden", at=WRITTEN + timedelta(hours=2, minutes=30), organisations=("LT",))
    seen, cursor = [], ""
    while cursor is not None:
        page = read(shelf, shelf.rival, cursor)
        assert len(page.rows) == SIZE or page.older is None
        seen += titles(page)
        cursor = cursor_of(page.older)
    assert seen == EVERY


def test_the_address_keeps_the_other_questions(shelf):
    with shelf.app.test_request_context():
        people = url_for("accounts.people")
    assert read(shelf, shelf.chair).older.startswith(f"{people}?")
    assert "q=kept" in read(shelf, shelf.chair).older


@pytest.mark.parametrize("forged", ["x", "WyJvbGRlciIsMV0.sig", "....", "☃", "a" * 5000])
def test_a_forged_cursor_begins_anew(shelf, forged):
    assert titles(read(shelf, shelf.chair, forged)) == EVERY[:SIZE]


def test_a_cursor_is_for_one_member_and_one_list(shelf):
    cursor = cursor_of(read(shelf, shelf.chair).older)
    assert titles(read(shelf, shelf.chair, cursor)) == EVERY[SIZE : 2 * SIZE]
    assert titles(read(shelf, shelf.rival, cursor)) == EVERY[:SIZE]
    assert titles(read(shelf, shelf.chair, cursor, listing="another")) == EVERY[:SIZE]
    assert titles(read(shelf, shelf.chair, cursor[:-1] + ("A" if cursor[-1] != "A" else "B"))) == EVERY[:SIZE]


def test_a_page_has_a_largest_size(shelf):
    assert pages.LARGEST == 100
    assert len(read(shelf, shelf.chair, size=10**9).rows) == 40
