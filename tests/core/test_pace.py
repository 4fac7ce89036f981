"""Two pages are made at once; nobody waits for long behind two that are stuck."""

import threading
import time
from contextlib import suppress

from wg_portal.core.pace import AT_ONCE, STUCK, paced


class Desk:
    """An application whose answers take as long as the scene wants."""

    def __init__(self):
        self.inside, self.most, self.lock = 0, 0, threading.Lock()
        self.may_leave, self.answer = threading.Event(), paced(self.work)

    def work(self, environ, _start_response):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        try:
            if environ["stuck"]:
                self.may_leave.wait(10)
            else:
                time.sleep(0.02)
            if environ.get("breaks"):
                raise RuntimeError("a page breaks")
        finally:
            with self.lock:
                self.inside -= 1
        return [b"ok"]

    def ask(self, number, **environ):
        def one():
            with suppress(RuntimeError):
                self.answer({"REQUEST_METHOD": "GET", "stuck": False, **environ}, None)

        threads = [threading.Thread(target=one) for _ in range(number)]
        for thread in threads:
            thread.start()
        return threads


def test_a_crowd_is_worked_on_two_at_a_time():
    desk = Desk()
    for thread in desk.ask(10):
        thread.join()
    assert desk.most == AT_ONCE


def test_a_long_queue_that_moves_is_waited_in():
    desk = Desk()
    crowd = desk.ask(round(2 * AT_ONCE * STUCK / 0.02))  # the last waits for twice as long as makes one think of a jam
    for thread in crowd:
        thread.join()
    assert desk.most == AT_ONCE


def test_what_is_sent_waits_for_no_page():
    desk = Desk()
    stuck = desk.ask(AT_ONCE, stuck=True)
    began = time.monotonic()
    for thread in desk.ask(5, REQUEST_METHOD="POST"):
        thread.join()
    assert time.monotonic() - began < STUCK
    desk.may_leave.set()
    for thread in stuck:
        thread.join()


def test_a_page_that_breaks_gives_its_turn_back():
    desk = Desk()
    for thread in desk.ask(10, breaks=True):
        thread.join()
    for thread in desk.ask(4):
        thread.join()
    assert desk.most == AT_ONCE


def test_who_comes_behind_two_that_are_stuck_is_answered_soon():
    desk = Desk()
    stuck = desk.ask(AT_ONCE, stuck=True)
    began = time.monotonic()
    for thread in desk.ask(3):
        thread.join()
    assert time.monotonic() - began >= STUCK  # they did wait, and then were answered beside the stuck ones
    assert all(thread.is_alive() for thread in stuck)
    desk.may_leave.set()
    for thread in stuck:
        thread.join()
