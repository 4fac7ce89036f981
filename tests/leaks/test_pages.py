"""Every page as everybody: no word and no id of an audience they are not in, in body, header or redirect.

What is hidden from somebody answers them as what never was, byte for byte.
"""

import re

import pytest

from tests.leaks.masks import masked
from tests.leaks.personas import NOBODY, PERSONAS
from tests.leaks.places import PLACES, addresses, rules
from tests.leaks.scenes import SCENES

FRAGMENTS = re.compile(r'data-src="([^"]+)"')
ALL = {scene.name for scene in SCENES}
# What a page's script asks for is compared too, where the reasons for hiding differ.
FOLLOWED = {"governments without Mongolia", "held", "narrowed to one delegation"}
RECORD = re.compile("/(laws|briefs|events|discussions|responses)/<public_id>")
# Pages below a record (its revisions, its forms) are asked for in every second audience; the other database has the rest.
DEEPLY = {
    "sqlite": {scene.name for scene in SCENES[0::2]},
    "postgresql": {scene.name for scene in SCENES[1::2]},
}


def test_every_address_has_a_line(stage):
    asked = {rule.rule for rule in rules(stage.world.app)}
    assert asked - PLACES.keys() == set(), "say in tests/leaks/places.py how these are filled in"


class Crawl:
    """One persona at every address."""

    def __init__(self, stage, persona):
        self.stage, self.persona, self.canaries = stage, persona, stage.canaries
        self.browser = stage.browsers[persona]
        self.missing = {}  # (address without its id, as a fragment) -> the answer for what never was
        self.tried = set()
        self.deeply = DEEPLY[stage.world.app.config["KIND"]]
        self.asked, self.alike, self.leaks, self.met, self.fragments = 0, 0, [], set(), set()

    def go(self):
        for rule, path in addresses(self.stage):
            if self.is_worth_asking(rule, path):
                self.ask(rule, path)
        for path in sorted(self.fragments):
            self.listen(path, self.browser.fragment(path))
        return self

    def is_worth_asking(self, rule, path):
        """Every record; what is below it in this database's audiences, once where it is hidden."""
        named = self.canaries.met(path)
        if RECORD.fullmatch(rule) or not named:
            return True
        scene = self.scene_of(named)
        if scene and (scene not in self.deeply or self.persona in NOBODY):
            return False
        if any(self.persona in self.canaries.readers[id] for id in named):
            return True
        asked = (rule, scene) in self.tried
        self.tried.add((rule, scene))
        return not asked

    def scene_of(self, named):
        """The audience that a canary belongs to, or '' for what belongs to none."""
        scene = self.canaries.told[next(iter(named))].rpartition(" for ")[2]
        return scene if scene in ALL else ""

    def ask(self, rule, path):
        answer = self.browser.get(path)
        text = self.listen(path, answer)
        if rule.partition("<")[2].startswith("path:") or self.persona in NOBODY:
            return
        hidden = [id for id in self.canaries.met(path) if self.persona not in self.canaries.readers[id]]
        if not hidden:
            if RECORD.fullmatch(rule) and self.canaries.met(path):
                assert answer.status_code == 200, f"{self.persona} does not find {path}, which is for them"
            self.fragments |= {source.replace("&amp;", "&") for source in FRAGMENTS.findall(text)}
            return
        self.compare(path, hidden[0], answer, self.browser.get)
        if self.scene_of(hidden) in FOLLOWED:
            fragment = self.browser.fragment(path)
            self.listen(path, fragment)
            self.compare(path, hidden[0], fragment, self.browser.fragment)

    def listen(self, path, answer):
        """All that an answer says, headers and redirect included."""
        assert answer.status_code < 500, (self.persona, path, answer.status_code)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Set-Cookie")
        text, named = f"{headers}\n{answer.text}", self.canaries.met(path)
        self.leaks += [f"{path}: {leak}" for leak in self.canaries.leaks(self.persona, text, but=named)]
        self.met |= self.canaries.met(text) - named
        self.asked += 1
        return text

    def compare(self, path, hidden, answer, ask):
        """Hidden and missing are the same answer."""
        there = path.replace(hidden, self.stage.missing)
        if (there, ask) not in self.missing:
            self.missing[there, ask] = masked(ask(there), self.stage.missing)
        assert masked(answer, hidden) == self.missing[there, ask], f"{self.persona} can tell {path} from what never was"
        self.alike += 1


@pytest.fixture(scope="module")
def heard(stage):
    """persona -> what they were sent, everywhere."""
    return {persona: Crawl(stage, persona).go() for persona in PERSONAS}


def test_nobody_meets_what_is_not_for_them(stage, heard, summary):
    leaks = [leak for crawl in heard.values() for leak in crawl.leaks]
    assert leaks == []
    asked, alike = sum(crawl.asked for crawl in heard.values()), sum(crawl.alike for crawl in heard.values())
    kind = stage.world.app.config["KIND"]
    summary(
        f"{kind}: {len(rules(stage.world.app))} routes × {len(PERSONAS)} personas × {len(stage.canaries.readers)} canaries: "
        f"{asked} answers, 0 leaked; {alike} hidden ones compared with missing ones, 0 differ"
    )


def test_every_word_is_met_by_whoever_may(stage, heard):
    """Else nothing was tried with it."""
    met = {
        canary: {persona for persona, crawl in heard.items() if canary in crawl.met}
        for canary in stage.canaries.words()
    }
    others = {scene.name for scene in SCENES} - DEEPLY[stage.world.app.config["KIND"]]
    unmet = [
        told for word, by in met.items() if not by and not (told := stage.canaries.told[word]).endswith(tuple(others))
    ]
    assert unmet == []


@pytest.mark.parametrize("persona", NOBODY)
def test_who_is_not_a_member_finds_the_sign_in_page_everywhere(stage, persona):
    for rule, path in addresses(stage):
        if rule in ("/healthz", "/sign-in") or rule.startswith(("/static", "/fs-static", "/join")):
            continue
        answer = stage.browsers[persona].get(path)
        assert answer.status_code == 302, path
        assert answer.location.startswith("/sign-in"), path
