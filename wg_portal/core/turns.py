"""Turns for threads of one process, in the order they came: to write to SQLite, or to work on a page.

SQLite's own waiting is asking again and again: whoever asks at the right moment is first, and under load the unlucky
ask until their patience ends while others write many times.
"""

import threading
import time
from collections import deque


class Turns:
    """places: how many have a turn at once."""

    def __init__(self, places=1):
        self.lock, self.waiting, self.free = threading.Lock(), deque(), places
        self.moved_at = 0.0

    def take(self, patience, while_stuck=False):
        """Wait for one's turn. Returns whether it came; then `give` it back.

        patience: seconds; those since anybody last had or gave back a turn, when it is for being stuck.
        """
        with self.lock:
            if self.free:
                self.free -= 1
                self.moved_at = time.monotonic()
                return True
            mine = threading.Event()
            self.waiting.append(mine)
        until = time.monotonic() + patience
        while not mine.wait(max(0.0, until - time.monotonic())):
            with self.lock:
                if mine.is_set():  # it came at the last moment
                    return True
                if while_stuck and self.moved_at + patience > until:
                    until = self.moved_at + patience
                    continue
                self.waiting.remove(mine)
                return False
        return True

    def give(self):
        with self.lock:
            self.moved_at = time.monotonic()
            if self.waiting:
                self.waiting.popleft().set()
            else:
                self.free += 1
