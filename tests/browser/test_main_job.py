"""The portal's main job, done by three kinds of members on a real law: in Chromium, with JavaScript and without."""

import json
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import desk

ROOT = Path(__file__).parents[2]
NODE = ROOT / ".venv" / "bin" / "node"
LAW = "Non-Governmental Organizations Act"
CSOS = ("Northern Legal Aid Network", "Southern Association Monitor")


class Job:
    """One run of the job. `tag` keeps apart what runs on the same server."""

    def __init__(self, portal, visit, scripts):
        self.portal, self.scripts = portal, scripts
        self.tag = "with scripts" if scripts else "without scripts"
        self.visit = lambda name: visit(portal, name, java_script_enabled=scripts)

    def publish_brief(self):
        """Northern Legal Aid publishes to governments without Tanzania, and two organisations."""
        page = self.representative = self.visit("representative")
        law = desk.find_law(page, LAW, "TZ")
        page.get_by_role("link", name="Write a brief on this law").click()
        page.locator('main input[name="title"]').fill(f"Amendments to the NGO Act ({self.tag})")
        page.locator('main textarea[name="body"]').fill("Registration can be refused on *vague* grounds.")
        desk.choose_mix(page, ["governments"], CSOS)
        page.locator('main button[value="figures"]').click()
        leave_out = page.locator('main button[value^="recuse:"]')
        expect(leave_out).to_contain_text("Tanzania")
        leave_out.click()
        button = page.locator("main form button.go").last
        expect(button).to_have_text("Post to 7 people, including 2 civil society organisations")
        desk.send(page)
        assert f"/laws/{law}" in page.content()
        self.brief = desk.public_id(page)
        return self.brief

    def follow_the_thread(self):
        """A delegate has the brief open, half a sentence typed, while Sweden answers."""
        delegate, neighbour = self.visit("delegate"), self.visit("neighbour")
        address = f"/briefs/{self.brief}"
        desk.eventually(delegate, address, lambda page: page.locator("#reply").count())
        delegate.locator('#reply textarea[name="body"]').fill("Vilnius has not yet")
        desk.eventually(neighbour, address, lambda page: page.locator("#reply").count())
        words = f"Sweden can support a démarche ({self.tag})."
        if self.scripts:
            delegate.evaluate("document.body.dataset.sameLoad = 'yes'")
            expect(delegate.locator("[data-live-status]")).to_have_class("live wide on")
        neighbour.locator('#reply textarea[name="body"]').fill(words)
        desk.send(neighbour)
        if self.scripts:
            expect(delegate.locator("live-thread")).to_contain_text(words)
            assert delegate.evaluate("document.body.dataset.sameLoad") == "yes"
            expect(delegate.locator('#reply textarea[name="body"]')).to_have_value("Vilnius has not yet")
        else:
            desk.eventually(delegate, address, lambda page: words in page.locator("main").inner_text())
        self.delegate, self.neighbour = delegate, neighbour

    def hold_a_seminar(self):
        """The secretariat schedules one; a delegate accepts, and a calendar program can read it."""
        page = self.secretariat
        day = date.today() + timedelta(days=40)
        page.goto("/events/new")
        page.locator('main input[name="title"]').fill(f"Seminar on the NGO Act ({self.tag})")
        page.locator('main select[name="kind"]').select_option("seminar")
        page.locator('main select[name="zone"]').select_option("Europe/Vilnius")
        page.locator('main input[name="starts_on"]').fill(day.isoformat())
        page.locator('main input[name="starts_time"]').fill("10:00")
        page.locator('main input[name="ends_time"]').fill("12:30")
        page.locator('main input[name="venue"]').fill("Vilnius, room 4")
        desk.choose_mix(page, ["governments", "secretariat"])
        tanzania = page.locator("#without").get_by_label("Tanzania")
        tanzania.check()
        desk.send(page)
        self.event = desk.public_id(page)
        delegate = self.delegate
        desk.eventually(
            delegate, f"/events/{self.event}", lambda page: page.get_by_role("button", name="Attend in person").count()
        )
        delegate.get_by_role("button", name="Attend in person").first.click()
        expect(delegate.locator("main, aside").get_by_text("You come, in person.").first).to_be_visible()
        file = delegate.request.get(f"/events/{self.event}.ics")
        assert file.headers["content-type"].startswith("text/calendar")
        told = subprocess.run(
            [NODE, "tests/events/read_ics.mjs"], input=file.body(), capture_output=True, check=True, cwd=ROOT
        )
        [event] = json.loads(told.stdout)["events"]
        assert event["zone"] == "Europe/Vilnius"
        assert event["title"] == "Working Group event", "AMBER: a calendar says when, not what"

    def join_a_statement(self):
        """Lithuania leads; three delegations join; a plain delegate is refused."""
        head = self.visit("head")
        head.goto("/responses/new")
        head.locator('main input[name="title"]').fill(f"Statement on the NGO Act ({self.tag})")
        head.locator('main textarea[name="text"]').fill(
            "*Recall* the right to associate.\n\n*Urge* a review of the Act."
        )
        desk.choose_mix(head, ["governments", "secretariat"])
        head.locator("#without").get_by_label("Tanzania").check()
        desk.send(head)
        self.response = desk.public_id(head)
        address = f"/responses/{self.response}"
        desk.eventually(head, address, lambda page: page.locator('[action$="/open"]').count())
        opening = head.locator("details", has=head.locator('[action$="/open"]'))
        opening.locator("summary").click()
        head.locator('[name="sign_on"]').fill((date.today() + timedelta(days=7)).isoformat())
        head.get_by_role("button", name="Open for signature").click()
        chair = self.visit("chair")
        for page in (head, chair, self.neighbour):
            desk.eventually(page, address, lambda page: page.locator('[name="answer"]').count())
            page.locator('input[name="answer"][value="joins"]').check()
            page.get_by_role("button", name="Sign for").click()
            page.get_by_role("heading", name="Answer for").wait_for()
            page.get_by_role("button", name="Sign for").click()  # it confirms
            expect(page.locator("#own + p")).to_contain_text("Joins")
        chair.goto(address)
        assert chair.locator("main table").get_by_text("Joins").count() == 3

    def refuse_the_plain_delegate(self):
        page = self.delegate
        page.goto(f"/responses/{self.response}")
        assert page.locator('[name="answer"]').count() == 0
        expect(page.get_by_text("The head of delegation or the alternate signs for Lithuania.")).to_be_visible()
        token = page.locator('input[name="csrf_token"]').first.get_attribute("value")
        form = {
            "csrf_token": token,
            "once": "a-delegate-tries-it-anyway",
            "answer": "joins",
            "version": "0",
            "confirm": "yes",
        }
        # Without scripts the page's own form is all there is; here the request is made by hand.
        refused = page.request.post(f"/responses/{self.response}/answers", form=form, max_redirects=0)
        assert refused.status == 403

    def leave_the_recused_in_the_dark(self):
        """Tanzania finds the law that everybody has, and nothing else."""
        page = self.visit("outsider")
        for address in (
            "/",
            "/briefs",
            "/events",
            "/events?view=month",
            "/responses",
            "/discussions",
            "/countries/TZ",
            "/search?q=Act",
        ):
            page.goto(address)
            text = page.content()
            for public_id in (self.brief, self.event, self.response):
                assert public_id not in text, address
            assert self.tag not in text, address
        for address in (
            f"/briefs/{self.brief}",
            f"/events/{self.event}",
            f"/events/{self.event}.ics",
            f"/responses/{self.response}",
        ):
            assert page.goto(address).status == 404
        self.neighbour.goto(f"/briefs/{self.brief}")
        expect(self.neighbour.locator("main")).to_contain_text("Tanzania left out")

    def run(self):
        self.secretariat = self.visit("secretariat")
        desk.import_laws(self.secretariat)
        self.publish_brief()
        self.follow_the_thread()
        self.hold_a_seminar()
        self.join_a_statement()
        self.refuse_the_plain_delegate()
        self.leave_the_recused_in_the_dark()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_main_job(portal, visit, scripts):
    Job(portal, visit, scripts).run()
