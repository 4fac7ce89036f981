"""What stands in the database at one moment: rows by what they are about, and rules that hold for all of them."""

from collections import defaultdict

from sqlalchemy import select, text

from wg_portal.core.database import Model

TABLES = Model.metadata.tables
GROWING = (
    "claims",
    "posts",
    "post_revisions",
    "journal",
    "cards",
    "outbox",
    "briefs",
    "brief_revisions",
    "discussions",
)
SHOWN = ("posts", "discussions", "briefs", "events", "responses")  # those that have cards

NUMBERS = "SELECT count(*) FROM posts p WHERE p.thread_id = d.id AND p.state <> 'held'"
RULES = {
    "a thread counts its posts": f"SELECT count(*) FROM discussions d WHERE d.count <> ({NUMBERS})",
    "a thread numbers each post and change": f"""SELECT count(*) FROM discussions d WHERE d.seq <> ({NUMBERS}) + (SELECT
        count(*) FROM journal j WHERE j.about = 'discussions/' || d.public_id AND j.verb = 'post.edited')""",
    "a thread ends with its last change": """SELECT count(*) FROM discussions d WHERE d.seq <> coalesce((SELECT
        max(p.changed_seq) FROM posts p WHERE p.thread_id = d.id), 0)""",
    "no two posts at one place": """SELECT count(*) FROM (SELECT 1 FROM posts GROUP BY thread_id, path
        HAVING count(*) > 1) twice""",
    "no two posts with one number": """SELECT count(*) FROM (SELECT 1 FROM posts WHERE seq > 0 GROUP BY thread_id, seq
        HAVING count(*) > 1) twice""",
    "no two changes with one number": """SELECT count(*) FROM (SELECT 1 FROM posts WHERE changed_seq > 0
        GROUP BY thread_id, changed_seq HAVING count(*) > 1) twice""",
    "what is held has no number, the rest has": "SELECT count(*) FROM posts WHERE (state = 'held') <> (seq = 0)",
    "a post counts its replies": """SELECT count(*) FROM posts p WHERE p.replies <> (SELECT count(*) FROM posts r
        WHERE r.parent_id = p.id AND r.state <> 'held')""",
    "an errand is open as long as its text is held": """SELECT count(*) FROM outbox o WHERE o.kind = 'release' AND
        (o.done_at IS NULL) <> (o.about IN (SELECT 'posts/' || public_id FROM posts WHERE state = 'held' UNION ALL
        SELECT 'briefs/' || public_id FROM briefs WHERE state = 'held'))""",
    "no text has two errands": """SELECT count(*) FROM (SELECT 1 FROM outbox GROUP BY about
        HAVING count(*) > 1) twice""",
    "a brief that is out has its first version and its thread": """SELECT count(*) FROM briefs b WHERE
        CASE WHEN b.state = 'published' THEN 1 ELSE 0 END <> (SELECT count(*) FROM brief_revisions r
        WHERE r.brief_id = b.id) OR CASE WHEN b.state = 'published' THEN 1 ELSE 0 END <> (SELECT count(*)
        FROM discussions d WHERE d.about = 'briefs/' || b.public_id)""",
    "a card is found by its words": """SELECT count(*) FROM cards c WHERE NOT EXISTS (SELECT 1 FROM documents d
        WHERE d.card_id = c.id AND d.audience_id = c.audience_id)""",
    "an audience is of something": """SELECT count(*) FROM audiences a WHERE a.id NOT IN (SELECT audience_id FROM briefs
        UNION SELECT audience_id FROM discussions UNION SELECT audience_id FROM events
        UNION SELECT audience_id FROM responses)""",
    "a link is of a brief": """SELECT count(*) FROM links WHERE kind = 'briefs' AND
        public_id NOT IN (SELECT public_id FROM briefs)""",
    **{
        f"of {kind}, those that are out have cards": f"""SELECT count(*) FROM {kind} t LEFT JOIN cards c
        ON c.kind = '{kind}' AND c.public_id = t.public_id WHERE (t.state = 'published') <> (c.id IS NOT NULL)"""
        for kind in SHOWN
    },
    **{
        f"a card of {kind} stands for something": f"""SELECT count(*) FROM cards WHERE kind = '{kind}' AND
        public_id NOT IN (SELECT public_id FROM {kind})"""
        for kind in SHOWN
    },
    **{
        f"a journal line of {kind} is about something": f"""SELECT count(*) FROM journal WHERE subject LIKE '{kind}/%'
        AND substr(subject, {len(kind) + 2}) NOT IN (SELECT public_id FROM {kind})"""
        for kind in (*SHOWN, "rsvps", "signons")
    },
}


