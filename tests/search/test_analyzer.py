"""Search in six languages: what a native reader types finds what was written, and says where."""

import re
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wg_portal.search import analyzer
from wg_portal.search.analyzer import WORDS, index_terms, normal, query_words, snippet
from wg_portal.search.query import Query, parse_query

TYPED = st.text(alphabet="\"-:abc اَ法 律'’<&>from country:EG", max_size=80)


def finds(asked, text, language, page="en"):
    terms = index_terms(text, language)
    words = query_words(asked, page)
    return bool(words) and all(any(term in terms for term in alternatives) for alternatives in words)


ARABIC = "قانون الجمعيات والمؤسسات الأهلية"
ARTICLE_22 = "لكل فرد حق في حرية تكوين الجمعيات مع آخرين، بما في ذلك حق إنشاء النقابات والانضمام إليها"


@pytest.mark.parametrize(
    ("language", "asked", "text"),
    [
        ("ar", "الجمعية", ARABIC),
        ("ar", "مؤسسة", ARABIC),
        ("ar", "اهليه", ARABIC),
        ("ar", "نقابة", ARTICLE_22),
        ("ar", "الحق في الحرية", ARTICLE_22),
        ("ar", "حرية", "التمتع بحرية الرأي"),
        ("ar", "حرياتهم", "حماية حقوق الآخرين وحرياتهم"),
        ("ar", "حريات", "حماية حقوق الآخرين وحرياتهم"),
        ("ar", "حق", "حماية حقوق الآخرين"),
        ("ar", "قانون", "والقوانين المُقيِّدة للمنظَّمات"),
        ("ar", "منظمة", "والقوانين المُقيِّدة للمنظَّمات"),
        ("ar", "دولة", "يجيز للدول الأطراف في اتفاقية"),
        ("ar", "2008", "قانون الجمعيات رقم 51 لسنة ٢٠٠٨"),
        ("ar", "٥١", "قانون الجمعيات رقم 51 لسنة 2008"),
        ("zh", "工会", "人人有权享受与他人结社的自由,包括组织和参加工会"),
        ("zh", "结社的自由", "人人有权享受与他人结社的自由"),
        ("zh", "法", "中华人民共和国境外非政府组织境内活动管理法"),
        ("ru", "ограничение", "не подлежит никаким ограничениям"),
        ("ru", "профсоюз", "право создавать профсоюзы"),
        ("ru", "общественное объединение", "об общественных объединениях"),
        ("ru", "некоммерческий", "О негосударственных некоммерческих организациях"),
        ("ru", "учет", "учёт"),
        ("fr", "liberte", "les libertés d’autrui"),
        ("fr", "libertés", "la liberté d'association"),
        ("fr", "association", "Loi portant liberté d’association"),
        ("fr", "ete", "L’été"),
        ("fr", "syndicat", "constituer des syndicats et y adhérer"),
        ("es", "restriccion", "las restricciones previstas por la ley"),
        ("es", "organización", "Ley de Organizaciones No Gubernamentales"),
        ("es", "agente extranjero", "Ley de Regulación de Agentes Extranjeros"),
        ("en", "restriction", "imposition of lawful restrictions"),
        ("en", "child", "the child’s right"),
        ("en", "rights of children", "the rights of the children"),
        ("en", "obrien", "Ms O’Brien spoke"),
        ("en", "O'Brien", "Ms OBrien spoke"),
        ("en", "LANGO", "Ｌａｎｇｏ"),
    ],
)
def test_a_reader_finds_what_was_written_in_another_form(language, asked, text):
    assert finds(asked, text, language)
    assert finds(asked, text, language, page=language)


@pytest.mark.parametrize(
    ("language", "asked", "text"),
    [
        ("ar", "كتاب", "تاب عن ذنبه"),
        ("ar", "نقابة", "قانون الجمعيات"),
        ("zh", "社会", "结社的自由,会议"),
        ("ru", "право", "не подлежит никаким ограничениям"),
        ("en", "university", "the uniform of the police"),
        ("en", "Law 84", "Law 840 of 2002"),
    ],
)
def test_what_only_looks_alike_is_not_found(language, asked, text):
    assert not finds(asked, text, language)


def test_how_often_a_word_stands_is_counted():
    assert index_terms("Law and laws; the law.", "en")["law"] == 3


def test_a_query_is_cut_after_enough_words():
    assert len(query_words(" ".join(f"w{n}" for n in range(100)), "en")) == WORDS
    assert len(query_words("中华人民共和国境外非政府组织境内活动管理法中华人民共和国", "zh")) == WORDS


def test_everything_that_can_be_asked_is_understood_together():
    query = parse_query(
        'freedom "foreign agents" -draft -“leaked text” country:eg '
        'stage:Tabled from:2024 to:2025-02 in：briefs by:"Ana Ruiz"',
        "en",
    )
    assert [terms[0] for terms in query.words] == ["freedom"]
    assert [phrase.text.strip() for phrase in query.phrases] == ["foreign agents"]
    assert query.without == (("draft",),)
    assert [phrase.text.strip() for phrase in query.without_phrases] == ["leaked text"]
    assert query.filters == {
        "country": ("EG",),
        "stage": ("tabled",),
        "from": ("2024-01-01",),
        "to": ("2025-02-28",),
        "in": ("briefs",),
        "by": ("Ana Ruiz",),
    }


