"""Public ids: 128 random bits. Serial numbers never leave the database (they would count what is hidden)."""

import secrets


def new_id():
    """22 URL-safe characters. The first is a letter, so that an id is a fragment name and never reads as an option."""
    while not (candidate := secrets.token_urlsafe(16))[0].isalpha():
        pass
    return candidate


def is_an_id(text):
    """Could this be a public id? Asked of what came with a form, before a database is asked for it."""
    return 0 < len(text) <= 32 and text.isascii() and text.replace("-", "").replace("_", "").isalnum()
