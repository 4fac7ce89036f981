"""Redis away for twenty seconds, killed or hung, while members write and read."""

import time
from collections import defaultdict

import requests

from tests.forms import Forms
from tests.prove import _lines_judge as judge
from tests.prove._lines_fleet import Fleet
from tests.prove._lines_storm import Storm, open_threads
from tests.prove._report import claim
from tests.world import PASSWORD

THREADS = 5
AWAY = 20  # seconds
BEFORE, AFTER = 5, 15  # seconds of writing around it
PAUSE = 0.5  # seconds between two events of a writer
LIVE = 1  # seconds: a hint that comes so much later than the latest one before is not live
STALE, BACK, HANG = 15, 5, 1  # seconds: the limits


def away(way, portal, readers, writers, redis):
    """way: "killed" or "hung". Yields whether each claim holds."""
    part = f"Redis {way}"
    names = open_threads(portal, writers[0].name, THREADS)
    fleet = Fleet(portal, readers, names)
    try:
        storm = Storm(part, writers, names, pause=PAUSE).start()
        time.sleep(BEFORE)
        gone = time.monotonic()
        redis.stop() if way == "killed" else redis.hang()
        signing = signed_in(portal)
        time.sleep(max(0, gone + AWAY - time.monotonic()))
        redis.start() if way == "killed" else redis.wake()
        back = time.monotonic()
        time.sleep(AFTER)
        storm.stop()
        real = judge.truth(portal, names)
        time.sleep(STALE)
        behind = fleet.behind(real.seqs)
        told = fleet.report()["readers"]
    finally:
        fleet.remove()
    meanwhile = [event for event in storm.done if gone <= event.at <= back]
    refused = [one for one in storm.refused if gone <= one[3] + one[4] and one[3] <= back]
    for one in refused[:5]:
        print("      ", one)
    figure = f"{len(meanwhile)} of {len(meanwhile) + len(refused)}"
    yield claim(part, f"writes in {AWAY} s without Redis that succeeded", figure, meanwhile and not refused)
    slowest = max((event.took for event in meanwhile), default=float("inf"))
    usual = max(event.took for event in storm.done if event not in meanwhile)
    figure = f"{slowest:.2f} s, with Redis {usual:.2f} s"
    yield claim(
        part, f"the slowest of them, at most {HANG} s above the slowest with Redis", figure, slowest <= usual + HANG
    )
    status, took = signing
    yield claim(part, "signing in meanwhile, at most 5 s", f"{status} in {took:.2f} s", status == 302 and took <= 5)
    stale = judge.staleness(real, storm, told)
    oldest = max((stale[event.number][1] for event in meanwhile), default=float("inf"))
    yield claim(part, f"stalest page meanwhile, at most {STALE} s", f"{oldest:.1f} s", oldest <= STALE)
    again, usual = live_again(storm, stale, told, gone, back)
    figure = f"{again:.1f} s; before, the latest hint came after {usual:.2f} s"
    yield claim(part, f"live again after its return, at most {BACK} s", figure, again <= BACK)
    verdict = judge.judge(real, storm, told)
    for example in verdict.examples:
        print("      ", example)
    wrong = verdict.missing + verdict.doubled + verdict.disordered + verdict.ghosts + verdict.unnumbered + behind
    yield claim(part, f"missing, doubled, out of order, of {verdict.posts} posts on pages", wrong, wrong == 0)


def live_again(storm, stale, readers, gone, back):
    """(seconds after `back` until the last event that some reader was not told of in time, the latest hint before)."""
    heard = [defaultdict(lambda: float("inf")) for _reader in readers]
    for told, reader in zip(heard, readers, strict=True):
        for thread, seq, at in reader["hints"]:
            told[thread, seq] = min(told[thread, seq], at)
    waits = {
        event.number: max(told[event.thread, stale[event.number][0]] for told in heard) - event.at
        for event in storm.done
    }
    usual = max(waits[event.number] for event in storm.done if event.at < gone - LIVE)
    late = [event.at for event in storm.done if event.at > back and waits[event.number] > usual + LIVE]
    return max(late, default=back) - back, usual


class Stranger(Forms):
    """Somebody who has not signed in yet, with a browser of their own."""

    def __init__(self, portal):
        self.portal, self.http = portal, requests.Session()
        self.http.trust_env = False

    def get(self, path, headers=None):
        return self.http.get(self.portal.url + path, headers=headers, timeout=30, allow_redirects=False)

    def post(self, path, data=None, headers=None):
        headers = {"Origin": self.portal.url, **(headers or {})}
        return self.http.post(self.portal.url + path, data=data, headers=headers, timeout=30, allow_redirects=False)


def signed_in(portal):
    """(status, seconds) of signing in."""
    stranger = Stranger(portal)
    address, fields = stranger.form("/sign-in", field="email")
    began = time.monotonic()
    try:
        answer = stranger.post(address, data=fields | {"email": "neighbour@scenes.example", "password": PASSWORD})
        return answer.status_code, time.monotonic() - began
    except requests.RequestException as trouble:
        return type(trouble).__name__, time.monotonic() - began
