"""What members fill in about seats and themselves."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, IntegerField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from wg_portal.accounts.queries import organisations
from wg_portal.core.forms import Form, line, options, words
from wg_portal.core.languages import LANGUAGES
from wg_portal.core.times import zones

POSITION_NAMES = [
    ("head", _l("Head of delegation")),
    ("alternate", _l("Alternate")),
    ("delegate", _l("Delegate or representative")),
    ("observer", _l("Observer")),
]


def language_field():
    return SelectField(_l("Language"), choices=options(LANGUAGES.items()))


class InviteForm(Form):
    email = EmailField(
        _l("Work address"), [InputRequired(_l("Write an address.")), Email(_l("This is not an address."))]
    )
    organisation = SelectField(_l("Organisation"))
    position = SelectField(_l("Seat"), choices=options(POSITION_NAMES), default="delegate")
    language = language_field()

    def offer(self, viewer):
        bodies = organisations(viewer) if viewer.organisation.kind == "secretariat" else [viewer.organisation]
        self.organisation.choices = [(body.public_id, body.name) for body in bodies]
        self.ids = {body.public_id: body.id for body in bodies}
        return self


class JoinForm(Form):
    """Setting up access from an invitation."""

    name = line(_l("Your name, if you want it shown"), required=False, longest=80)
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(15, 128, _l("Between 15 and 128 characters. A sentence of your own is good.")),
        ],
    )
    language = language_field()
    timezone = SelectField(_l("Time zone"), choices=lambda: zone_choices(), default="UTC")


class PreferencesForm(Form):
    language = language_field()
    timezone = SelectField(_l("Time zone"), choices=lambda: zone_choices())
    hold = IntegerField(
        _l("Seconds that what you post is held, so that you can undo"),
        [Optional(), NumberRange(0, 30, _l("Between 0 and 30 seconds."))],
    )


class ProfileForm(Form):
    name = line(_l("Name"), required=False, longest=80)
    about = words(_l("About you"), required=False, longest=1000)
    shown_to = SelectField(
        _l("Shown to"),
        choices=options(
            [
                ("everyone", _l("Everyone in the group")),
                ("organisation", _l("My own organisation")),
                ("nobody", _l("Nobody")),
            ]
        ),
    )
    version = IntegerField(widget=HiddenField.widget)


def zone_choices():
    """zones(), each under its region, as a select wants them."""
    return [SelectChoice(name, words, optgroup=region) for region, names in zones() for name, words in names]
