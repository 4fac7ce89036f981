"""The one-sentence chooser: who can see it, how far it may be passed on, how its author is shown."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from wg_portal.accounts.queries import organisations, people, role_of
from wg_portal.audiences import queries
from wg_portal.audiences.definitions import definition
from wg_portal.audiences.markings import DEFAULT, MARKINGS
from wg_portal.core import clock
from wg_portal.core.forms import Form, options
from wg_portal.core.policy import Refusal

PRESETS = ("own", "governments", "governments_and_civil_society", "people", "mix")


class CheckboxesField(SelectMultipleField):
    """Several of many, as checkboxes: pressing one never forgets the others."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


@dataclass
class Choice:
    """What the chooser says. definition has no author yet: the action puts them in."""

    definition: dict
    marking: str
    until: datetime
    attribution: str


class AudienceForm(Form):
    """Mixed into every form that publishes a root item. Call `offer(viewer)` before validating."""

    preset = RadioField(
        _l("Who can see this"),
        choices=options(
            [
                ("own", _l("My delegation")),
                ("governments", _l("Governments")),
                ("governments_and_civil_society", _l("Governments and civil society")),
                ("people", _l("Named people")),
                ("mix", _l("A mix of my own")),
            ]
        ),
        default="own",
    )
    circles = CheckboxesField(
        _l("Circles"),
        choices=options(
            [
                ("everyone", _l("Everyone")),
                ("governments", _l("Governments")),
                ("civil_society", _l("Civil society")),
                ("secretariat", _l("Secretariat")),
            ]
        ),
    )
    organisations = CheckboxesField(_l("Organisations"))
    groups = CheckboxesField(_l("Standing groups"))
    people = CheckboxesField(_l("Named people"))
    without = CheckboxesField(_l("Left out"))
    ends_on = DateField(_l("Access ends after"), [Optional()])
    marking = RadioField(_l("Marking"), choices=options((name, f"TLP:{name}") for name in MARKINGS), default=DEFAULT)
    attribution = RadioField(
        _l("Shown as"),
        choices=options([("named", _l("Yourself")), ("organisation", _l("A representative of your organisation"))]),
        default="named",
    )
    confirm = BooleanField(_l("My organisation wants more people to see this."))
    audience_version = IntegerField(widget=HiddenField.widget, validators=[Optional()])

    def offer(self, viewer):
        """Fill in what this viewer may choose."""
        self.viewer = viewer
        bodies = organisations(viewer)
        by_id = {body.id: body for body in bodies}
        names = [(body.public_id, body.name) for body in bodies]
        self.organisations.choices = names
        self.without.choices = [(body.public_id, body.name) for body in bodies if body.id != viewer.organisation.id]
        groups = queries.groups(viewer)
        self.groups.choices = [(group.public_id, group.name) for group in groups]
        self.ids = {body.public_id: body.id for body in bodies}
        self.group_ids = {group.public_id: group.id for group in groups}
        rows = people(viewer)
        self.person_ids = {row.public_id: row.id for row in rows}
        self.people.choices = [
            (row.public_id, row.name or role_of(row.position, by_id[row.organisation_id]))
            for row in rows
            if row.organisation_id in by_id
        ]
        return self

    def choice(self):
        """The Choice, or Refusal. A preset is a short name for a mix."""
        preset = self.preset.data
        picked = {"without": [self.ids[id] for id in self.without.data or []]}
        if preset == "own":
            picked["organisations"] = [self.viewer.organisation.id]
        elif preset == "governments":
            picked["circles"] = ["governments"]
        elif preset == "governments_and_civil_society":
            picked["circles"] = ["governments", "civil_society"]
        else:
            picked["people"] = [self.person_ids[id] for id in self.people.data or []]
        if preset == "mix":
            picked["circles"] = self.circles.data or []
            picked["organisations"] = [self.ids[id] for id in self.organisations.data or []]
            picked["groups"] = [self.group_ids[id] for id in self.groups.data or []]
        if not any(values for name, values in picked.items() if name != "without"):
            raise Refusal(_("Choose at least one circle, organisation, group or person."), field="preset")
        return Choice(definition(**picked), self.marking.data, self.end(), self.attribution.data)

    def end(self):
        """The end of the chosen day, in the viewer's zone."""
        if self.ends_on.data is None:
            return clock.FOREVER
        try:
            midnight = datetime.combine(self.ends_on.data + timedelta(days=1), time(), ZoneInfo(self.viewer.timezone))
            end = midnight.astimezone(UTC)
        except OverflowError:
            raise Refusal(_("Choose a nearer day."), field="ends_on") from None
        if end <= clock.now():
            raise Refusal(_("Choose a day that has not passed."), field="ends_on")
        return end

    def described(self, author_id=None):
        """Who the present choice would reach, for the sentence and the button. None while it cannot be told.

        author_id: whose item it is, when that is somebody else than the viewer.
        """
        try:
            choice = self.choice()
        except (Refusal, KeyError):
            return None
        return queries.figures_before_posting(
            self.viewer, choice.definition | {"author": author_id or self.viewer.id}, choice.marking
        )

    def to_recuse(self, countries):
        """Members that an item about these countries is about, and that are not left out yet: offer to."""
        own = self.viewer.organisation.id
        left_out = set(self.without.data or [])
        bodies = queries.concerned(self.viewer, countries)
        return [body for body in bodies if body.id != own and body.public_id not in left_out]

    def leave_out(self, public_id):
        """Add an organisation to those left out, if it may be."""
        if public_id in dict(self.without.choices) and public_id not in (self.without.data or []):
            self.without.data = [*(self.without.data or []), public_id]

    def fill(self, audience):
        """Show the present choice of an audience (Described) that is to be changed."""
        public = {id: public_id for public_id, id in self.ids.items()}
        person = {id: public_id for public_id, id in self.person_ids.items()}
        of = audience.definition
        self.preset.data = "mix"
        self.circles.data = of["circles"]
        self.organisations.data = [public[id] for id in of["organisations"] if id in public]
        self.without.data = [public[id] for id in of["without"] if id in public]
        self.groups.data = [public_id for public_id, id in self.group_ids.items() if id in of["groups"]]
        self.people.data = [person[id] for id in of["people"] if id in person]
        self.marking.data = audience.marking
        self.audience_version.data = audience.version
        if audience.has_end:
            self.ends_on.data = (audience.until.astimezone(ZoneInfo(self.viewer.timezone)) - timedelta(days=1)).date()
