"""What differs between two loads of one page and tells nothing: keys, tokens, the clock, and the id in the address."""

import re

KEYS = re.compile(r'(?<=name="csrf_token" value=)"[^"]*"|(?<=name="once" value=)"[^"]*"')
TIMES = re.compile(r"\b\d{1,2}:\d{2}\b")
DROPPED = {"Set-Cookie", "Date", "Content-Length"}


def masked(answer, public_id=""):
    """(status, headers, body) of an answer without what changes from load to load."""
    headers = sorted(
        (name, value.replace(public_id, "ID") if public_id else value)
        for name, value in answer.headers
        if name not in DROPPED
    )
    return answer.status_code, headers, masked_text(answer.text, public_id)


def masked_text(text, public_id=""):
    text = KEYS.sub('"KEY"', text)
    text = TIMES.sub("TIME", text)
    return text.replace(public_id, "ID") if public_id else text
