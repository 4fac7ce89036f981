"""One rule broken on purpose: where, how, and which scene must notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """`old` becomes `new` once in `file` (or `new` is added at its end, when `old` is empty); `test` must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str
    only: str = ""
