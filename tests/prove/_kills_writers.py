"""Members who write while the server is killed under them.

Each sends one form at a time, as a browser does: what got no answer, or 503, is sent again with the same key until it
is answered. What they sent and what was answered is the truth that the database is held against.
"""

import random
import re
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import requests

from tests.prove._report import SEED
from wg_portal.core.idempotency import new_key
from wg_portal.core.ids import new_id

BEGINNINGS = ["assem", "bur", "com", "dona", "fede", "grea", "inspec", "juri", "lega", "minis", "perso", "regis", "sta"]
WORDS = [
    f"{beginning}{end}" for beginning in BEGINNINGS for end in ("bly", "den", "ment", "tion", "ter", "tute", "vor")
]
MIX = {"reply": 54, "edit": 7, "rsvp": 12, "signon": 8, "draft": 16, "brief": 3}
POST_OF = re.compile(r"(?:#post-|/posts/)([\w-]+)$")


@dataclass
class Write:
    """One form as it was sent. `about`: what it was sent to (a post, thread, event, response, or a draft's place)."""

    kind: str
    member: int  # its row's id
    about: str
    path: str
    fields: dict
    token: str  # a word of its own, or the answer that was given
    held: bool = False
    key: str = field(default_factory=new_key)
    answered: bool = False
    empties: str = ""  # the place whose draft goes away with it
    edits: list = field(default_factory=list)  # of a reply, in order
    parent: str = ""  # of a reply: the post it answers


class Storm:
    """What all writers share. `writes` is in the order of each writer's sending."""

    def __init__(self):
        self.up, self.over, self.gone = threading.Event(), threading.Event(), threading.Event()
        self.lock = threading.Lock()
        self.writes, self.trouble, self.refused = [], [], []
        self.answered = self.again = 0
        self.first_at = None  # when the present life answered a write for the first time
        self.life = 0
        self.statuses = Counter()
        self.said = defaultdict(list)  # thread -> public ids of what stands at its top, to be answered

    def begins(self):
        with self.lock:
            self.first_at = None
            self.life += 1

    def was_answered(self, write):
        with self.lock:
            self.first_at = self.first_at or time.monotonic()
            if write.answered:
                self.again += 1
            else:
                write.answered = True
                self.answered += 1


