"""Replies in bulk: whatever one real reply leaves behind, again for each of many, with a text and a place of its own.

A hundred thousand replies through the actions would take an hour. Here one reply goes the real way (held, promised,
released), and its rows are the pattern: post, card, document, postings, two lines of the journal, an errand done.
"""

import base64
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import insert

from tests.pages.crowd import next_id, rows_of, tables
from wg_portal.core.database import db
from wg_portal.core.text import plain, render
from wg_portal.discussions.actions import as_step
from wg_portal.discussions.queries import LEVELS
from wg_portal.search.actions import weights
from wg_portal.search.analyzer import normal

BECAUSE = "the world for measuring is written below the door"
AT_ONCE = 2_000
HELD = timedelta(seconds=5)


def put(name, rows):
    """Insert rows (dicts) into a table."""
    for at in range(0, len(rows), AT_ONCE):
        with db.engine.begin() as connection:
            connection.execution_options(unguarded=BECAUSE).execute(insert(tables()[name]), rows[at : at + AT_ONCE])


@dataclass
class Pattern:
    """The rows of one real reply. Copies take all that they do not tell themselves from here."""

    post: dict
    card: dict
    document: dict
    held: dict
    published: dict
    errand: dict

    @classmethod
    def of(cls, public_id):
        name = f"posts/{public_id}"

        def one(table, *conditions):
            [row] = rows_of(tables()[table], *conditions)
            return row

        table = {name: tables()[name].c for name in ("posts", "cards", "documents", "journal", "outbox")}
        card = one("cards", table["cards"].kind == "posts", table["cards"].public_id == public_id)
        lines = {row["verb"]: row for row in rows_of(tables()["journal"], table["journal"].subject == name)}
        return cls(
            one("posts", table["posts"].public_id == public_id),
            card,
            one("documents", table["documents"].card_id == card["id"]),
            lines["post.held"],
            lines["post.published"],
            one("outbox", table["outbox"].about == name),
        )


@dataclass
class Place:
    """A thread while it is being filled. times: when something is said in it."""

    thread: dict
    deepest: int
    times: list = field(default_factory=list)
    posts: list = field(default_factory=list)  # those that can be answered


class Writer:
    """Makes replies: rows by table, until they are put."""

    NAMES = ("posts", "cards", "documents", "journal", "outbox")

    def __init__(self, random, pattern, speaker, authors):
        self.random, self.pattern, self.speaker, self.authors = random, pattern, speaker, authors
        self.ids = {name: next_id(tables()[name]) for name in ("posts", "cards", "journal", "outbox")}
        db.session.rollback()
        self.rows = {name: [] for name in self.NAMES}
        self.postings = []  # (term, card id, weight, audience id)

    def new_id(self):
        """As core.ids makes them, but the same for the same seed."""
        while not (text := base64.urlsafe_b64encode(self.random.randbytes(16)).decode().rstrip("="))[0].isalpha():
            pass
        return text

    def next(self, name):
        self.ids[name] += 1
        return self.ids[name] - 1

    def fill(self, places):
        """All replies that these threads wait for, in the order of time, as they would have come: so are their ids."""
        for at, index in sorted((at, index) for index, place in enumerate(places) for at in place.times):
            self.reply(places[index], at)

    def reply(self, place, at):
        thread = place.thread
        parent = self.random.choice(place.posts[-30:]) if place.posts and self.random.random() < 0.4 else None
        if parent and parent["depth"] >= place.deepest:
            parent = None
        thread["seq"] += 1
        post = self.post(thread, parent, thread["seq"], at)
        if parent:
            parent["replies"] += 1
            if post["depth"] > LEVELS:  # as actions.give_place: its parent's page has to lead on to it
                thread["seq"] += 1
                parent["changed_seq"] = thread["seq"]
        thread["count"] += 1
        thread["active_at"] = at
        place.posts.append(post)

    def post(self, thread, parent, seq, at):
        author = self.random.choice(self.authors[thread["audience_id"]])
        language = self.speaker.language()
        body = self.speaker.say(language)
        told = {"author_id": author.id, "organisation_id": author.organisation.id, "language": language}
        post = {
            **self.pattern.post,
            **told,
            "id": self.next("posts"),
            "public_id": self.new_id(),
            "thread_id": thread["id"],
            "audience_id": thread["audience_id"],
            "attribution": thread["attribution"],
            "parent_id": parent["id"] if parent else None,
            "body": body,
            "body_html": str(render(body)),
            "depth": parent["depth"] + 1 if parent else 1,
            "path": (parent["path"] if parent else "") + as_step(seq),
            "replies": 0,
            "seq": seq,
            "changed_seq": seq,
            "created_at": at - HELD,
            "published_at": at,
        }
        self.rows["posts"].append(post)
        self.find(post, thread)
        self.tell(post, thread)
        return post

    def find(self, post, thread):
        """Its card, and what search knows of it."""
        of = {"audience_id": post["audience_id"]}
        card = {
            **self.pattern.card,
            **of,
            "id": self.next("cards"),
            "public_id": post["public_id"],
            "host": thread["about"] or f"discussions/{thread['public_id']}",
            "title": thread["title"],
            "language": post["language"],
            "at": post["published_at"],
        }
        text = plain(post["body"])
        says = {"title": card["title"], "text": text, "language": card["language"]}
        folded = normal(card["title"]) + normal(text)
        self.rows["cards"].append(card)
        self.rows["documents"].append({"card_id": card["id"], **of, **says, "folded": folded})
        self.postings += [(term, card["id"], weight, of["audience_id"]) for term, weight in weights(**says).items()]

    def tell(self, post, thread):
        """The two lines of the journal, and the promise that was kept."""
        name, about = f"posts/{post['public_id']}", f"discussions/{thread['public_id']}"
        line = {"actor_id": post["author_id"], "subject": name, "about": about, "audience_id": post["audience_id"]}
        for pattern, at in ((self.pattern.held, post["created_at"]), (self.pattern.published, post["published_at"])):
            own = {"id": self.next("journal"), "public_id": self.new_id(), "at": at}
            self.rows["journal"].append({**pattern, **line, **own})
        fields = {"body": [post["body"]], "language": [post["language"]]}
        page = thread["about"] or about
        self.rows["outbox"].append(
            {
                **self.pattern.errand,
                "id": self.next("outbox"),
                "about": name,
                "details": {
                    **self.pattern.errand["details"],
                    "actor": post["author_id"],
                    "page": about,
                    "place": f"/{page}",
                    "fields": fields,
                },
                "made_at": post["created_at"],
                "due_at": post["published_at"],
                "done_at": post["published_at"],
            }
        )

    def write(self):
        """Put everything. Postings go in the order of their key, and their second index is made afterwards."""
        for name in self.NAMES:
            put(name, self.rows[name])
        table = tables()["postings"]
        with db.engine.begin() as connection:
            connection = connection.execution_options(unguarded=BECAUSE)
            for index in table.indexes:
                index.drop(connection)
            sql = "INSERT INTO postings (term, card_id, weight, audience_id) VALUES (?, ?, ?, ?)"
            connection.exec_driver_sql(sql, sorted(self.postings))
            for index in table.indexes:
                index.create(connection)
