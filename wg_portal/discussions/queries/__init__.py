"""What a member sees of the discussions.

A record's page shows the conversation that hangs on its item with

    talk = discussions.conversation(me, name_of(item), request.args)        (in its route: two statements)
    names = bylines(me, [item, *talk.posts])                                (the page's one call)

and `{% include "discussions/_conversation.html" %}` with `conversation=talk, bylines=names, audience=audience`.
`conversation` is None when the item has no thread.
"""

from wg_portal.discussions.queries.conversation import (
    LAST,
    LEVELS,
    STEP,
    Conversation,
    Shown,
    as_shown,
    changes,
    conversation,
    conversation_of,
    held_until,
    parents_of,
    path_like,
    place_of,
)
from wg_portal.discussions.queries.rows import (
    address_of,
    post,
    post_to_change,
    revisions_of,
    thread,
    thread_on,
    thread_to_change,
    threads,
)

__all__ = [
    "LAST",
    "LEVELS",
    "STEP",
    "Conversation",
    "Shown",
    "address_of",
    "as_shown",
    "changes",
    "conversation",
    "conversation_of",
    "held_until",
    "parents_of",
    "path_like",
    "place_of",
    "post",
    "post_to_change",
    "revisions_of",
    "thread",
    "thread_on",
    "thread_to_change",
    "threads",
]
