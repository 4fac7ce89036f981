"""What the proofs found: one line a claim, printed as it is known and in a table at the end."""

import os
import random

LINES = []  # (part, claim, figure, whether it holds)
SEED = int(os.environ.get("WG_PORTAL_PROVE_SEED") or random.SystemRandom().randrange(10**6))
SCALE = float(os.environ.get("WG_PORTAL_PROVE_SCALE") or 1)


def scaled(number, least=1):
    """So many of it in a whole proof; fewer with WG_PORTAL_PROVE_SCALE below 1, to try a proof out."""
    return max(least, round(number * SCALE))


def claim(part, what, figure, holds):
    """Note a claim with its figure. Returns whether it holds."""
    LINES.append((part, what, str(figure), bool(holds)))
    print(f"{'holds ' if holds else 'FAILS '} {what}: {figure}", flush=True)
    return bool(holds)


def table():
    """All claims as Markdown."""
    rows = [f"| {part} | {what} | {figure} | {'yes' if holds else '**no**'} |" for part, what, figure, holds in LINES]
    return "\n".join(["| part | claim | figure | holds |", "|---|---|---|---|", *rows])
