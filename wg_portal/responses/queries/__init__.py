"""What a member sees of responses: the list, one text, who signed as far as they may know, and what waits for them."""

from wg_portal.responses.queries.lists import (
    ANSWER_NAMES,
    KIND_NAMES,
    STATUS_NAMES,
    answer_name,
    answer_of,
    card,
    listed,
    locked,
    outside,
    own_answer,
    register_links,
    response_and_audience,
    response_of_sign_on,
    stage_of,
    waiting,
)
from wg_portal.responses.queries.standing import Line, Standing, answers, standing

__all__ = [
    "ANSWER_NAMES",
    "KIND_NAMES",
    "STATUS_NAMES",
    "Line",
    "Standing",
    "answer_name",
    "answer_of",
    "answers",
    "card",
    "listed",
    "locked",
    "outside",
    "own_answer",
    "register_links",
    "response_and_audience",
    "response_of_sign_on",
    "stage_of",
    "standing",
    "waiting",
]
