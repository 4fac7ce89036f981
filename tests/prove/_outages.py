"""What is asked while something is away: every page, every form; what is written meanwhile; what must not be half."""

import itertools
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from tests.forms import FormReader
from wg_portal.core.database import db

GONE = "The workspace is not available for a moment"
NUMBERS = itertools.count()  # no two texts are the same
NOT_TYPED = {"csrf_token", "once", "place", "password", "next", "language"}


def pids(portal):
    """The server and its workers: the same afterwards, or something was started again."""
    process = portal.process.pid
    children = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout.split()
    return [process, *sorted(map(int, children))]


def addresses(portal):
    """Every address that answers GET, with words in the place of ids."""
    adapter = portal.app.url_map.bind("127.0.0.1")
    rules = [rule for rule in portal.app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint != "static"]
    return sorted({adapter.build(rule.endpoint, {name: "1" for name in rule.arguments}) for rule in rules})


def forms(member, starts):
    """(address, fields) of every form on these pages and on those they link to, filled in with words of their own."""
    found = {}
    for page in starts:
        answer = member.get(page)
        for form in FormReader.read(answer.text) if answer.status_code == 200 else []:
            fields = {
                name: f"typed{next(NUMBERS)}words" if value == "" and name not in NOT_TYPED else value
                for name, value in form.fields.items()
            }
            if form.method == "post" and any(is_typed(value) for value in fields.values()):
                found.setdefault(form.action or page, fields)
    return found


def is_typed(value):
    return isinstance(value, str) and value.startswith("typed") and value.endswith("words")


def lacks(answer, fields):
    """What is missing in an answer that must say 503, in our look, with all that was typed."""
    missing = [] if answer.status_code == 503 else [f"status {answer.status_code}"]
    missing += [] if GONE in answer.text and "/static/dist/app-" in answer.text else ["our look"]
    return missing + [name for name, value in fields.items() if is_typed(value) and value not in answer.text]


@dataclass
class Asked:
    """What came of asking much: seconds each took, and what was wrong with the answers."""

    seconds: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    def ask(self, what, call, check):
        began = time.monotonic()
        try:
            try:
                answer = call()
            except requests.ConnectionError:
                if not what.startswith("GET"):
                    raise
                answer = call()  # as browsers do, when the server was just closing a line that had long been idle
        except requests.RequestException as trouble:
            self.wrong.append((what, type(trouble).__name__))
            return None
        self.seconds.append(time.monotonic() - began)
        if trouble := check(answer):
            self.wrong.append((what, trouble))
        return answer

    @property
    def longest(self):
        return max(self.seconds, default=0)

    def __str__(self):
        some = f", such as {self.wrong[:3]}" if self.wrong else ""
        return f"{len(self.seconds)} answers, the last after {self.longest:.2f} s; {len(self.wrong)} wrong{some}"


def ask_all(portal, member, kept):
    """Every address and every form, one after the other."""
    asked = Asked()
    for address in addresses(portal):
        asked.ask(f"GET {address}", lambda to=address: member.get(to), lambda answer: lacks(answer, {}))
    for address, fields in kept.items():
        asked.ask(
            f"POST {address}",
            lambda to=address, data=fields: member.post(to, data=data),
            lambda answer, data=fields: lacks(answer, data),
        )
    return asked


def ask_at_once(members, page, prepared, check, posts=2):
    """Each member at the same moment: a page, or, one in `posts`, the form prepared for them. check(answer, fields)."""
    asked, gate = Asked(), threading.Barrier(len(members))

    def one(number):
        gate.wait()
        if number % posts == 1:
            address, fields = prepared[number]
            asked.ask("POST", lambda: members[number].post(address, data=fields), lambda answer: check(answer, fields))
        else:
            asked.ask("GET", lambda: members[number].get(page), lambda answer: check(answer, {}))

    with ThreadPoolExecutor(len(members)) as pool:
        list(pool.map(one, range(len(members))))
    return asked


