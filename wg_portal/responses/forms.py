"""What is filled in to draft, open and answer a response. Days are the viewer's; they become instants here."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from wg_portal.accounts.queries import organisations, page_language
from wg_portal.audiences.forms import AudienceForm
from wg_portal.core import languages
from wg_portal.core.forms import Form, line, options, words
from wg_portal.core.policy import Refusal
from wg_portal.procedures.queries import pages_named
from wg_portal.responses.models import Text, paragraphs
from wg_portal.responses.queries import KIND_NAMES

MOST_PARAGRAPHS = 200


class TextFields(Form):
    title = line(_l("Title"))
    kind = SelectField(_l("Kind"), choices=options(KIND_NAMES.items()), default="joint_statement")
    language = SelectField(_l("Written in"), choices=options(languages.LANGUAGES.items()))
    lead = SelectField(_l("Lead"))
    pen_holder = SelectField(_l("Pen-holder"))
    text = words(_l("Text"))
    countries = SelectMultipleField(
        _l("Countries it is about"), choices=lambda: options(languages.countries(page_language()))
    )
    linked = TextAreaField(_l("Laws and other pages it is about"), [Length(max=5000)])
    version = IntegerField(widget=HiddenField.widget, validators=[Optional()])

    def offer_bodies(self, viewer):
        bodies = organisations(viewer)
        choices = options((body.public_id, body.name) for body in bodies)
        self.lead.choices = self.pen_holder.choices = choices
        self.body_ids = {body.public_id: body.id for body in bodies}
        if not self.lead.data:
            self.lead.data = viewer.organisation.public_id
        if not self.pen_holder.data:
            self.pen_holder.data = viewer.organisation.public_id
        return self

    def written(self, viewer):
        """The Text, or Refusal beside the field it is about."""
        parts = paragraphs(self.text.data)
        if len(parts) > MOST_PARAGRAPHS:
            raise Refusal(_("Keep the text to %(number)d paragraphs.", number=MOST_PARAGRAPHS), field="text")
        if not parts:
            raise Refusal(_("Write at least one paragraph."), field="text")
        return Text(
            title=self.title.data,
            kind=self.kind.data,
            language=self.language.data,
            lead_id=self.body_ids[self.lead.data],
            pen_holder_id=self.body_ids[self.pen_holder.data],
            paragraphs=parts,
            countries=list(self.countries.data or []),
            linked=pages_named(viewer, self.linked.data, "linked"),
        )

    def show(self, response, linked):
        """Show the text that is to be changed. linked: text of addresses."""
        public = {id: public_id for public_id, id in self.body_ids.items()}
        for name in ("title", "kind", "language", "text", "countries", "version"):
            self[name].data = getattr(response, name)
        self.lead.data, self.pen_holder.data = (
            public.get(response.lead_id),
            public.get(response.pen_holder_id),
        )
        self.linked.data = linked


class StartForm(TextFields, AudienceForm):
    """A new response says who can see it, too."""

    def offer(self, viewer):
        super().offer(viewer)
        return self.offer_bodies(viewer)


class EditForm(TextFields):
    pass


class OpenForm(Form):
    """The deadline is a day and an hour of the viewer's zone."""

    sign_on = DateField(_l("Last day to sign"), [InputRequired(_l("Write a day, such as 2026-12-01."))])
    sign_time = TimeField(_l("Until"), [Optional()])
    minimum = IntegerField(
        _l("Fewest delegations that must join"),
        [Optional(), NumberRange(1, 200, _l("Write a number from 1."))],
    )
    list_for = RadioField(
        _l("The running list is for"),
        choices=options(
            [("delegations", _l("All government delegations")), ("chair", _l("The chair and the lead only"))]
        ),
        default="delegations",
    )
    version = IntegerField(widget=HiddenField.widget, validators=[InputRequired()])

    def deadline(self, viewer):
        """The instant until which signatures are taken. Raises Refusal where the clocks skip it."""
        hour = self.sign_time.data or time(18)
        try:
            local = datetime.combine(self.sign_on.data, hour, ZoneInfo(viewer.timezone))
            at = local.astimezone(UTC)
            there = at.astimezone(ZoneInfo(viewer.timezone))
        except (OverflowError, ValueError):
            raise Refusal(_("This is too far away in time."), field="sign_on") from None
        if there.replace(tzinfo=None) != local.replace(tzinfo=None):
            raise Refusal(
                _("This hour does not exist on this day: the clocks are put forward. Choose another."),
                field="sign_time",
            )
        return at


class AnswerForm(Form):
    answer = StringField(validators=[InputRequired(_l("Choose one of the answers."))])
    version = IntegerField(widget=HiddenField.widget, validators=[InputRequired()])
    confirm_on = DateField(_l("To be confirmed by the end of"), [Optional()])
    confirm = StringField()

    def confirm_by(self, viewer):
        """The end of the chosen day in the viewer's zone, or None."""
        if self.confirm_on.data is None:
            return None
        try:
            midnight = datetime.combine(self.confirm_on.data + timedelta(days=1), time(), ZoneInfo(viewer.timezone))
            return midnight.astimezone(UTC)
        except OverflowError:
            raise Refusal(_("This is too far away in time."), field="confirm_on") from None


class StepForm(Form):
    """A button that acts on what the page showed."""

    version = IntegerField(widget=HiddenField.widget, validators=[InputRequired()])
    to = StringField(validators=[Optional()])
    confirm = StringField()
