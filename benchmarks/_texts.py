"""What the world's members write: sentences of the demonstration's real texts and of the portal's own six languages.

Some sentences are said often and most are said seldom, as words are in life; which, the seed decides.
"""

import csv
import itertools
import re
from pathlib import Path

from babel.messages.pofile import read_po

from wg_portal.demo import story, texts

TRANSLATIONS = Path(story.__file__).parents[1] / "translations"
LONG_ENOUGH = 30
ENDS = re.compile(r"(?<=[.!?。؟])\s+")
SLOTS = re.compile(r"%\(\w+\)[sd]|[*#>`]|https?://\S+")


def sentences():
    """language -> sentences."""
    found = {code: {} for code in ("en", "fr", "es", "ru", "ar", "zh")}
    for language, text in itertools.chain(data(), demonstration(), catalogues()):
        for sentence in ENDS.split(SLOTS.sub(" ", text)):
            sentence = " ".join(sentence.split())
            if len(sentence) >= (LONG_ENOUGH if language != "zh" else LONG_ENOUGH // 3):
                found[language][sentence] = None
    return {language: list(told) for language, told in found.items()}


def data():
    """Laws, norms and quoted articles."""
    for name in ("laws.csv", "norms.csv"):
        with open(story.DATA / name, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (("en", value) for value in row.values())
    for path in sorted((story.DATA / "texts").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                yield path.name.split(".")[-2], line


def demonstration():
    for brief in texts.BRIEFS:
        yield from ((brief["language"], brief[name]) for name in ("title", "asked", "body"))
    for replies in texts.REPLIES.values():
        yield from ((language, text) for _who, _ago, language, text, _to in replies)


def catalogues():
    for folder in sorted(TRANSLATIONS.iterdir()):
        path = folder / "LC_MESSAGES" / "messages.po"
        if path.exists():
            with open(path, "rb") as file:
                for message in read_po(file):
                    said = message.string if isinstance(message.string, str) else message.string[0]
                    yield folder.name[:2], said
                    if folder.name == "fr" and isinstance(message.id, str):
                        yield "en", message.id


class Speaker:
    """Says something, in the languages members use: half of it in English."""

    SHARES = {"en": 50, "fr": 15, "es": 12, "ar": 8, "ru": 8, "zh": 7}

    def __init__(self, random):
        self.random, self.known = random, sentences()
        self.weights = {}
        for language, said in self.known.items():
            random.shuffle(said)
            self.weights[language] = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(said))))

    def language(self):
        return self.random.choices(list(self.SHARES), self.SHARES.values())[0]

    def say(self, language, most=5):
        """One to `most` sentences."""
        number = self.random.randint(1, most)
        chosen = self.random.choices(self.known[language], cum_weights=self.weights[language], k=number)
        return " ".join(chosen)

    def title(self, language):
        return self.say(language, most=1)[:90].rstrip(" .,;")