def test_filters_may_be_said_twice_and_dates_in_arabic_digits():
    assert parse_query("country:EG country:in country:eg", "en").filters == {"country": ("EG", "IN")}
    assert parse_query("to:٢٠٢٤", "ar").filters == {"to": ("2024-12-31",)}
    assert parse_query("from:2024-02-29", "en").filters == {"from": ("2024-02-29",)}


@pytest.mark.parametrize("typed", ["country:Egypt", "from:yesterday", "from:2023-02-29", "to:2024-13", "stage:"])
def test_a_filter_that_makes_no_sense_is_read_as_words(typed):
    query = parse_query(typed, "en")
    assert not query.filters
    assert query.words


def test_a_chinese_word_left_out_is_left_out_only_as_a_whole():
    query = parse_query("法律 -公民社会", "zh")
    assert [terms[0] for terms in query.words] == ["法律"]
    assert not query.without
    assert query.without_phrases[0].is_in("与公民社会合作")
    assert not query.without_phrases[0].is_in("公民和社会")


@pytest.mark.parametrize(
    ("typed", "text", "is_in"),
    [
        ('"foreign agents"', "The Foreign\nAgents law", True),
        ('"foreign agents"', "agents of foreign states", False),
        ('"foreign agent"', "foreign agents", False),
        ("«الجمعيات الأهلية»", "قانون الجمعيّات الاهليه", True),
        ("「结社的自由」", "与他人结社的自由", True),
        ('"l\'été dernier"', "L’ÉTÉ dernier", True),
    ],
)
def test_a_quoted_phrase_is_looked_for_as_it_stands_but_for_case_and_accents(typed, text, is_in):
    (phrase,) = parse_query(typed, "en").phrases
    assert phrase.is_in(text) is is_in


def test_a_query_that_only_leaves_out_asks_for_nothing():
    assert not parse_query("-draft", "en")
    assert not parse_query("  \" ' - ", "en")
    assert parse_query("law", "en")


def test_a_snippet_shows_the_words_found_and_is_safe_html():
    text = "Nothing here. " * 30 + "The <b>restrictions</b> on NGOs & others. " + "More text follows. " * 30
    html = snippet(text, "en", query_words("restriction others", "en"), 80)
    assert "&lt;b&gt;<mark>restrictions</mark>&lt;/b&gt; on NGOs &amp; <mark>others</mark>." in html
    assert html.startswith("… ")
    assert html.endswith(" …")


def test_a_snippet_marks_a_chinese_word_once():
    html = snippet("法律" * 60 + "公民社会组织" + "自由" * 60, "zh", query_words("公民社会", "zh"), 40)
    assert "<mark>公民社会</mark>组织" in html


def test_a_snippet_without_a_hit_is_the_beginning():
    assert snippet("A short text", "en", query_words("absent", "en")) == "A short text"
    assert snippet("word " * 100, "en", [], 22) == "word word word word …"


@given(st.text(max_size=300), TYPED, st.sampled_from(["ar", "zh", "en", "fr", "ru", "es", "pt"]))
def test_whatever_is_written_and_asked_nothing_breaks_and_snippets_are_safe(text, asked, language):
    terms = index_terms(text, language)
    assert all(terms) and all(len(term) <= 48 and not re.search(r"\s", term) for term in terms)
    query = parse_query(asked, language)
    assert isinstance(query, Query)
    assert len(query.wanted) <= WORDS
    html = snippet(text, language, query.wanted, 60)
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare and ">" not in bare
    assert html.count("<mark>") == html.count("</mark>")


@given(st.text(max_size=60), st.sampled_from(["ar", "zh", "en", "fr", "ru", "es"]))
def test_a_text_is_found_by_its_own_words(text, language):
    terms = index_terms(text, language)
    for alternatives in query_words(text, language):
        assert any(term in terms for term in alternatives)


@given(st.text(max_size=100))
def test_folding_twice_is_folding_once(text):
    assert normal(normal(text)) == normal(text)


def test_texts_indexed_at_once_keep_their_own_stems():
    """A stemmer works on a word that it keeps: mixed with another's it would be remembered, and never found again."""
    words = [f"{first}{last}" for first in ("assem", "dona", "inspec", "lega", "regis") for last in ("tions", "ments")]
    right, wrong = {word: index_terms(word, "en") for word in words}, []

    def index():
        for _time in range(150):
            for word in words:
                analyzer._forms.cache_clear()
                if index_terms(word, "en") != right[word]:
                    wrong.append(word)

    slices = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=index) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        sys.setswitchinterval(slices)
    assert wrong == []
