"""Events and who comes. Instants are UTC; the zone is the one the event is held in.

`figures` is the register of places: mode -> {"taken", "maybe", "line"}. It counts everybody, also those whose answer
is not shown to others, and is written only under the event's row lock (listeners.keep_places).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.audiences.models import Item
from wg_portal.core import clock
from wg_portal.core.database import Model
from wg_portal.core.ids import new_id

KINDS = ("workshop", "seminar", "meeting", "consultation", "campaign")
ANSWERS = ("yes", "maybe", "no")
MODES = ("in_person", "online")


class Event(Item, Model):
    __tablename__ = "events"
    __audited__ = True
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_events_starts_at_id", "starts_at", "id"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    answer_by: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(200), default="")
    online_link: Mapped[str] = mapped_column(String(500), default="")  # shown to those who attend
    about: Mapped[str] = mapped_column(Text, default="")
    about_html: Mapped[str] = mapped_column(Text, default="")
    agenda: Mapped[list] = mapped_column(JSON, default=list)  # {time: "09:30" in the zone, title, speaker}
    interpretation: Mapped[list] = mapped_column(JSON, default=list)  # language codes
    capacity: Mapped[int | None]  # places in person; None: no limit
    online_capacity: Mapped[int | None]
    countries: Mapped[list] = mapped_column(JSON, default=list)
    sequence: Mapped[int] = mapped_column(default=0)  # iCalendar: counts what moves the entry
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    figures: Mapped[dict] = mapped_column(JSON, default=dict)

    def modes(self):
        """How one can attend: in person where there is a place (or nothing is told), online where there is a link."""
        return tuple(
            mode for mode in MODES if (self.online_link if mode == "online" else self.place or not self.online_link)
        )

    def places(self, mode):
        """The number of places, or None."""
        return self.online_capacity if mode == "online" else self.capacity

    def register(self, mode):
        return {"taken": 0, "maybe": 0, "line": []} | self.figures.get(mode, {})

    def is_full(self, mode):
        """Whoever comes now waits: all places are taken, or others wait already."""
        places, now = self.places(mode), self.register(mode)
        return places is not None and (now["taken"] >= places or bool(now["line"]))

    def agenda_instants(self):
        """[(instant, title, speaker)]: hours of the event's zone, running over midnight where they step back."""
        zone = ZoneInfo(self.zone)
        before = self.starts_at.astimezone(zone)
        day, told = before.date(), []
        for line in self.agenda:
            hour = datetime.strptime(line["time"], "%H:%M").time()
            if hour < before.time().replace(second=0, microsecond=0):
                day += timedelta(days=1)
            before = datetime.combine(day, hour, zone)
            told.append((before.astimezone(self.starts_at.tzinfo), line["title"], line["speaker"]))
        return told


class Rsvp(Model):
    """One member's own answer; it is not their delegation's position."""

    __tablename__ = "rsvps"
    __audited__ = True
    __table_args__ = (
        UniqueConstraint("event_id", "member_id"),
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        CheckConstraint(f"mode IN {MODES}", name="mode"),
        Index("ix_rsvps_member_id_event_id", "member_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    answer: Mapped[str] = mapped_column(String(8))
    mode: Mapped[str] = mapped_column(String(12))
    waits: Mapped[int | None]  # the number drawn in the waiting line; None: does not wait
    waits_since: Mapped[datetime | None]
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)

    @property
    def has_place(self):
        return self.answer == "yes" and self.waits is None


@dataclass
class Plan:
    """What an event says, checked. Times are UTC; `linked` holds names of pages the actor may see."""

    kind: str
    title: str
    language: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    answer_by: datetime | None = None
    place: str = ""
    online_link: str = ""
    about: str = ""
    agenda: list = field(default_factory=list)
    interpretation: list = field(default_factory=list)
    capacity: int | None = None
    online_capacity: int | None = None
    countries: list = field(default_factory=list)
    linked: list = field(default_factory=list)
