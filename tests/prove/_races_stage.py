"""What members race for: a brief, a post, texts of responses, events, and the browsers they race in."""

from dataclasses import dataclass

from tests.discussions import scenes as discussions
from tests.events import scenes as events
from tests.responses import scenes as responses
from wg_portal.briefs import actions as briefs
from wg_portal.core.database import db

PAGE = "As it stood before anybody raced."


@dataclass
class Stage:
    """Public ids of what has gone out, and addresses of a crowd: alternates of Lithuania, and delegates of Sweden."""

    brief: str
    discussion: str
    post: str
    draft: str  # a response in drafting, whose pen Lithuania holds
    opened: str  # responses open for signature: one to race for, two to replay answers to
    to_sign: tuple
    event: str  # with few places
    to_visit: tuple  # with many
    voices: list
    visitors: list


def set_up(portal, writers, visitors, places):
    """Called before the server starts, so that nobody else keeps the promises that scenes keep for themselves."""
    voices = portal.crowd(writers, "LT", "alternate", prefix="voice")
    guests = portal.crowd(visitors, "SE", "delegate", prefix="guest")

    def make(world):
        thread = discussions.start(world, world.head, world.choose("everyone"), body=PAGE)
        talk = discussions.talk(world, world.head, thread)
        pen = {"pen_holder_id": world.bodies["LT"].id, "paragraphs": [PAGE]}
        made = Stage(
            brief=brief(world),
            discussion=thread,
            post=talk.posts[0].public_id,
            draft=responses.started(world, **pen),
            opened=responses.opened(world),
            to_sign=(responses.opened(world), responses.opened(world)),
            event=events.held(world, capacity=places, online_link=""),
            to_visit=(events.held(world), events.held(world)),
            voices=voices,
            visitors=guests,
        )
        return made

    return portal.stage(make)


def brief(world):
    """A brief of Lithuania's head that has gone out."""
    content = briefs.Content(kind="brief", title="On the register", language="en", body=PAGE)
    row = briefs.publish(world.head, content, world.choose("governments"), "/briefs/new", {})
    db.session.commit()
    responses.world_release(world)
    return row.public_id


def browser(portal, name):
    """A member's browser that opens a line for each request.

    One that keeps lines open may use one that the server is just closing: a browser asks again by itself, ours does not.
    """
    member = portal.member(name)
    member.http.headers["Connection"] = "close"
    return member


def browsers(portal, name, number):
    """One member, signed in in so many browsers."""
    return [browser(portal, name) for _each in range(number)]