class Writer(threading.Thread):
    def __init__(self, storm, stage, number, member, member_id, held, speaks):
        super().__init__(name=f"writer {number}", daemon=True)
        self.storm, self.stage, self.number = storm, stage, number
        self.member, self.member_id, self.held = member, member_id, held
        self.random = random.Random(f"{SEED} {number}")
        self.mix = {kind: share for kind, share in MIX.items() if not (kind == "signon" and not speaks)}
        if held:
            del self.mix["edit"]  # what is held cannot be changed
        self.sent = 0
        self.own = []  # replies of mine that went out
        self.versions, self.before = Counter(), {}  # answers to a response so far; what was said to an event last
        self.last, self.life = None, storm.life

    def run(self):
        try:
            self.learn()
            while not self.storm.over.is_set():
                if self.life != self.storm.life and self.last:
                    # An impatient member: what was answered before the kill comes once more.
                    self.life = self.storm.life
                    self.send(self.last)
                kind = self.random.choices(list(self.mix), list(self.mix.values()))[0]
                getattr(self, kind)()
        except Exception as trouble:
            self.storm.trouble.append(f"{self.name}: {type(trouble).__name__} {trouble}"[:500])

    def learn(self):
        """Each form is read once; its token is good for the whole session, its key is made anew for each sending."""
        self.threads = self.random.sample(self.stage.threads, 3)
        self.forms = {thread: self.form(f"/discussions/{thread}", field="body") for thread in self.threads}
        self.brief_form = self.form(f"/briefs/new?draft={new_id()}", field="title")
        _address, fields = self.forms[self.threads[0]]
        self.token_of_session = {"csrf_token": fields["csrf_token"]}

    def form(self, page, **which):
        """(address, fields); asked again while the server is away."""
        while True:
            try:
                answer = self.member.get(page)
                if answer.status_code != 503:
                    return self.member.form(page, **which)
            except requests.RequestException:
                pass
            self.wait()

    def wait(self):
        time.sleep(0.05)
        self.storm.up.wait(60)
        if self.storm.gone.is_set():
            raise RuntimeError("the server was taken away")

    def send(self, write):
        """Until it is answered. Returns the answer, or None when it was refused."""
        while True:
            try:
                answer = self.member.post(write.path, data=write.fields | {"once": write.key}, timeout=20)
            except requests.RequestException as trouble:
                self.storm.statuses[type(trouble).__name__] += 1
                self.wait()
                continue
            self.storm.statuses[answer.status_code] += 1
            if answer.status_code == 303 or (answer.status_code == 200 and write.path == "/drafts"):
                self.storm.was_answered(write)
                self.last = write
                return answer
            if answer.status_code != 503:
                self.storm.refused.append(f"{write.kind} {write.token}: {answer.status_code}")
                return None
            self.wait()

    def write(self, kind, about, path, fields, token, **more):
        """Note it before it is sent: it may be done, and never answered."""
        write = Write(kind, self.member_id, about, path, self.token_of_session | fields, token, **more)
        self.storm.writes.append(write)
        return write

    def token(self):
        self.sent += 1
        return f"k{self.number}x{self.sent}"

    def words(self, *tokens):
        return " ".join([*tokens, *self.random.choices(WORDS, k=self.random.randrange(3, 16))])

    def reply(self):
        thread = self.random.choice(self.threads)
        path, fields = self.forms[thread]
        there = self.storm.said[thread]
        parent = self.random.choice(there[-40:]) if there and self.random.random() < 0.4 else ""
        token = self.token()
        fields = fields | {"body": self.words(token, token), "parent": parent}
        place = f"/discussions/{thread}"
        write = self.write("reply", thread, path, fields, token, held=self.held, empties=place, parent=parent)
        answer = self.send(write)
        where = POST_OF.search(answer.headers["Location"]) if answer is not None else None
        if answer is not None and where is None:
            self.storm.refused.append(f"a reply was answered with {answer.headers['Location']}")
        elif where and not self.held:
            self.own.append((where[1], write))
            if not parent:
                there.append(where[1])

    def edit(self):
        if not self.own:
            return
        post, reply = self.random.choice(self.own[-30:])
        page = f"/posts/{post}/edit"
        _, fields = self.form(page, field="body")
        if self.random.random() < 0.4:
            # Written for a while, and kept by the page's script meanwhile: it goes away when the text is sent.
            self.keep(page, {name: fields[name] for name in ("language", "version")})
        token = self.token()
        fields = fields | {"body": self.words(reply.token, token)}
        write = self.write("edit", post, page, fields, token, empties=page)
        reply.edits.append(write)
        self.send(write)

    def draft(self):
        self.keep(f"/discussions/{self.random.choice(self.threads)}", {})

    def keep(self, place, fields):
        token = self.token()
        self.send(self.write("draft", place, "/drafts", {**fields, "place": place, "body": self.words(token)}, token))

    def rsvp(self):
        event = self.random.choice(self.stage.events)
        # Never the same answer twice: then it would be no change.
        said = self.random.choice([answer for answer in ("yes", "maybe", "no") if answer != self.before.get(event)])
        self.before[event] = said
        self.send(self.write("rsvp", event, f"/events/{event}/rsvps", {"answer": said, "mode": "in_person"}, said))

    def signon(self):
        text = self.random.choice(self.stage.texts)
        said = self.random.choice(["joins", "aligns", "awaiting", "cannot"])
        fields = {"answer": said, "version": str(self.versions[text]), "confirm": "yes"}
        if self.send(self.write("signon", text, f"/responses/{text}/answers", fields, said)) is not None:
            self.versions[text] += 1

    def brief(self):
        _, fields = self.brief_form
        token = self.token()
        place = f"/briefs/new?draft={new_id()}"
        own = {"title": f"{token} {self.words()}"[:190], "body": self.words(token), "countries": ["EG"]}
        own |= {"preset": "governments", "marking": "AMBER", "attribution": "named"}
        self.send(self.write("brief", place, place, fields | own, token, held=self.held))
