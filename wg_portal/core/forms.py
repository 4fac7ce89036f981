"""The base form. Every POST carries a session-bound CSRF token and a fresh idempotency key; texts arrive clean."""

from flask import g, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from wg_portal.core.text import clean_line, clean_text

TITLE = 200
BODY = 20_000


class Form(FlaskForm):
    """`submitted()` is the only question routes ask. Unknown fields are ignored, never applied."""

    class Meta:
        def get_translations(self, form):
            return super().get_translations(form)

    @classmethod
    def from_request(cls, draft=None, **kwargs):
        """The form as typed: from this request, else from a draft (name -> list of values), else from `kwargs`."""
        if request.method != "POST" and draft:
            return cls(MultiDict((name, value) for name, values in draft.items() for value in values), **kwargs)
        return cls(**kwargs)

    def submitted(self):
        return request.method == "POST" and self.validate()

    def refuse(self, refusal):
        """Put a Refusal beside the field it is about, or at the top."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]


def once():
    """The idempotency key of this page's forms; each form may share it, since a claim is per route."""
    from wg_portal.core.idempotency import new_key

    if "once" not in g:
        g.once = new_key()
    return g.once


def options(pairs):
    """(value, label) pairs as the choices of a select, of radios or checkboxes."""
    return [SelectChoice(value, label) for value, label in pairs]


def line(label, required=True, longest=TITLE, **kwargs):
    """One line of text: a title or a name."""
    validators = [Length(max=longest, message=_l("Keep this to %(max)d characters."))]
    if required:
        validators.insert(0, InputRequired(_l("Write something here.")))
    return StringField(label, validators, filters=[lambda text: clean_line(text) if text else text], **kwargs)


def words(label, required=True, longest=BODY, **kwargs):
    """A longer text, in Markdown."""
    validators = [Length(max=longest, message=_l("Keep this to %(max)d characters. Nothing you typed is lost."))]
    if required:
        validators.insert(0, InputRequired(_l("Write something here.")))
    return TextAreaField(label, validators, filters=[lambda text: clean_text(text) if text else text], **kwargs)