def broken_rules(connection):
    """[(rule, how many rows break it)]: asked of the whole database, and cheap enough for every kill."""
    counted = ((rule, connection.scalar(text(statement))) for rule, statement in RULES.items())
    return [(rule, number) for rule, number in counted if number]


def damage(connection):
    """What the database itself says of its files, and of references that lead nowhere (PostgreSQL keeps those)."""
    if connection.dialect.name != "sqlite":
        return []
    said = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    return said + [str(tuple(row)) for row in connection.execute(text("PRAGMA foreign_key_check"))]


def last_ids(connection):
    """table -> its highest id: what comes after is new."""
    return {name: connection.scalar(text(f"SELECT max(id) FROM {name}")) or 0 for name in GROWING}


class House:
    """Rows newer than `after`, and those of the older `posts` (public ids) and `briefs` that are asked for."""

    def __init__(self, connection, after, posts=(), briefs=()):
        self.connection, self.after = connection, after
        self.claims = {row.key: row for row in self.rows("claims")}
        self.posts = self.rows("posts", public_id=list(posts))
        self.briefs = self.rows("briefs", public_id=list(briefs))
        self.by_id = {row.id: row for row in self.posts}
        missing = {row.parent_id for row in self.posts if row.parent_id} - set(self.by_id)
        self.by_id |= {row.id: row for row in self.every("posts", "id", list(missing))}
        self.revisions = grouped(self.rows("post_revisions", post_id=[row.id for row in self.posts]), "post_id")
        self.versions = grouped(self.rows("brief_revisions", brief_id=[row.id for row in self.briefs]), "brief_id")
        self.threads = grouped(
            self.rows("discussions", about=[f"briefs/{row.public_id}" for row in self.briefs]), "about"
        )
        opened = [f"discussions/{row.public_id}" for rows in self.threads.values() for row in rows]
        asked = [f"posts/{name}" for name in posts] + [f"briefs/{name}" for name in briefs] + opened
        self.lines = grouped(self.rows("journal", subject=asked), "subject")
        self.errands = grouped(self.rows("outbox", about=asked), "about")
        shown = [*posts, *briefs, *(row.public_id for rows in self.threads.values() for row in rows)]
        self.cards = {(row.kind, row.public_id): row for row in self.rows("cards", public_id=shown)}
        ids = [row.id for row in self.cards.values()]
        self.documents = {row.card_id: row for row in self.every("documents", "card_id", ids)}
        self.postings = defaultdict(dict)
        for row in self.every("postings", "card_id", ids):
            self.postings[row.card_id][row.term] = row.weight
        self.links = grouped(self.every("links", "public_id", [row.public_id for row in self.briefs]), "public_id")
        # Few, and changed in place: all of them, each time.
        self.drafts = {(row.member_id, row.place): row for row in self.all("drafts")}
        self.rsvps, self.signons = self.all("rsvps"), self.all("signons")
        self.events, self.responses = self.all("events"), self.all("responses")
        answers = [f"rsvps/{row.public_id}" for row in self.rsvps] + [
            f"signons/{row.public_id}" for row in self.signons
        ]
        self.answers = grouped(self.every("journal", "subject", answers), "subject")

    def all(self, table):
        return self.connection.execute(select(TABLES[table])).all()

    def rows(self, table, **asked):
        """The new ones, and the older ones that are asked for by one column."""
        [(column, values)] = asked.items() or [("id", [])]
        if not values or self.after.get(table, 0) == 0:
            return self.newer(table)
        found = {row.id: row for row in self.newer(table)} | {row.id: row for row in self.every(table, column, values)}
        return [found[id] for id in sorted(found)]

    def newer(self, table):
        columns = TABLES[table].c
        return self.connection.execute(
            select(TABLES[table]).where(columns.id > self.after.get(table, 0)).order_by(columns.id)
        ).all()

    def every(self, table, column, values):
        """Rows that have one of the values, in the order of their making; some hundreds of values a statement."""
        found = []
        for at in range(0, len(values), 500):
            some = TABLES[table].c[column].in_(values[at : at + 500])
            found += self.connection.execute(select(TABLES[table]).where(some)).all()
        return sorted(found, key=lambda row: row.id) if "id" in TABLES[table].c else found


def grouped(rows, column):
    told = defaultdict(list)
    for row in rows:
        told[getattr(row, column)].append(row)
    return told
