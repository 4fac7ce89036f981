"""Six languages: which one a reader gets, what countries are called in it, and in which order they stand."""

import csv

import pytest

from wg_portal.core import languages
from wg_portal.core.catalogues import ROOT
from wg_portal.core.languages import (
    LANGUAGES,
    choose,
    countries,
    country_name,
    direction,
    language_name,
    locale_name,
    order_countries,
    sort_key,
)


def test_the_six_stand_in_the_order_of_the_united_nations_under_their_own_names():
    assert list(LANGUAGES) == ["ar", "zh", "en", "fr", "ru", "es"]
    assert LANGUAGES["ru"] == "Русский"
    assert locale_name("zh") == "zh_Hans" and locale_name("fr") == "fr"


def test_only_arabic_runs_from_right_to_left():
    assert [code for code in LANGUAGES if direction(code) == "rtl"] == ["ar"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("zh-TW", "zh"),
        ("pt-BR,pt;q=0.9,es;q=0.5,en;q=0.4", "es"),
        ("en;q=0.4, ar;q=0.9", "ar"),
        ("RU", "ru"),
        ("de,*;q=0.5", "en"),
        ("es;q=0, ru;q=0.1", "ru"),
        ("fr;q=lots, es;q=0.2", "es"),
        (";;;,q=,\x00", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_visitor_gets_the_language_their_browser_asks_for(header, language):
    assert choose(header) == language


def test_a_remembered_language_wins_unless_it_is_none_of_the_six():
    assert choose("fr", remembered="ar") == "ar"
    assert choose("fr", remembered="de") == "fr"
    assert choose("fr", remembered="") == "fr"


def test_an_endless_header_is_not_read_to_its_end():
    assert choose("xx," * 100_000 + "fr") == "en"


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("TR", "en", "Türkiye"),
        ("VN", "en", "Viet Nam"),
        ("RU", "en", "Russian Federation"),
        ("KR", "fr", "République de Corée"),
        ("TZ", "es", "República Unida de Tanzanía"),
        ("BO", "en", "Bolivia (Plurinational State of)"),
        ("LA", "ru", "Лаосская Народно-Демократическая Республика"),
        ("MD", "zh", "摩尔多瓦共和国"),
        ("HK", "en", "Hong Kong (China)"),
        ("US", "ar", "الولايات المتحدة الأمريكية"),
        ("SY", "ar", "الجمهورية العربية السورية"),
        ("KE", "es", "Kenya"),
        ("LT", "zh", "立陶宛"),
        ("eg", "fr", "Égypte"),
    ],
)
def test_countries_have_the_short_names_of_the_united_nations(code, language, name):
    assert country_name(code, language) == name


def test_a_code_that_nobody_has_is_its_own_name():
    assert country_name("QQ", "fr") == "QQ"
    assert language_name("qqq", "fr") == "qqq"


def test_languages_are_named_in_each_other():
    assert language_name("ru", "fr") == "russe"
    assert language_name("lt", "en") == "Lithuanian"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_names_each_country_differently(language):
    names = [name for _code, name in countries(language)]
    assert len(set(names)) == len(names) == 196  # 193 members, two observers, Hong Kong
    assert not any(name.isascii() and len(name) == 2 for name in names)  # a bare code is no name


def test_the_countries_of_the_imported_laws_are_all_there():
    path = ROOT / "wg_portal" / "demo" / "data" / "laws.csv"
    with path.open(encoding="utf-8", newline="") as file:
        codes = {row["iso_alpha2"] for row in csv.DictReader(file)}
    assert codes and codes <= {code for code, _name in countries("en")}


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("en", "CI HR CU"),  # Côte d’Ivoire, Croatia, Cuba
        ("fr", "DK EG SV AE EC ER ES EE US ET RU"),  # Égypte, El Salvador, Émirats, Équateur ... Fédération
        ("es", "BE BZ ES"),  # Bélgica, Belice, España
        ("ru", "IR IE IT YE"),  # Иран, Ирландия, Италия, Йемен
        ("ar", "JO PT CN EG SA"),  # الأردن البرتغال الصين مصر المملكة: the article does not count
        ("zh", "AL EG AU BE CN"),  # ā, āi, ào, bǐ, zhōng
    ],
)
def test_countries_stand_in_the_order_of_each_language(language, ordered):
    codes = ordered.split()
    assert order_countries(reversed(codes), language) == codes


def test_syllables_decide_before_tones_in_chinese():
    # bā bù < bā hā < bā jī, and zhōng guó before its longer form
    assert order_countries(["PK", "BS", "PG", "HK", "CN"], "zh") == ["PG", "BS", "PK", "CN", "HK"]


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("es", ["nube", "nz", "ñandú", "oro"]),
        ("fr", ["cote", "Côté nord", "œuvre", "off"]),
        ("ru", ["Европа", "ёлка", "жизнь"]),
        ("ru", ["игра", "йод"]),
        ("ar", ["أمانة", "الباب", "مكتب"]),
        ("en", ["Association of Judges", "association ‘Zeta’", "Église", "Zebra"]),
        ("zh", ["安全", "北京", "中国"]),
    ],
)
def test_titles_and_names_stand_in_the_order_readers_expect(language, ordered):
    assert sorted(reversed(ordered), key=lambda text: sort_key(text, language)) == ordered


def test_a_language_that_is_none_of_the_six_is_refused():
    with pytest.raises(KeyError):
        languages.locale("de")
    assert languages.locale("es").language == "es"
