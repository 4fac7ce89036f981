"""Members' text: what is cleaned away, what becomes of Markdown, and that nothing hostile comes through."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wg_portal.core.text import clean_line, clean_text, excerpt, plain, render

WORDS = st.text(alphabet=st.characters(), max_size=200)
SIGNS = st.text(alphabet="[]()!*_~`<>&#-+.|:\\/ \n\t1aب法=\"'{}\u202e\x00", max_size=200)


class Seen(HTMLParser):
    """Every tag and attribute of a piece of HTML, and whether all that opens closes."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words, self.open = set(), [], "", []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


_TAGS = "p br strong em s a ul ol li blockquote code pre h2 h3 h4 h5 h6 hr table thead tbody tr th td"
ALLOWED = set(_TAGS.split())


def assert_safe(html):
    seen = Seen(html)
    assert seen.tags <= ALLOWED
    assert not seen.open
    for tag, name, value in seen.attributes:
        assert name in ("dir", "href", "title", "rel", "start"), (tag, name)
        if name == "dir":
            assert value in ("auto", "rtl")
        if name == "href":
            assert not re.match(r"\s*(javascript|data|vbscript|file):", value, re.I)
        if name == "rel":
            assert value == "noopener noreferrer nofollow"
    assert sum(name == "rel" for _, name, _ in seen.attributes) == sum(tag == "a" for tag, *_ in _links(seen))


def _links(seen):
    return [one for one in seen.attributes if one[1] == "href"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Law on\tAssociations \r\n", "Law on Associations"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("Ad\u200bmin\ufeff", "Admin"),
        ("Bell\x07 and escape\x1b[31m", "Bell and escape[31m"),
        ("line\u2028end\x85here", "line end here"),
        ("Cafe\u0301", "Café"),
        ("tag\U000e0041s", "tags"),
        ("half \ud800 a letter", "half a letter"),
        ("\u200c\u200d", ""),
    ],
)
def test_a_name_keeps_its_letters_and_nothing_invisible(typed, kept):
    assert clean_line(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        "قانون تنظيم الحق في الاجتماعات العامة والمواكب والتظاهرات السلمية",
        "חוק העמותות",
        "می‌خواهم",  # the joiner between its parts is spelling
        "क्‍ष",
        "中華人民共和國香港特別行政區維護國家安全法",
        "Öffentliche Anhörung – Ёлка",
    ],
)
def test_real_names_in_every_script_stay_as_they_are(name):
    assert clean_line(name) == unicodedata.normalize("NFC", name)


def test_a_text_keeps_its_lines_and_tabs_and_loses_controls_and_overrides():
    assert clean_text("one\r\ntwo\rthree\u2029four\tfive\x00\u202e\u2067!") == "one\ntwo\nthree\nfour\tfive!"


@given(WORDS)
def test_cleaning_twice_is_cleaning_once_and_leaves_nothing_unprintable(text):
    line, block = clean_line(text), clean_text(text)
    assert clean_line(line) == line
    assert clean_text(block) == block
    for character in line + block:
        assert unicodedata.category(character) not in ("Cc", "Cs") or character in "\n\t"
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069\r\n\t]", line)


def test_markdown_becomes_the_html_one_expects():
    html = render("# Law\n\nThe *new* **law** ~~draft~~.\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n")
    assert '<h2 dir="auto">Law</h2>' in html
    assert '<p dir="auto">The <em>new</em> <strong>law</strong> <s>draft</s>.</p>' in html
    assert '<li dir="auto">one</li>' in html
    assert '<td dir="auto">2</td>' in html


def test_headings_go_one_level_down_and_stop_at_the_sixth():
    html = render("# a\n\n##### b\n\n###### c")
    assert re.findall(r"<(h\d)", html) == ["h2", "h6", "h6"]


def test_a_quote_and_a_list_in_arabic_say_that_they_run_from_the_right():
    html = render("> لكل فرد حق\n\n- النقابات\n\n> Everyone shall have the right")
    assert re.findall('<(?:blockquote|ul) dir="([a-z]+)"', html) == ["rtl", "rtl", "auto"]


