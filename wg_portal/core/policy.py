"""What happens when the answer is no. Every no says what to do instead."""


class Refusal(Exception):
    """A member asked for what cannot be done. `status` is the page's, the message is for the member (translated)."""

    status = 422

    def __init__(self, message, field=None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(Refusal):
    """The policy forbids it to this member, who may know that the thing exists."""

    status = 403

    def __init__(self, message=None):
        super().__init__(message)


class Stale(Refusal):
    """Somebody else changed it meanwhile. `theirs` is a dict of the present texts, shown beside what was typed."""

    status = 409

    def __init__(self, message, theirs=None):
        super().__init__(message)
        self.theirs = theirs or {}


def require(allowed, message=None):
    if not allowed:
        raise NotAllowed(message)
