"""Instants in words: the reader's zone, the reader's language, and nothing a deadline could be misread by."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from wg_portal.core import times
from wg_portal.core.languages import LANGUAGES
from wg_portal.core.times import (
    ago,
    city,
    clock,
    day,
    left,
    localtime,
    partial_date,
    when,
    when_utc,
    zone_names,
    zones,
)

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)
VILNIUS = "Europe/Vilnius"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ar", "الخميس، 12 مارس، 18:00"),
        ("zh", "3月12日周四 18:00"),
        ("en", "Thu 12 March, 18:00"),
        ("fr", "jeu. 12 mars, 18:00"),
        ("ru", "чт, 12 марта, 18:00"),
        ("es", "jue, 12 de marzo, 18:00"),
    ],
)
def test_a_deadline_is_written_as_each_language_writes_it(language, written):
    assert when(THURSDAY, language, VILNIUS, NOW) == written


def test_a_day_says_its_year_only_when_it_is_another():
    assert day(THURSDAY, "en", VILNIUS, NOW) == "Thu 12 March"
    assert day(THURSDAY.replace(year=2027), "en", VILNIUS, NOW) == "Fri 12 March 2027"
    assert when(THURSDAY.replace(year=2025), "zh", VILNIUS, NOW) == "2025年3月12日周三 18:00"


def test_the_year_is_that_of_the_readers_zone():
    midnight = datetime(2025, 12, 31, 22, 30, tzinfo=UTC)
    assert day(midnight, "en", VILNIUS, NOW) == "Thu 1 January"
    assert day(midnight, "en", "UTC", NOW) == "Wed 31 December 2025"


def test_the_first_of_a_month_is_an_ordinal_in_french():
    assert day(datetime(2026, 5, 1, 9, tzinfo=UTC), "fr", VILNIUS, NOW) == "ven. 1er mai"
    assert day(datetime(2026, 5, 11, 9, tzinfo=UTC), "fr", VILNIUS, NOW) == "lun. 11 mai"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clock_has_24_hours_and_western_digits_in_every_language(language):
    assert clock(THURSDAY, language, VILNIUS) == "18:00"
    assert clock(datetime(2026, 3, 12, 22, 5, tzinfo=UTC), language, VILNIUS) == "00:05"


def test_a_time_without_a_zone_is_refused_and_one_with_any_zone_is_not():
    with pytest.raises(ValueError, match="without a zone"):
        localtime(datetime(2026, 3, 12, 16), VILNIUS)
    assert localtime(localtime(THURSDAY, "Asia/Tokyo"), VILNIUS).hour == 18


def test_both_clocks_stand_together_and_the_city_has_its_own_name():
    assert when_utc(THURSDAY, "en", VILNIUS) == "18:00 Vilnius · 16:00 UTC"
    assert when_utc(THURSDAY, "en", "UTC") == "16:00 UTC"
    assert "维尔纽斯" in when_utc(THURSDAY, "zh", VILNIUS)


def test_both_clocks_follow_summer_time():
    assert when_utc(THURSDAY + timedelta(days=30), "en", VILNIUS) == "19:00 Vilnius · 16:00 UTC"


def test_another_day_in_utc_is_said():
    assert when_utc(THURSDAY.replace(hour=23), "en", VILNIUS) == "01:00 Vilnius · 23:00 UTC the day before"
    assert when_utc(THURSDAY.replace(hour=2), "en", "America/New_York") == "22:00 New York · 02:00 UTC the day after"


@pytest.mark.parametrize(
    ("zone", "language", "name"),
    [
        ("Asia/Kolkata", "ru", "Калькутта"),
        ("Europe/Kyiv", "en", "Kyiv"),
        ("America/Argentina/Buenos_Aires", "es", "Buenos Aires"),
        ("America/Port_of_Spain", "fr", "Port-d’Espagne"),
        ("Africa/Cairo", "ar", "القاهرة"),
        ("Etc/UTC", "zh", "UTC"),
    ],
)
def test_a_zone_is_known_by_its_city(zone, language, name):
    assert city(zone, language) == name


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=100), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "Tue 3 March"),
        (timedelta(days=400), "Mon 3 February 2025"),
    ],
)
def test_what_is_past_is_told_by_whole_units_and_then_by_its_day(past, words):
    assert ago(NOW - past, NOW, "en", VILNIUS) == words


def test_what_is_past_is_told_in_the_grammar_of_each_language():
    two_days = NOW - timedelta(days=2)
    told = [ago(two_days, NOW, language, VILNIUS) for language in LANGUAGES]
    assert told == ["قبل يومين", "2天前", "2 days ago", "il y a 2 jours", "2 дня назад", "hace 2 días"]


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (timedelta(0), "ended"),
        (timedelta(days=-9), "ended"),
        (timedelta(seconds=1), "less than a minute left"),
        (timedelta(minutes=59, seconds=59), "59 min left"),
        (timedelta(hours=3), "3 h left"),
        (timedelta(hours=3, minutes=18, seconds=30), "3 h 18 min left"),
        (timedelta(hours=24) - timedelta(seconds=1), "23 h 59 min left"),
        (timedelta(days=1, hours=20), "1 day left"),
        (timedelta(days=2), "2 days left"),
    ],
)
def test_what_is_left_is_never_told_longer_than_it_is(rest, words):
    assert left(NOW + rest, NOW, "en") == words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("2019", "en", "2019"),
        ("2019", "zh", "2019年"),
        ("2019-08", "en", "August 2019"),
        ("2019-08", "ru", "август 2019\u202fг."),
        ("2019-08", "es", "agosto de 2019"),
        ("2019-08-24", "en", "24 August 2019"),
        ("2019-08-24", "ru", "24 августа 2019\u202fг."),
        ("2019-08-24", "ar", "24 أغسطس 2019"),
        ("2019-08-01", "fr", "1er août 2019"),
        ("2019-08", "fr", "août 2019"),
    ],
)
def test_a_partial_date_keeps_its_precision(text, language, words):
    assert partial_date(text, language) == words


@pytest.mark.parametrize(
    "text", ["", None, "19", "2019-8", "2019-13", "2019-02-30", "0000", "2019-08-24T10", "٢٠١٩", "2019\n"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        partial_date(text, "en")


def test_zones_are_offered_by_region_in_the_order_of_the_language():
    offered = dict(zones("es"))
    assert next(iter(offered)) == "UTC" and offered["UTC"] == [("UTC", "UTC")]
    europe = [name for _zone, name in offered["Europe"]]
    assert europe.index("Ámsterdam") < europe.index("Atenas") < europe.index("Vilna")
    assert sum(map(len, offered.values())) == len(zone_names()) > 400


def test_every_zone_that_is_offered_has_a_clock_and_old_names_are_not_offered():
    for zone in zone_names():
        localtime(NOW, zone)
    assert "Asia/Calcutta" not in zone_names() and "Asia/Kolkata" in zone_names()


def test_a_sentence_is_in_the_language_asked_for_whatever_the_page_is_in():
    app = Flask("times")
    Babel(app, default_locale="en")
    with app.app_context(), force_locale("fr"):
        assert str(times.get_locale()) == "fr"
        with times._speaking("zh"):
            assert str(times.get_locale()) == "zh_Hans"
        assert left(NOW + timedelta(days=2), NOW, "en") == "2 days left"
        assert str(times.get_locale()) == "fr"
