"""Calendars that programs agree about: ical.js reads every file and must come to the same instants."""

import json
import subprocess
import sysconfig
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wg_portal.events.calendar import Entry, calendar, uid

_NAMES = (
    "Europe/Vilnius America/Toronto Asia/Ulaanbaatar Africa/Dar_es_Salaam Africa/Casablanca America/Santiago "
    "Australia/Lord_Howe Asia/Kathmandu Europe/Dublin Africa/Cairo Asia/Gaza America/Nuuk Asia/Jerusalem UTC"
)
ZONES = _NAMES.split()
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
READER = Path(__file__).with_name("read_ics.mjs")
NODE = Path(sysconfig.get_path("scripts"), "node")


def read(document):
    """What ical.js understands of a calendar."""
    done = subprocess.run([NODE, READER], input=document, capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)


def entry(starts_at, zone="Europe/Vilnius", **more):
    defaults = {
        "uid": "e1@wg.example",
        "ends_at": starts_at + timedelta(hours=2),
        "title": "Workshop",
        "stamp": NOW,
    }
    return Entry(starts_at=starts_at, zone=zone, **{**defaults, **more})


def instant(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def changes(zone, year):
    """The moments of a year at which a zone's clocks change, found by asking hour by hour."""
    start, clocks = datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    hours = [start + timedelta(hours=hour) for hour in range(366 * 24)]
    offsets = [hour.astimezone(clocks).utcoffset() for hour in hours]
    return [hours[place] for place in range(1, len(hours)) if offsets[place] != offsets[place - 1]]


@pytest.mark.parametrize("zone", ZONES)
def test_another_program_reads_the_same_instants_around_every_change_of_clocks(zone):
    entries = []
    for year in (1999, 2016, 2026, 2027, 2035):
        moments = [datetime(year, month, 9, month, 30, tzinfo=UTC) for month in range(1, 13)]
        for change in changes(zone, year):
            moments += [change + timedelta(minutes=30 * step) for step in (-96, -5, -3, -2, -1, 0, 1, 2, 3, 5, 96)]
        entries += [entry(moment, zone, uid=f"{moment.isoformat()}@wg.example") for moment in moments]
    seen = read(calendar(entries, now=NOW))["events"]
    assert [(one["uid"], one["starts"], one["ends"]) for one in seen] == [
        (one.uid, instant(one.starts_at), instant(one.ends_at)) for one in entries
    ]


def test_an_event_alone_in_its_file_is_read_right_on_both_sides_of_a_change():
    for zone in ("Europe/Vilnius", "Africa/Casablanca", "Australia/Lord_Howe"):
        for month in (1, 7):
            one = entry(datetime(2026, month, 15, 9, tzinfo=UTC), zone)
            (seen,) = read(calendar([one], now=NOW))["events"]
            assert (seen["starts"], seen["zone"]) == (instant(one.starts_at), zone)


def test_a_zone_with_a_rule_says_it_as_a_rule():
    text = calendar([entry(datetime(2026, 7, 1, 7, tzinfo=UTC))], now=NOW).decode()
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RDATE" not in text


def test_a_zone_without_a_rule_names_its_dates_one_a_line():
    text = calendar([entry(datetime(2026, 7, 1, 7, tzinfo=UTC), "Africa/Casablanca")], now=NOW).decode()
    dates = [line for line in text.splitlines() if line.startswith("RDATE")]
    assert dates
    assert "RRULE" not in text
    assert not any("," in line for line in dates)


def test_a_zone_that_never_changes_has_one_observance():
    text = calendar([entry(datetime(2026, 7, 1, 7, tzinfo=UTC), "Africa/Dar_es_Salaam")], now=NOW).decode()
    assert text.count("BEGIN:STANDARD") == 1
    assert "BEGIN:DAYLIGHT" not in text
    assert "RRULE" not in text


def test_each_zone_is_described_once_and_utc_not_at_all():
    july = datetime(2026, 7, 1, 7, tzinfo=UTC)
    entries = [entry(july), entry(july, uid="e2@wg.example"), entry(july, "UTC", uid="e3@wg.example")]
    text = calendar(entries, now=NOW).decode()
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "DTSTART:20260701T070000Z" in text


def test_lines_are_short_end_in_crlf_and_words_come_through_whole():
    title = "اجتماع الفريق العامل; line, with \\ and 工作组会议"
    description = "One; two, three\n\n" + "é" * 200 + "\r\nEND:VEVENT\r\nBEGIN:VEVENT"
    one = entry(datetime(2026, 3, 3, 14, tzinfo=UTC), title=title, place="Room 4, Vilnius", description=description)
    document = calendar([one], now=NOW)
    assert all(len(line) <= 75 for line in document.split(b"\r\n"))
    assert b"\n" not in document.replace(b"\r\n", b"")
    (seen,) = read(document)["events"]
    assert seen["title"] == title
    assert seen["place"] == "Room 4, Vilnius"
    assert seen["description"] == description.replace("\r\n", "\n")


def test_an_invitation_names_its_recipient_and_a_cancellation_moves_the_same_entry():
    one = entry(
        datetime(2026, 3, 3, 14, tzinfo=UTC),
        uid=uid("k3Jf", "https://wg.example:8443/portal"),
        sequence=2,
        organizer=('Secre"tariat; x', "secretariat@example.org"),
        attendee=("Ruiz, Ana", "ana@example.org"),
    )
    asked = read(calendar([one], method="REQUEST", now=NOW))
    cancelled = read(calendar([one], method="CANCEL", now=NOW))
    assert (asked["method"], cancelled["method"]) == ("REQUEST", "CANCEL")
    assert asked["events"][0]["attendees"] == [["Ruiz, Ana", "mailto:ana@example.org"]]
    assert asked["events"][0]["organizer"] == "mailto:secretariat@example.org"
    assert asked["events"][0]["uid"] == cancelled["events"][0]["uid"] == "k3Jf@wg.example"
    assert (asked["events"][0]["status"], cancelled["events"][0]["status"]) == ("CONFIRMED", "CANCELLED")
    assert asked["events"][0]["sequence"] == 2


def test_a_feed_is_stamped_by_the_event_and_an_invitation_by_its_sending():
    one = entry(
        datetime(2026, 3, 3, 14, tzinfo=UTC),
        stamp=datetime(2025, 12, 1, 8, tzinfo=UTC),
        organizer=("", "secretariat@example.org"),
        attendee=("", "ana@example.org"),
    )
    assert "DTSTAMP:20251201T080000Z" in calendar([one], now=NOW).decode()
    assert "DTSTAMP:20260105T120000Z" in calendar([one], method="REQUEST", now=NOW).decode()


def test_what_is_confidential_says_so_and_the_rest_does_not():
    march = datetime(2026, 3, 3, 14, tzinfo=UTC)
    assert read(calendar([entry(march, confidential=True)], now=NOW))["events"][0]["class"] == "CONFIDENTIAL"
    assert read(calendar([entry(march)], now=NOW))["events"][0]["class"] is None


def test_an_empty_feed_is_a_calendar_too():
    assert read(calendar([], now=NOW)) == {"method": None, "events": []}


MARCH = datetime(2026, 3, 3, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entries", "method", "refusal"),
    [
        ([entry(MARCH)], "REPLY", ValueError),
        ([entry(MARCH)], "REQUEST", ValueError),
        ([entry(MARCH, status="MAYBE")], None, ValueError),
        ([entry(MARCH, ends_at=MARCH - timedelta(hours=1))], None, ValueError),
        ([entry(MARCH.replace(tzinfo=None))], None, ValueError),
        ([entry(MARCH, "Europe/Nowhere")], None, ZoneInfoNotFoundError),
        ([entry(MARCH, "../../etc/passwd")], None, ValueError),
        ([entry(MARCH, attendee=("Ana", "a@example.org\r\nX-A: b"))], None, ValueError),
    ],
)
def test_what_no_calendar_can_say_is_refused(entries, method, refusal):
    with pytest.raises(refusal):
        calendar(entries, method=method, now=NOW)


@settings(max_examples=50)
@given(st.text(max_size=100), st.text(max_size=200), st.datetimes(datetime(1975, 1, 1), datetime(2090, 1, 1)))
def test_whatever_words_an_event_has_it_stays_one_event(title, description, moment):
    one = entry(moment.replace(tzinfo=UTC), title=title, description=description, place=title)
    document = calendar([one], now=NOW)
    lines = document.split(b"\r\n")
    assert lines.count(b"BEGIN:VEVENT") == lines.count(b"END:VEVENT") == 1
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in document.replace(b"\r\n", b"")
