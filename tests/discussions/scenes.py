"""What scenes of discussions begin with."""

from datetime import timedelta

import time_machine

from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.discussions import actions, queries

LATER = timedelta(minutes=1)


def start(world, actor=None, choice=None, title="Article 12 of the bill", body="What do you read in it?"):
    """A thread that stands alone, and has gone out."""
    actor = actor or world.head
    thread = actions.start(actor, choice or world.choose("governments"), title, body, "en")
    release(world)
    return thread.public_id


def say(world, actor, thread_id, body, parent_id=None, **more):
    """A reply that has gone out; its public id."""
    post = actions.reply(actor, thread_id, body, "en", parent_id=parent_id, **more)
    release(world)
    return post.public_id


def release(world):
    """A minute later."""
    with time_machine.travel(clock.now() + LATER, tick=True):
        world.run_due()


def talk(world, viewer, thread_id, **asked):
    db.session.rollback()
    return queries.conversation_of(viewer, thread_id, asked)


def first_post(world, viewer, thread_id):
    return talk(world, viewer, thread_id).posts[0].public_id
