"""Words and ids that give a leak away: each belongs to one thing, and only its readers may ever meet it.

Who its readers are is told by the scene in plain names, never asked of the door, which is what is being tried.
"""

import hashlib
import re

WORD = re.compile(r"zyq[a-z]{12}", re.IGNORECASE)
ID = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")
LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnprstv")


class Canaries:
    """word or public id -> the names of those who may see it, and what it stands for."""

    def __init__(self):
        self.readers, self.told = {}, {}

    def word(self, told, readers):
        """A fresh word, such as no language has, for one field of one thing."""
        word = "zyq" + hashlib.sha256(told.encode()).hexdigest()[:12].translate(LETTERS)
        assert word not in self.readers, f"{told} is told twice"
        self.readers[word], self.told[word] = frozenset(readers), told
        return word

    def id(self, public_id, told, readers):
        """A public id that must not be met either: an address says that something is there."""
        self.readers[public_id], self.told[public_id] = frozenset(readers), told

    def words(self):
        return [word for word in self.readers if WORD.fullmatch(word)]

    def met(self, text):
        """Every canary in a text."""
        found = {word.lower() for word in WORD.findall(text)}
        found |= set(ID.findall(text))
        return found & self.readers.keys()

    def leaks(self, persona, text, but=()):
        """What `persona` met in `text` and should not have. but: ids that they named themselves in the address."""
        return [
            f"{persona} met {self.told[canary]} ({canary})"
            for canary in sorted(self.met(text) - set(but))
            if persona not in self.readers[canary]
        ]
