"""What a member fills in about a law, a step of its history, and an import."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from wg_portal.accounts.queries import page_language
from wg_portal.audiences.forms import AudienceForm
from wg_portal.core.forms import Form, line, options, words
from wg_portal.laws import partial
from wg_portal.laws.actions import CORRECTED, Step
from wg_portal.laws.columns import SUMMARY, is_web_address
from wg_portal.laws.vocabulary import BARRIERS, CONFIDENCES, EFFECTS, PRINCIPLES, STAGES, country_choices


def partial_date(label):
    """A date known to the year, the month or the day."""
    return StringField(label, [Length(max=10), check_date], filters=[lambda text: (text or "").strip()])


def check_date(form, field):
    try:
        field.data = partial.read(field.data)
    except ValueError:
        raise ValidationError(_l("Write the year, the month or the day: 2019, 2019-08 or 2019-08-24.")) from None


def check_address(form, field):
    if field.data and not is_web_address(field.data):
        raise ValidationError(_l("Write an address that starts with https:// or http://."))


def web_address(label):
    return StringField(label, [Length(max=500), check_address], filters=[lambda text: (text or "").strip()])


def ticks(label, words):
    """Several of a vocabulary, as checkboxes."""
    return SelectMultipleField(
        label,
        choices=options(words.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class LawFields(Form):
    """What is said of the law itself. The four that matter first, as pages show them."""

    title = line(_l("Title, in English or translated"))
    jurisdiction = SelectField(_l("Country"), [InputRequired(_l("Choose the country."))])
    next_step = line(_l("Next step expected"), required=False)
    next_on = partial_date(_l("When the next step is expected"))
    summary = words(_l("What it does"), required=False, longest=SUMMARY)
    identifier = line(_l("Number or other identifier"), required=False)
    year = IntegerField(_l("Year"), [Optional()])
    title_original = line(_l("Title in the original language"), required=False, longest=500)
    subdivision = line(_l("Part of the state that made it, if not the whole"), required=False, longest=100)
    effect = RadioField(_l("Effect"), choices=options(EFFECTS.items()), default="restrictive")
    barriers = ticks(_l("Barriers it raises"), BARRIERS)
    principles = ticks(_l("Principles it touches"), PRINCIPLES)
    source_name = line(_l("Source"), required=False)
    source_url = web_address(_l("Address of the source"))
    confidence = RadioField(
        _l("Confidence"),
        choices=options([("", _l("Not said")), *CONFIDENCES.items()]),
        default="",
        validators=[Optional()],
    )

    def validate_year(self, field):
        if field.data is not None and not partial.EARLIEST <= field.data <= partial.LATEST:
            raise ValidationError(_l("Write the year in four digits."))

    def offer_countries(self):
        names = country_choices(page_language())
        self.jurisdiction.choices = options([("", _l("Choose a country")), *names])
        return self

    def values(self):
        """The fields as actions take them."""
        return {name: getattr(self, name).data for name in CORRECTED} | {
            name: getattr(self, name).data or ""
            for name in ("title_original", "next_step", "subdivision", "identifier")
        }

    def fill(self, law):
        """Show what the record says."""
        for name in CORRECTED:
            getattr(self, name).data = getattr(law, name)
        self.version.data = law.version
        return self


class NewLawForm(LawFields, AudienceForm):
    stage = SelectField(_l("Stage"), choices=options(STAGES.items()), default="tabled")
    stage_on = partial_date(_l("Since when"))
    recusal = HiddenField(default="")  # whether leaving out the law's own government was offered

    def step(self):
        return Step(self.stage.data, self.stage_on.data, self.source_name.data or "", self.source_url.data or "")


class LawForm(LawFields):
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class StageForm(Form):
    stage = SelectField(_l("Stage"), choices=options(STAGES.items()))
    on = partial_date(_l("When"))
    source_name = line(_l("Source"))
    source_url = web_address(_l("Address of the source"))
    note = line(_l("Note"), required=False, longest=500)

    def validate_on(self, field):
        if not field.data:
            raise ValidationError(_l("Say when, as exactly as you know: 2019, 2019-08 or 2019-08-24."))

    def step(self):
        return Step(
            self.stage.data,
            self.on.data,
            self.source_name.data or "",
            self.source_url.data or "",
            self.note.data or "",
        )


class ImportForm(Form):
    kind = RadioField(
        _l("What it holds"), choices=options([("laws", _l("Laws")), ("norms", _l("Norms"))]), default="laws"
    )
    file = FileField(_l("File, in CSV or JSON"))
    content = TextAreaField(_l("Or its text"))
