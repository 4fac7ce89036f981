"""What changed between two versions of a text: paragraphs first, then words, Chinese by character.

Nothing is lost: "same" and "del" together are the old text, "same" and "ins" the new one. The work is
bounded whatever the texts are; where they have too little in common to be worth it, all is replaced.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from wg_portal.core.text import HAN, MARKS

Op = Literal["same", "ins", "del", "fold"]

# Thai, Lao, Tibetan, Burmese and Khmer, like Chinese, put no spaces between words.
_UNSPACED = f"{HAN}\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
_LETTER = rf"(?:(?![{_UNSPACED}])[^\W_]|[{MARKS}\u200c\u200d])"
_WORD = re.compile(rf"[{_UNSPACED}][{MARKS}]*|{_LETTER}+(?:['’ʼ]{_LETTER}+)*|\S")
_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+")

_TABLE = 4_000_000  # bits of the table walked back through: half a megabyte
_MOST = 1_000_000_000  # pairs of words compared at most: well under a second


class Change(NamedTuple):
    """A stretch of text and what became of it; `fold` stands for unchanged text not shown at first."""

    op: Op
    text: str


def compare(old: str, new: str) -> list[Change]:
    """The changes that lead from `old` to `new`, in order; neighbours never share an op."""
    before, after = _PARAGRAPH.findall(old), _PARAGRAPH.findall(new)
    changes: list[Change] = []
    for gap_old, gap_new, same in _stretches(before, after):
        changes += _words("".join(before[gap_old]), "".join(after[gap_new]))
        changes.append(Change("same", "".join(after[same])))
    return _joined(changes)


def folded(changes: Sequence[Change], keep: int = 200) -> list[Change]:
    """The same changes with the middle of long unchanged stretches under "fold".

    About `keep` characters stay in sight on the sides that touch a change, cut between words.
    """
    out: list[Change] = []
    for place, (op, text) in enumerate(changes):
        head = keep if place else 0
        tail = keep if place < len(changes) - 1 else 0
        if op != "same" or len(text) <= head + tail + keep:
            out.append(Change(op, text))
            continue
        start, end = _between_words(text, head), _between_words(text, len(text) - tail)
        pieces: tuple[tuple[Op, str], ...] = (
            ("same", text[:start]),
            ("fold", text[start:end]),
            ("same", text[end:]),
        )
        out += [Change(kind, piece) for kind, piece in pieces if piece]
    return out


def _between_words(text: str, at: int) -> int:
    """The place after the nearest space before `at`, or `at` where a script has no spaces."""
    near = max(at - 40, 0)
    spaces = [place + 1 for place in range(near, at) if text[place].isspace()]
    return spaces[-1] if spaces and at < len(text) else at


def _words(old: str, new: str) -> Iterator[Change]:
    """Word by word inside paragraphs that differ."""
    if not old or not new:
        yield Change("del", old)
        yield Change("ins", new)
        return
    before, after = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    keys_before, keys_after = [word[0] for word in before], [word[0] for word in after]
    steps: list[tuple[str, str, str]] = []  # gone, come, and the unchanged words after them
    at_old = at_new = 0
    for gap_old, _, same in _stretches(keys_before, keys_after):
        offset = gap_old.stop - same.start
        for place in range(same.start, same.stop):
            was, now = before[place + offset], after[place]
            gone, come = old[at_old : was.start()], new[at_new : now.start()]
            if steps and gone == come:  # the same space between the same words
                steps[-1] = (*steps[-1][:2], steps[-1][2] + come + now[0])
            else:
                steps.append((gone, come, now[0]))
            at_old, at_new = was.end(), now.end()
    steps.append((old[at_old:], new[at_new:], ""))
    for gone, come, same_text in _tidied(steps):
        yield from _gap(gone, come)
        yield Change("same", same_text)


def _tidied(steps: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """A few unchanged words between larger changes on both sides only make them harder to read."""
    done: list[tuple[str, str, str]] = []
    for gone, come, same in steps:
        while done:
            was_gone, was_come, kept = done[-1]
            around = min(_size(was_gone, was_come), _size(gone, come))
            if 2 * len(kept) > around:
                break
            gone, come = was_gone + kept + gone, was_come + kept + come
            done.pop()
        done.append((gone, come, same))
    return done


def _size(gone: str, come: str) -> int:
    return max(len(gone.strip()), len(come.strip()))


def _gap(gone: str, come: str) -> Iterator[Change]:
    """A change without the spaces around it that both sides share."""
    head = 0
    while head < min(len(gone), len(come)) and gone[head] == come[head] and gone[head].isspace():
        head += 1
    tail, most = 0, min(len(gone), len(come)) - head
    while tail < most and gone[-1 - tail] == come[-1 - tail] and gone[-1 - tail].isspace():
        tail += 1
    yield Change("same", come[:head])
    yield Change("del", gone[head : len(gone) - tail])
    yield Change("ins", come[head : len(come) - tail])
    yield Change("same", come[len(come) - tail :])


def _joined(changes: list[Change]) -> list[Change]:
    """Neighbours of one kind as one, what went before what came, and nothing empty."""
    out: list[Change] = []
    gone: list[str] = []
    come: list[str] = []
    kept: list[str] = []

    def close(op: Op, texts: list[str]) -> None:
        if texts:
            out.append(Change(op, "".join(texts)))
            texts.clear()

    for op, text in changes:
        if not text:
            continue
        if op == "same":
            close("del", gone)
            close("ins", come)
            kept.append(text)
        else:
            close("same", kept)
            (gone if op == "del" else come).append(text)
    close("del", gone)
    close("ins", come)
    close("same", kept)
    return out


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[slice, slice, slice]]:
    """What differs on either side, and what is the same after it (in places of the new side)."""
    at_old = at_new = 0
    pairs = _pairs(old, new)
    place = 0
    while place < len(pairs):
        first_old, first_new = pairs[place]
        run = 1
        while place + run < len(pairs) and pairs[place + run] == (first_old + run, first_new + run):
            run += 1
        yield slice(at_old, first_old), slice(at_new, first_new), slice(first_new, first_new + run)
        at_old, at_new = first_old + run, first_new + run
        place += run
    yield slice(at_old, len(old)), slice(at_new, len(new)), slice(len(new), len(new))


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places in both sides of a longest common subsequence, in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    pairs = [(place, place) for place in range(head)]
    # What the other side never says cannot be common: leaving it out keeps the numbers below short.
    shared = set(old[head : len(old) - tail]) & set(new[head : len(new) - tail])
    left = [place for place in range(head, len(old) - tail) if old[place] in shared]
    right = [place for place in range(head, len(new) - tail) if new[place] in shared]
    if len(left) * len(right) <= _MOST:
        common = _common([old[place] for place in left], [new[place] for place in right])
        pairs += [(left[a], right[b]) for a, b in common]
    return pairs + [(len(old) - tail + i, len(new) - tail + i) for i in range(tail)]


def _common(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """A longest common subsequence, halving the new side until the table of bits is small."""
    out: list[tuple[int, int]] = []
    parts = [(0, len(old), 0, len(new))]
    while parts:
        low, high, first, last = parts.pop()
        if low == high or first == last:
            continue
        if (high - low) * (last - first) <= _TABLE or last - first == 1:
            out += [(low + a, first + b) for a, b in _walk_back(old[low:high], new[first:last])]
            continue
        middle = (first + last) // 2
        ahead = _counts(_rows(old[low:high], new[first:middle])[-1], high - low)
        behind = _counts(_rows(old[low:high][::-1], new[middle:last][::-1])[-1], high - low)
        cut = max(range(high - low + 1), key=lambda at: ahead[at] + behind[high - low - at])
        parts += [(low + cut, high, middle, last), (low, low + cut, first, middle)]
    return out


def _rows(old: list[str], new: list[str], keep: bool = False) -> list[int]:
    """Rows of the table of common subsequences, one number a row: a zero bit where its length grows.

    Whole rows are worked out with additions of long integers, which is what makes long texts quick.
    """
    at: dict[str, int] = {}
    for place, word in enumerate(old):
        at[word] = at.get(word, 0) | 1 << place
    full = (1 << len(old)) - 1
    row, rows = full, [full]
    for word in new:
        hits = row & at.get(word, 0)
        row = ((row + hits) | (row - hits)) & full
        if keep:
            rows.append(row)
    return rows if keep else [row]


def _counts(row: int, size: int) -> list[int]:
    """How many words the first 0, 1, 2 … places of the old side have in common with the new side."""
    counts = [0]
    for bit in reversed(format(row, f"0{size}b")):
        counts.append(counts[-1] + (bit == "0"))
    return counts


def _walk_back(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    rows = _rows(old, new, keep=True)
    pairs = []
    a, b = len(old), len(new)
    while a and b:
        if rows[b] >> (a - 1) & 1:
            a -= 1
        elif not rows[b - 1] >> (a - 1) & 1:
            b -= 1
        else:
            a, b = a - 1, b - 1
            pairs.append((a, b))
    return pairs[::-1]
