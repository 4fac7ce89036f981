"""How many pages are made at once in one process.

Threads that all want to compute take the interpreter from each other: with 32 pages asked for at once, each costs twice
the time of two asked for at once, and all are late. So two are made, and the others wait for their turn. When no turn
is given back for a while, those who have one are themselves waiting, for a database that hangs or for another's lock:
then the others are made beside them.

What is sent is not counted: it waits for locks, and for passwords to be hashed, which needs no interpreter.
"""

from wg_portal.core.turns import Turns

AT_ONCE = 2
STUCK = 0.5  # seconds


def paced(inner):
    """The WSGI application `inner`, at a pace. What comes before it (live lines) is not counted either."""
    turns = Turns(AT_ONCE)

    def answer(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            return inner(environ, start_response)
        has_turn = turns.take(STUCK, while_stuck=True)
        try:
            return inner(environ, start_response)
        finally:
            if has_turn:
                turns.give()

    return answer
