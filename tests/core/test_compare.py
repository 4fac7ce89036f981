"""What changed between two versions, in every script, with nothing lost and nothing made up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wg_portal.core.compare import Change, compare, folded

WORDS = st.lists(st.sampled_from(["law", "the", " ", "  ", "\n", "\n\n", "法", "律", "قانون", "право", ".", ","])).map(
    "".join
)


def changed(old, new):
    return [(op, text) for op, text in compare(old, new) if op != "same"]


def assert_whole(old, new, changes):
    assert "".join(text for op, text in changes if op != "ins") == old
    assert "".join(text for op, text in changes if op != "del") == new


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (
            "(b) receives any foreign contribution,\nshall transfer it to any other person "
            "unless such other person is also registered.",
            "(b) receives any foreign contribution,\nshall transfer it to any other person.",
            [("del", " unless such other person is also registered")],
        ),
        (
            "not exceeding fifty per cent. of such contribution",
            "not exceeding twenty per cent. of such contribution",
            [("del", "fifty"), ("ins", "twenty")],
        ),
        ("人人有权享受与他人结社的自由", "人人有权享受与他人和平结社的自由", [("ins", "和平")]),
        (
            "لكل فرد حق في حرية تكوين الجمعيات",
            "لكل شخص حق في حرية تكوين الجمعيات",
            [("del", "فرد"), ("ins", "شخص")],
        ),
        ("المُقيِّدة للمنظَّمات", "المقيدة للمنظَّمات", [("del", "المُقيِّدة"), ("ins", "المقيدة")]),
        (
            "Каждый человек имеет право",
            "Каждый имеет полное право",
            [("del", "человек "), ("ins", "полное ")],
        ),
        ("Toute personne a le droit de s'associer", "Toute personne a droit de s'associer", [("del", "le ")]),
        ("El ejercicio de tal derecho", "El ejercicio de este derecho", [("del", "tal"), ("ins", "este")]),
        ("one  space", "one space", [("del", " ")]),
        ("one\tspace", "one space", [("del", "\t"), ("ins", " ")]),
    ],
)
def test_the_words_that_changed_are_the_words_shown(old, new, changes):
    assert changed(old, new) == changes
    assert_whole(old, new, compare(old, new))


def test_the_same_text_has_no_changes_and_an_empty_one_has_all():
    assert compare("a law", "a law") == [Change("same", "a law")]
    assert compare("", "a law") == [Change("ins", "a law")]
    assert compare("a law", "") == [Change("del", "a law")]
    assert compare("", "") == []


def test_a_paragraph_put_between_others_is_one_insertion():
    old = "1. Everyone shall have the right.\n\n2. No restrictions may be placed.\n"
    new = "1. Everyone shall have the right.\n\n1 bis. Nobody pays.\n\n2. No restrictions may be placed.\n"
    assert [text for op, text in compare(old, new) if op == "ins"] == ["1 bis. Nobody pays.\n\n"]


def test_a_single_word_kept_between_large_changes_is_part_of_the_change():
    old = "registered foundations and associations of foreign nationals"
    new = "unregistered movements and coalitions without legal personality"
    assert [op for op, _ in compare(old, new)] == ["del", "ins"]


def test_long_texts_without_a_line_end_are_compared_word_by_word():
    old = " ".join(f"word{n % 977}" for n in range(6_000))
    new = old.replace("word500 ", "another ")
    assert set(changed(old, new)) == {("del", "word500"), ("ins", "another")}


def test_texts_with_everything_in_another_order_are_still_whole():
    old = " ".join(map(str, range(5_000)))
    new = " ".join(map(str, reversed(range(5_000))))
    assert_whole(old, new, compare(old, new))


@given(st.one_of(WORDS, st.text()), st.one_of(WORDS, st.text()))
def test_nothing_is_lost_whatever_is_compared(old, new):
    changes = compare(old, new)
    assert_whole(old, new, changes)
    assert all(first.op != second.op for first, second in pairwise(changes))
    assert all(text for _, text in changes)


@given(WORDS, WORDS, st.integers(1, 40))
def test_folding_hides_only_what_did_not_change(old, new, keep):
    changes = compare(old, new)
    short = folded(changes, keep)
    assert "".join(text for _, text in short) == "".join(text for _, text in changes)
    assert [one for one in short if one.op in ("ins", "del")] == [one for one in changes if one.op in ("ins", "del")]


def test_a_long_unchanged_stretch_is_folded_between_words_and_near_changes_it_stays():
    middle = "No restrictions may be placed on the exercise of this right. " * 30
    short = folded(compare("fifty " + middle + "end", "twenty " + middle + "stop"), keep=50)
    assert [op for op, _ in short] == ["del", "ins", "same", "fold", "same", "del", "ins"]
    before, hidden, after = (text for _, text in short[2:5])
    assert before.endswith(" ")
    assert hidden.endswith(" ")
    assert len(before) <= 50
    assert len(after) <= 100