def back_after(member, page, seconds=20):
    """Seconds until a page is there again."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if member.get(page).status_code == 200:
                return time.monotonic() - began
        except requests.RequestException:
            pass
        time.sleep(0.02)
    return float("inf")


class Writers:
    """Members who reply one after the other until told to stop, and know what became of each reply."""

    def __init__(self, members, page, length=1):
        self.members, self.page, self.length = members, page, length
        self.acknowledged, self.refused, self.wrong = {}, {}, []  # text -> member; text -> (member, form); what else
        self.ending = threading.Event()
        self.threads = [
            threading.Thread(target=self.write, args=[number], daemon=True) for number in range(len(members))
        ]

    def __enter__(self):
        self.forms = [member.form(self.page, field="body") for member in self.members]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(60)

    def write(self, number):
        member, (address, fields) = self.members[number], self.forms[number]
        while not self.ending.is_set():
            text = f"typed{next(NUMBERS)}words"
            data = {**fields, "once": f"once-{member.name}-{text}", "body": f"{text} " * self.length}
            try:
                answer = member.post(address, data=data)
            except requests.RequestException as trouble:
                self.wrong.append(type(trouble).__name__)
                continue
            if answer.status_code == 303:
                self.acknowledged[text] = member
            elif missing := lacks(answer, {"body": text}):
                self.wrong.append(missing)
            else:
                again = next(
                    form.fields for form in FormReader.read(answer.text) if text in form.fields.get("body", "")
                )
                self.refused[text] = (member, address, again)
                self.ending.wait(0.1)

    def send_again(self):
        """As the page that said no offers it. How many answers were no success."""
        answers = [member.post(address, data=fields) for member, address, fields in self.refused.values()]
        return [answer.status_code for answer in answers if answer.status_code != 303]


def copies(portal, texts):
    """How often each text was stored: text -> times."""

    def count(_world):
        with db.engine.connect() as connection:
            connection = connection.execution_options(unguarded="a proof counts what was stored")
            bodies = [body.split()[0] for (body,) in connection.exec_driver_sql("SELECT body FROM posts") if body]
            return {text: bodies.count(text) for text in texts}

    return portal.stage(count)


def halves(portal):
    """What is there in part only: each a sentence."""

    def look(_world):
        with db.engine.connect() as connection:
            connection = connection.execution_options(unguarded="a proof looks for halves")
            found = []
            for what, sql in HALVES.items():
                rows = connection.exec_driver_sql(sql).all()
                found += [f"{what}: {len(rows)}"] if rows else []
            if db.engine.dialect.name == "sqlite":
                for pragma, well in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
                    rows = connection.exec_driver_sql(f"PRAGMA {pragma}").all()
                    found += [] if [tuple(row) for row in rows] == well else [f"{pragma}: {rows[:2]}"]
            return found

    return portal.stage(look)


HALVES = {
    "lines of the journal without their post": """SELECT subject FROM journal WHERE subject LIKE 'posts/%%'
        AND NOT EXISTS (SELECT 1 FROM posts WHERE 'posts/' || posts.public_id = journal.subject)""",
    "posts without their line": """SELECT public_id FROM posts
        WHERE NOT EXISTS (SELECT 1 FROM journal WHERE journal.subject = 'posts/' || posts.public_id)""",
    "threads that count wrongly": """SELECT public_id FROM discussions WHERE count !=
        (SELECT count(*) FROM posts WHERE posts.thread_id = discussions.id AND posts.state = 'published')""",
    "keys without what they stand for": """SELECT result FROM claims WHERE result LIKE 'posts/%%'
        AND NOT EXISTS (SELECT 1 FROM posts WHERE 'posts/' || posts.public_id = claims.result)""",
    "published posts that are not found": """SELECT public_id FROM posts WHERE state = 'published'
        AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.kind = 'posts' AND cards.public_id = posts.public_id)""",
}
