"""What is filled in to start a discussion, to reply, and to change what one said."""

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import Length, Optional

from wg_portal.audiences.forms import AudienceForm
from wg_portal.core.forms import Form, line, options, words
from wg_portal.core.languages import LANGUAGES
from wg_portal.core.web import viewer


def language_field():
    return SelectField(_l("Language of the text"), choices=options(LANGUAGES.items()))


class ThreadForm(AudienceForm):
    title = line(_l("Title"))
    body = words(_l("Text"))
    language = language_field()
    about = HiddenField(validators=[Optional(), Length(max=80)])


class ReplyForm(Form):
    body = words(_l("Your reply"))
    language = language_field()
    by_organisation = BooleanField(_l("Show this as from a representative of my organisation"))
    parent = HiddenField(validators=[Optional(), Length(max=40)])

    @property
    def attribution(self):
        return "organisation" if self.by_organisation.data else "named"


class PostForm(Form):
    body = words(_l("Text"))
    language = language_field()
    version = IntegerField(widget=HiddenField.widget)


def reply_form_of(conversation):
    """The reply form of a conversation: as it was sent and refused, else its draft."""
    if conversation is None or not conversation.may_reply:
        return None
    form = conversation.form
    if form is None:
        # Whatever form of the page was sent, this one shows its own draft.
        form = ReplyForm(as_formdata(conversation.draft), language=viewer().language)
    form.parent.data = conversation.reply_to
    return form


def as_formdata(draft):
    """A draft as a form reads it; None when there is none, so that the defaults stand."""
    return MultiDict((name, value) for name, values in draft.items() for value in values) if draft else None