def test_a_link_is_followed_without_saying_where_from_and_a_script_link_is_none():
    html = render("[law](https://example.org/x) and [bad](javascript:alert(1)) and https://example.org/a_b_c.")
    links = re.findall('<a href="([^"]+)" rel="([^"]+)">', html)
    assert links == [
        ("https://example.org/x", "noopener noreferrer nofollow"),
        ("https://example.org/a_b_c", "noopener noreferrer nofollow"),
    ]
    assert "[bad](javascript:alert(1))" in html


def test_a_bare_address_ends_before_chinese_punctuation_and_a_file_name_is_no_link():
    html = render("见https://example.org/a。另见 https://example.org/b，report.md www.example.org")
    assert re.findall('href="([^"]+)"', html) == ["https://example.org/a", "https://example.org/b"]
    assert "</a>。另见 " in html


def test_a_picture_is_its_description_and_html_is_the_characters_typed():
    html = render("![the bill](https://t.example/x.png) <img src=x onerror=alert(1)> <script>a</script>")
    assert "the bill" in html
    assert "t.example" not in html
    assert Seen(html).tags == {"p"}
    assert "<script>a</script>" in Seen(html).words


HOSTILE = {
    "brackets": "[" * 20_000,
    "brackets that close once": "[" * 19_990 + "](x)",
    "pictures": "![[]()" * 3_300,
    "emphasis": "*a_ " * 5_000,
    "quotes": ">" * 20_000,
    "spaced quotes": "> " * 10_000,
    "lists in lists": "- " * 10_000,
    "a deep list": "".join(f"{'  ' * depth}- x\n" for depth in range(140)),
    "a wide table": "|a" * 3_000 + "|\n" + "|-" * 3_000 + "|\n|b|",
    "a tall table": "|".join("a" * 60) + "\n" + "-|" * 60 + "\n" + "x\n" * 9_000,
    "rulings": "a\n|-\n" * 4_000,
    "many lines": "- x\n" * 5_000,
    "addresses": "https://a.bc/((((" * 1_100,
    "definitions": "[a]: http://x\n" * 1_400,
    "entities": "&amp;" * 4_000,
    "backticks": "".join("`" * size + " " for size in range(1, 199)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_shown_safely_and_nothing_of_it_is_lost(text):
    assert_safe(render(text))
    assert plain(text) or not re.search(r"\w", text)
    for letter in "abx":
        assert Seen(render(text)).words.count(letter) <= text.count(letter) + 60 * 60


def test_what_is_nested_too_deep_is_still_there_to_read():
    assert "the words" in render("> " * 500 + "the words")
    assert "the words" in render("- " * 500 + "the words")
    assert "the words" in plain("> " * 500 + "the words")
    assert "last line" in render("- x\n" * 4_000 + "last line")
    assert "last line" in plain("- x\n" * 4_000 + "last line")


def test_an_ordinary_long_text_with_many_links_has_them_all():
    text = "\n\n".join(f"See [law {n}](https://example.org/{n}) and *its* text." for n in range(300))
    assert render(text).count("<a ") == 300
    assert render(text).count("<em>") == 300


@given(st.one_of(WORDS, SIGNS))
def test_whatever_is_typed_the_html_is_safe(text):
    assert_safe(render(text))


@given(st.one_of(WORDS, SIGNS), st.integers(1, 60))
def test_an_excerpt_is_one_line_and_never_longer_than_asked(text, length):
    line = excerpt(text, length)
    assert len(line) <= length
    assert "\n" not in line


def test_plain_text_keeps_the_words_and_drops_the_signs():
    text = "# Law\n\n*New* [text](https://example.org) ![map](x)\n- one\n- `two`\n\n```\ncode\n```"
    assert plain(text) == "Law\nNew text map\none\ntwo\ncode"


def test_an_excerpt_ends_between_words_or_anywhere_in_chinese():
    assert excerpt("Restrictive **laws** and civil society in many countries", 30) == "Restrictive laws and civil…"
    assert excerpt("人人有权享受与他人结社的自由,包括组织和参加工会", 10) == "人人有权享受与他人…"
    assert excerpt("short", 30) == "short"
