"""What is filled in to schedule an event: hours are those of the zone it is held in, and become instants here."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from wg_portal.accounts.forms import zone_choices
from wg_portal.accounts.queries import page_language
from wg_portal.audiences.forms import AudienceForm, CheckboxesField
from wg_portal.core import languages
from wg_portal.core.forms import Form, line, options, words
from wg_portal.core.policy import Refusal
from wg_portal.core.text import clean_line, clean_text
from wg_portal.events.models import Plan
from wg_portal.events.queries import KIND_NAMES
from wg_portal.procedures.queries import pages_named

AGENDA_LINE = re.compile(r"(\d{1,2}):(\d{2})\s+(.+)")
NO_DAY = _l("Write a day, such as 2026-03-26.")
NO_HOUR = _l("Write an hour, such as 09:30.")


def country_choices():
    return options(languages.countries(page_language()))


def places():
    return [Optional(), NumberRange(1, 100_000, _l("Write a number of places from 1, or leave it empty."))]


class EventFields(Form):
    title = line(_l("Title"))
    kind = SelectField(_l("Kind"), choices=options(KIND_NAMES.items()), default="workshop")
    language = SelectField(_l("Written in"), choices=options(languages.LANGUAGES.items()))
    zone = SelectField(_l("Time zone of the place"), choices=zone_choices)
    starts_on = DateField(_l("First day"), [InputRequired(NO_DAY)])
    starts_time = TimeField(_l("Begins"), [InputRequired(NO_HOUR)])
    ends_on = DateField(_l("Last day"), [Optional()])
    ends_time = TimeField(_l("Ends"), [InputRequired(NO_HOUR)])
    answer_on = DateField(_l("Answers wanted by the end of"), [Optional()])
    # In the page it is called `venue`: `place` is the address of the page that a form stands on.
    place = line(_l("Place"), required=False, name="venue")
    online_link = line(_l("Online link"), required=False, longest=500)
    capacity = IntegerField(_l("Places in person"), places())
    online_capacity = IntegerField(_l("Places online"), places())
    about = words(_l("What it is about"), required=False)
    agenda = TextAreaField(
        _l("Agenda"),
        [Length(max=20_000, message=_l("Keep this to %(max)d characters."))],
        filters=[lambda text: clean_text(text) if text else ""],
    )
    interpretation = CheckboxesField(_l("Interpretation into"), choices=options(languages.LANGUAGES.items()))
    countries = SelectMultipleField(_l("Countries it is about"), choices=country_choices)
    linked = TextAreaField(_l("Laws and other pages it is about"), [Length(max=5000)])
    version = IntegerField(widget=HiddenField.widget, validators=[Optional()])

    def plan(self, viewer):
        """The Plan, or Refusal beside the field it is about."""
        zone = self.zone.data
        starts_at = instant(self.starts_on.data, self.starts_time.data, zone, "starts_time")
        ends_at = instant(self.ends_on.data or self.starts_on.data, self.ends_time.data, zone, "ends_time")
        if ends_at <= starts_at:
            raise Refusal(_("It ends before it begins. Mend the hours, or say the last day."), field="ends_time")
        answer_by = None
        if self.answer_on.data:
            answer_by = instant(self.answer_on.data, LAST_MINUTE, zone, "answer_on")
            if answer_by > ends_at:
                raise Refusal(_("Ask for answers before it is over."), field="answer_on")
        link = self.online_link.data or ""
        if link and not link.startswith("https://"):
            raise Refusal(_("Write the whole address, beginning with https://."), field="online_link")
        return Plan(
            kind=self.kind.data,
            title=self.title.data,
            language=self.language.data,
            starts_at=starts_at,
            ends_at=ends_at,
            zone=zone,
            answer_by=answer_by,
            place=self.place.data or "",
            online_link=link,
            about=self.about.data or "",
            agenda=agenda(self.agenda.data),
            interpretation=list(self.interpretation.data or []),
            capacity=self.capacity.data,
            online_capacity=self.online_capacity.data,
            countries=list(self.countries.data or []),
            linked=pages_named(viewer, self.linked.data, "linked"),
        )

    def show(self, event, linked):
        """Show an event that is to be changed, in the hours of its own zone. linked: text of addresses."""
        zone = ZoneInfo(event.zone)
        starts, ends = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
        for name in (
            "title",
            "kind",
            "language",
            "zone",
            "place",
            "online_link",
            "capacity",
            "online_capacity",
        ):
            self[name].data = getattr(event, name)
        for name in ("about", "interpretation", "countries", "version"):
            self[name].data = getattr(event, name)
        self.starts_on.data, self.starts_time.data = starts.date(), starts.time()
        self.ends_on.data, self.ends_time.data = ends.date(), ends.time()
        self.answer_on.data = event.answer_by.astimezone(zone).date() if event.answer_by else None
        self.agenda.data = agenda_text(event.agenda)
        self.linked.data = linked


LAST_MINUTE = datetime(2000, 1, 1, 23, 59).time()


class ScheduleForm(EventFields, AudienceForm):
    """A new event says who can see it, too."""


class MoveForm(EventFields):
    pass


class AnswerForm(Form):
    answer = StringField()
    mode = StringField(validators=[Optional()])


class VersionForm(Form):
    """A button that acts on what the page showed."""

    version = IntegerField(widget=HiddenField.widget, validators=[InputRequired()])


def instant(day, hour, zone, where):
    """The UTC instant of a local time. Raises Refusal where the clocks skip it."""
    try:
        local = datetime.combine(day, hour, ZoneInfo(zone))
        at = local.astimezone(UTC)
        there = at.astimezone(ZoneInfo(zone))
    except (OverflowError, ValueError):
        raise Refusal(_("This is too far away in time."), field=where) from None
    if there.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refusal(
            _(
                "%(time)s does not exist on this day in this time zone: the clocks are put forward. Choose an hour before or after.",
                time=f"{hour:%H:%M}",
            ),
            field=where,
        )
    return at


def agenda(text):
    """'09:30 Opening | Chair', one a line -> [{time, title, speaker}]. Raises Refusal that names the line."""
    told = []
    for number, written in enumerate((text or "").split("\n"), 1):
        if not written.strip():
            continue
        found = AGENDA_LINE.fullmatch(clean_line(written))
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            message = _("Line %(number)d of the agenda does not begin with an hour, such as 09:30.", number=number)
            raise Refusal(message, field="agenda")
        title, _bar, speaker = found[3].partition("|")
        told.append({"time": f"{int(found[1]):02}:{found[2]}", "title": title.strip(), "speaker": speaker.strip()})
    return told


def agenda_text(lines):
    return "\n".join(
        f"{line['time']} {line['title']}{' | ' + line['speaker'] if line['speaker'] else ''}" for line in lines
    )
