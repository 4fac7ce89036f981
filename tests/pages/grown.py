"""One of everything for everyone, then ten and a thousand of it; and every page there is, filled in."""

from tests.leaks import acts
from tests.leaks.places import PLACES, rules
from tests.leaks.scenes import SCENES
from tests.leaks.stage import Stage
from tests.pages import crowd
from wg_portal.core.ids import new_id

UNIQUE = {"responses": {"symbol": lambda index, public_id: f"WG/{public_id[:8]}"}, "laws": {"identity": None}}
# Pages of files, and of members who are no longer in the way.
NOT_PAGES = ("/static/", "/fs-static/", "/healthz", "/join/", "/verify", "/logout", "/sign-in")


class Grown:
    """The stage of one audience, everybody's, and its pages for whoever wrote it all."""

    def __init__(self, world):
        self.stage = Stage(world)
        acts.people(self.stage)
        acts.files(self.stage)
        self.stage.play(SCENES[0])
        self.stage.keep_children()
        self.writer = getattr(world, SCENES[0].author)
        self.browser = world.browser(self.writer)
        self.secretariat = world.browser(world.secretariat)

    def grow(self, number):
        """`number` more of each item, of posts in the threads, and of steps in the history of the law."""
        for (_scene, kind), row in self.stage.rows.items():
            if kind != "alert":
                name = row.__tablename__
                crowd.multiply(name, row.public_id, number, **UNIQUE.get(name, {}))
        threads = crowd.tables()["discussions"]
        mine = [crowd.rows_of(threads, threads.c.public_id == id)[0]["id"] for id in self.stage.ids["discussions"]]
        for thread_id in mine[:2]:
            crowd.multiply_posts(thread_id, number)
        law = self.stage.rows[SCENES[0].name, "law"]
        crowd.multiply_children("law_stages", number, law_id=law.id)
        event = self.stage.rows[SCENES[0].name, "event"]
        self.answer_all(event, number)
        self.revise(number)

    def answer_all(self, event, number):
        """Members who come in numbers: each with a seat, a profile and an answer."""
        tables = crowd.tables()
        [answer] = crowd.rows_of(tables["rsvps"], tables["rsvps"].c.event_id == event.id)[:1]
        [member] = crowd.rows_of(tables["members"], tables["members"].c.id == self.writer.id)
        [seat] = crowd.rows_of(tables["seats"], tables["seats"].c.member_id == self.writer.id)
        [profile] = crowd.rows_of(tables["profiles"], tables["profiles"].c.member_id == self.writer.id)
        members = crowd.copies(tables["members"], member, number)
        of = {"member_id": lambda index, _id: members[index]["id"]}
        rest = {
            name: crowd.copies(tables[name], row, number, **of)
            for name, row in (("seats", seat), ("profiles", profile), ("rsvps", answer))
        }
        crowd.db.session.rollback()
        crowd.put(tables["members"], members)
        for name, rows in rest.items():
            crowd.put(tables[name], rows)

    def revise(self, number):
        """More revisions of the brief."""
        table, brief = crowd.tables()["brief_revisions"], self.stage.rows[SCENES[0].name, "brief"]
        rows = crowd.rows_of(table, table.c.brief_id == brief.id)
        made = crowd.copies(table, rows[-1], number, number=lambda index, _id: rows[-1]["number"] + len(rows) + index)
        crowd.db.session.rollback()
        crowd.put(table, made)

    def pages(self):
        """(rule, path) of every page that answers 200, once for each kind of row."""
        self.stage.missing = new_id()
        for rule in sorted(rules(self.stage.world.app), key=lambda rule: rule.rule):
            if rule.rule.startswith(NOT_PAGES):
                continue
            for path in PLACES[rule.rule](rule, self.stage):
                if self.stage.missing not in path:
                    yield rule.rule, path

    def whoever_may(self, path):
        """The browser that gets this page: its writer's, else the secretariat's. None when it is no page for a browser."""
        for browser in (self.browser, self.secretariat):
            if browser.get(path).status_code == 200:
                return browser
        return None
