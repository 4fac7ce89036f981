"""Everything about one country that the viewer may see: its laws and their steps, and what each feature says of it."""

from dataclasses import dataclass
from datetime import datetime

from wg_portal.core import links
from wg_portal.laws import queries as laws
from wg_portal.laws.vocabulary import stage_label


@dataclass
class Moment:
    """One line of the timeline. `on` is a partial date, when something happened to a law; `at` an instant."""

    order: int  # 20190824; descending
    kind: str
    url: str
    title: str
    language: str
    note: str
    icon: str
    on: str = ""
    at: datetime | None = None


@dataclass
class Country:
    code: str
    laws: list
    timeline: list
    related: dict  # kind -> list of Related

    @property
    def is_empty(self):
        return not self.laws and not self.timeline


def country(viewer, code):
    """Three queries, whatever there is. A country of which nothing is visible looks like one of which nothing is."""
    steps = laws.steps_of(viewer, code)
    related = links.related(viewer, [f"countries/{code}"])
    timeline = [moment_of_step(step) for step in steps]
    timeline += [moment_of(row) for kind, rows in related.items() if kind != "laws" for row in rows]
    timeline.sort(key=lambda moment: moment.order, reverse=True)
    return Country(code, laws.laws_of(viewer, code), timeline[:60], related)


def moment_of_step(step):
    return Moment(
        order=step.on_key,
        kind="laws",
        url=f"/laws/{step.public_id}",
        title=step.title,
        language=step.language,
        note=stage_label(step.stage),
        icon="law",
        on=step.on,
    )


def moment_of(row):
    return Moment(
        order=int(row.at.strftime("%Y%m%d")),
        kind=row.kind,
        url=row.url,
        title=row.title,
        language=row.language,
        note=row.noun,
        icon=row.icon,
        at=row.at,
    )
