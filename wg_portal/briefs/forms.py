"""What is filled in for a brief: the text, what it is about, what is asked, and the chooser it inherits."""

from datetime import UTC, datetime, time
from urllib.parse import urlsplit
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
)
from wtforms.validators import Length, Optional, ValidationError

from wg_portal.accounts.queries import page_language
from wg_portal.audiences.forms import AudienceForm
from wg_portal.briefs.actions import Content
from wg_portal.briefs.queries import KIND_NAMES, Source, country_choices, laws_named, laws_to_link
from wg_portal.core.forms import Form, line, options, words
from wg_portal.core.languages import LANGUAGES
from wg_portal.core.text import clean_line, clean_text

MOST_SOURCES = 40


class Writing(Form):
    """The text itself, and what it is about. Call `about(viewer)` before validating or showing it."""

    kind = SelectField(_l("Kind"), choices=options(KIND_NAMES.items()), default="brief")
    title = line(_l("Title"))
    language = SelectField(_l("Written in"), choices=options(LANGUAGES.items()))
    countries = SelectMultipleField(_l("Countries"), validate_choice=False)
    add_country = StringField(_l("Add a country"))
    laws = SelectMultipleField(_l("Laws"), validate_choice=False)
    add_law = StringField(_l("Add a law"))
    asked = words(_l("What is asked of members"), required=False, longest=4000)
    asked_by = DateField(_l("Act by"), [Optional()])
    body = words(_l("Text"))
    sources = TextAreaField(
        _l("Sources"),
        [Length(max=10_000, message=_l("Keep this to %(max)d characters. Nothing you typed is lost."))],
        filters=[lambda text: clean_text(text) if text else text],
    )

    def about(self, viewer):
        """Take over the country and law that were just picked, and look up the words for those picked before."""
        self.writer = viewer
        self.country_choices = country_choices(page_language())
        names = dict(self.country_choices)
        picked = dict.fromkeys([*(self.countries.data or []), self.add_country.data or ""])
        self.unknown = [code for code in picked if code and code not in names]
        self.countries.data = [code for code in picked if code in names]
        self.countries_picked = [(code, names[code]) for code in self.countries.data]
        laws = dict.fromkeys([*(self.laws.data or []), self.add_law.data or ""])
        self.laws_picked = laws_named(viewer, [id for id in laws if id])
        self.laws.data = [law.name.split("/")[1] for law in self.laws_picked]
        there = {law.name for law in self.laws_picked}
        offered = laws_to_link(viewer, self.countries.data)
        self.laws_offered = [
            (law.name.split("/")[1], law.title, law.language) for law in offered if law.name not in there
        ]
        self.add_country.data = self.add_law.data = ""
        return self

    def validate_countries(self, field):
        if self.unknown:
            raise ValidationError(_("Choose countries of the list."))

    def validate_sources(self, field):
        """A source that cannot be read is said with its line number."""
        self.read_sources = []
        for number, text in enumerate((field.data or "").splitlines(), 1):
            if not text.strip():
                continue
            title, url, archived = [clean_line(part) for part in [*text.split("|", 2), "", ""][:3]]
            if url and urlsplit_scheme(url) not in ("http", "https"):
                raise ValidationError(_("Line %(number)d: an address starts with https://.", number=number))
            if archived and not is_partial_date(archived):
                raise ValidationError(
                    _("Line %(number)d: write the date as 2026-03-20, 2026-03 or 2026.", number=number)
                )
            if not title:
                raise ValidationError(_("Line %(number)d: begin with what the source is.", number=number))
            self.read_sources.append(Source(title[:300], url[:1000], archived))
        if len(self.read_sources) > MOST_SOURCES:
            raise ValidationError(_("Name %(number)d sources at most.", number=MOST_SOURCES))

    def content(self):
        """The Content of a form that was validated."""
        return Content(
            kind=self.kind.data,
            title=self.title.data,
            language=self.language.data,
            body=self.body.data,
            asked=self.asked.data or "",
            asked_by=self.end_of_day(self.asked_by.data),
            countries=self.countries.data,
            laws=self.laws.data,
            sources=self.read_sources,
        )

    def end_of_day(self, day):
        """The last minute of a day where the writer is, or None."""
        if day is None:
            return None
        try:
            return datetime.combine(day, time(23, 59), ZoneInfo(self.writer.timezone)).astimezone(UTC)
        except OverflowError:
            return None


class BriefForm(Writing, AudienceForm):
    """A new brief."""


class ReviseForm(Writing):
    """A changed version: the text, why it changed, and the version it was changed from."""

    reason = line(_l("What changed, and why"), longest=300)
    version = IntegerField(widget=HiddenField.widget)

    def fill(self, viewer, brief, laws):
        """Show a brief (with public ids of its laws) as it is."""
        for name in ("kind", "title", "language", "body", "asked", "version"):
            self[name].data = getattr(brief, name)
        self.countries.data, self.laws.data = list(brief.countries), laws
        if brief.asked_by:
            self.asked_by.data = brief.asked_by.astimezone(ZoneInfo(viewer.timezone)).date()
        self.sources.data = "\n".join(Source(**source).line for source in brief.sources)
        return self


def urlsplit_scheme(url):
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def is_partial_date(text):
    """2026, 2026-03 or 2026-03-20, of a day that exists."""
    for form, size in (("%Y-%m-%d", 10), ("%Y-%m", 7), ("%Y", 4)):
        if len(text) == size:
            try:
                datetime.strptime(text, form)
            except ValueError:
                return False
            return True
    return False
