"""Organisations as every page knows them: impersonal, small, and remembered for some seconds."""

import time
from dataclasses import dataclass, field
from functools import lru_cache

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from wg_portal.accounts.models import Organisation, Setting
from wg_portal.core.database import db
from wg_portal.core.languages import country_name

REMEMBERED = 10.0


@dataclass(frozen=True)
class Body:
    """An organisation, as pages know it."""

    id: int
    public_id: str
    kind: str
    code: str
    own_name: str
    names: dict = field(default_factory=dict, compare=False)
    is_chair: bool = False

    @property
    def name(self):
        """Its name in the language of the page."""
        return self.name_in(page_language())

    def name_in(self, language):
        if language in self.names:
            return self.names[language]
        if self.kind == "government" and len(self.code) == 2 and self.code.isalpha():
            return country_name(self.code, language)
        return self.own_name


def page_language():
    locale = get_locale()
    return locale.language if locale else "en"


def directory():
    """id -> Body of every organisation. Remembered for ten seconds, not asked on every page."""
    known = current_app.extensions.setdefault("directory", {"until": 0.0, "bodies": {}})
    if time.monotonic() > known["until"]:
        rows = db.session.execute(
            select(
                Organisation.id,
                Organisation.public_id,
                Organisation.kind,
                Organisation.code,
                Organisation.name,
                Organisation.names,
                Organisation.is_chair,
            )
        )
        known["bodies"] = {row[0]: Body(*row[:5], row.names or {}, row.is_chair) for row in rows}
        known["until"] = time.monotonic() + REMEMBERED
    return known["bodies"]


def forget_directory(_entry=None, subject=None, *_more):
    """Listener: when an organisation changed, ask again."""
    if subject is None or isinstance(subject, Organisation):
        current_app.extensions.pop("directory", None)


def organisations(viewer, kind=None):
    """Bodies with a seat in the group, in the order of their names in the page's language."""
    bodies = [body for body in directory().values() if kind in (None, body.kind)]
    return sorted(bodies, key=lambda body: (("government", "civil_society", "secretariat").index(body.kind), body.name))


def role_of(position, body):
    """'Delegate of Lithuania', for those whose name the viewer may not see, or who gave none."""
    return _role(page_language(), position, body.kind, body.name)


@lru_cache(maxsize=1024)
def _role(_language, position, kind, name):
    """In the page's language, which is told only to keep apart what is remembered: pages say the same few roles."""
    if kind == "secretariat":
        return _("Secretariat")
    if kind == "civil_society":
        return _("Representative of %(organisation)s", organisation=name)
    if position == "head":
        return _("Head of delegation of %(organisation)s", organisation=name)
    if position == "alternate":
        return _("Alternate head of delegation of %(organisation)s", organisation=name)
    if position == "delegate":
        return _("Delegate of %(organisation)s", organisation=name)
    return _("Observer of %(organisation)s", organisation=name)


def setting(name, default=""):
    found = db.session.scalar(select(Setting.value).where(Setting.name == name))
    return default if found is None else found
