"""Translations come in through one gate: what would break a page or say less than its source is refused."""

import json

import pytest
from babel.messages.catalog import Catalog
from babel.support import Translations

from wg_portal.core import catalogues
from wg_portal.core.catalogues import (
    BadTranslation,
    check,
    compile_catalogue,
    fill,
    missing,
    path_of,
    read,
    update,
)


@pytest.fixture
def source():
    catalogue = Catalog()
    catalogue.add("Today", locations=[("templates/base.html", None)])
    catalogue.add("%(name)s left out", auto_comments=["A delegation."])
    catalogue.add(("%(num)s day left", "%(num)s days left"))
    catalogue.add("May", context="month")
    return catalogue


def test_what_is_missing_comes_ready_to_be_filled_in_and_can_be_handed_back(source, tmp_path):
    work = json.loads(json.dumps(missing("ru", source, tmp_path)))
    assert [entry["id"] for entry in work["entries"]] == [
        "%(name)s left out",
        "%(num)s day left",
        "Today",
        "May",
    ]
    assert work["entries"][0]["comment"] == "A delegation."
    assert work["entries"][3]["context"] == "month"
    assert work["numbers"] == [[1, 21, 31, 41, 51], [2, 3, 4, 22, 23], [0, 5, 6, 7, 8]]
    words = ["%(name)s не участвует", ["%(num)s день", "%(num)s дня", "%(num)s дней"], "Сегодня", "май"]
    for entry, word in zip(work["entries"], words, strict=True):
        entry["translation"] = word
    assert fill("ru", work["entries"], source, tmp_path) == []
    assert missing("ru", source, tmp_path)["entries"] == []
    compile_catalogue("ru", tmp_path)
    with path_of("ru", tmp_path).with_suffix(".mo").open("rb") as file:
        said = Translations(file)
    assert said.ungettext("%(num)s day left", "%(num)s days left", 22) == "%(num)s дня"
    assert said.upgettext("month", "May") == "май"


def test_a_refused_translation_leaves_the_others_standing(source, tmp_path):
    given = [
        {"id": "Today", "translation": "Hoy"},
        {"id": "%(name)s left out", "translation": "%(nombre)s excluida"},
    ]
    assert fill("es", given, source, tmp_path) == [("%(name)s left out", "not in the source: %(nombre)s")]
    assert [entry["id"] for entry in missing("es", source, tmp_path)["entries"]][:1] == ["%(name)s left out"]
    assert read("es", tmp_path).get("Today").string == "Hoy"


def test_a_sentence_nobody_says_is_refused(source, tmp_path):
    assert fill("fr", [{"id": "Tomorrow", "translation": "Demain"}], source, tmp_path)[0][0] == "Tomorrow"


def test_an_update_keeps_what_is_said_drops_what_is_not_and_guesses_nothing(source, tmp_path):
    fill("fr", [{"id": "Today", "translation": "Aujourd’hui"}], source, tmp_path)
    changed = Catalog()
    changed.add("Today")
    changed.add("%(name)s is left out")
    update("fr", changed, tmp_path)
    kept = read("fr", tmp_path)
    assert [message.id for message in kept if message.id] == ["%(name)s is left out", "Today"]
    assert kept.get("Today").string == "Aujourd’hui" and not kept.get("%(name)s is left out").string
    assert not kept.obsolete


def test_an_update_without_news_changes_no_byte(source, tmp_path):
    update("ar", source, tmp_path)
    first = path_of("ar", tmp_path).read_bytes()
    update("ar", source, tmp_path)
    assert path_of("ar", tmp_path).read_bytes() == first
    assert b"Date" not in first and b"nplurals=6" in first


@pytest.mark.parametrize(
    ("sentence", "translation", "reason"),
    [
        ("Today", "  ", "nothing is written"),
        ("Today", ["Hoy"], "one text"),
        ("%(name)s left out", "excluida", "left out"),
        ("%(max)d signs", "%(max)s signos", "not in the source"),
        ("Half", "50 %", "bare %"),
        ("<b>Today</b>", "Hoy", "tags"),
        ("Today", "<i>Hoy</i>", "tags"),
        ("Today ", "Hoy", "space"),
        (("%(num)s day", "%(num)s days"), "%(num)s días", "2 plural forms"),
        (("%(num)s day", "%(num)s days"), ["%(num)s día"], "2 plural forms"),
        (("%(num)s day", "%(num)s days"), ["un día", "días"], "left out"),
    ],
)
def test_what_would_break_a_page_is_refused(sentence, translation, reason):
    message = Catalog().add(sentence)
    with pytest.raises(BadTranslation, match=reason):
        check(message, translation, "es")


@pytest.mark.parametrize(
    ("language", "sentence", "translation"),
    [
        ("es", "%(name)s left out", "Sin %(name)s"),
        ("es", "%(max)d signs", "%(max)d signos"),
        ("es", ("%(num)s day", "%(num)s days"), ["un día", "%(num)s días"]),
        ("zh", ("%(num)s day", "%(num)s days"), ["%(num)s天"]),
        (
            "ar",
            ("%(num)s day", "%(num)s days"),
            ["لا أيام", "يوم", "يومان", "%(num)s أيام", "%(num)s يوم", "%(num)s يومًا"],
        ),
    ],
)
def test_a_form_for_one_number_alone_may_say_it_in_a_word(language, sentence, translation):
    check(Catalog().add(sentence), translation, language)


def test_russian_and_french_forms_that_serve_several_numbers_must_say_them():
    message = Catalog().add(("%(num)s day", "%(num)s days"))
    with pytest.raises(BadTranslation):
        check(message, ["день", "%(num)s дня", "%(num)s дней"], "ru")
    with pytest.raises(BadTranslation):
        check(message, ["un jour", "%(num)s jours"], "fr")  # also said of none


def test_templates_and_code_are_both_read_and_as_jinja_reads_them(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "wg_portal").mkdir()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "babel.cfg").write_text((catalogues.ROOT / "babel.cfg").read_text())
    page = "{{ _('Hello') }}\n{% trans n=n %}{{ n }} file{% pluralize %}{{ n }} files{% endtrans %}"
    (tmp_path / "templates" / "page.html").write_text(page)
    (tmp_path / "node_modules" / "page.html").write_text("{{ _('Not ours') }}")
    (tmp_path / "wg_portal" / "forms.py").write_text('_l("Title"); lazy_pgettext("month", "May"); "silent"')
    found = set(catalogues.sentences(catalogues.extract(tmp_path)))
    assert found == {
        (None, "Hello", None),
        (None, "%(n)s file", "%(n)s files"),
        (None, "Title", None),
        ("month", "May", None),
    }
