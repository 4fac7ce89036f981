"""Writers of one process take turns, in the order they came.

SQLite's own waiting is asking again and again: whoever asks at the right moment is first, and under load the unlucky
ask until their patience ends while others write many times.
"""

import threading
from collections import deque


class Turns:
    def __init__(self):
        self.lock, self.waiting, self.is_taken = threading.Lock(), deque(), False

    def take(self, patience):
        """Wait for one's turn, at most `patience` seconds. Returns whether it came; then `give` it back."""
        with self.lock:
            if not self.is_taken:
                self.is_taken = True
                return True
            mine = threading.Event()
            self.waiting.append(mine)
        if mine.wait(patience):
            return True
        with self.lock:
            if mine.is_set():  # it came at the last moment
                return True
            self.waiting.remove(mine)
            return False

    def give(self):
        with self.lock:
            if self.waiting:
                self.waiting.popleft().set()
            else:
                self.is_taken = False
