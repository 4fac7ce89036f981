"""What members sent, held against what stands in the database: whole or absent, and once.

The claim of a write's key is committed with what it did: where it is, everything must be; where it is not, nothing.
"""

from collections import Counter, defaultdict

from tests.prove._kills_house import House, broken_rules, last_ids
from wg_portal.discussions.actions import as_step
from wg_portal.events.models import MODES
from wg_portal.search.actions import weights


class Ledger:
    """Finds what is `lost`, `half`, `doubled` or `left` (a draft whose text was sent): sentences, by sort."""

    def __init__(self, storm, connection):
        self.storm = storm
        self.baseline = self.after = last_ids(connection)
        self.claims = {}  # key -> the result of its claim, of every write that is in the database
        self.seen = 0  # writes already looked at
        self.open = []  # writes to look at again: unanswered, or held
        self.found = defaultdict(list)
        self.done = self.undone = 0  # unanswered writes that the kill left whole, and absent
        self.late = []  # seconds between the time a held text was due and its release

    def look(self, connection):
        """After a kill: what was sent since the last one, and what was open then."""
        writes = [*self.open, *self.storm.writes[self.seen :]]
        self.seen = len(self.storm.writes)
        changed = {write.about for write in writes if write.kind == "edit"}
        held = [self.claims[write.key].partition("/") for write in writes if write.key in self.claims and write.held]
        posts = {name for kind, _, name in held if kind == "posts"} | changed
        briefs = {name for kind, _, name in held if kind == "briefs"}
        house = House(connection, self.after, posts, briefs)
        self.after = last_ids(connection)
        was_open = {write.key for write in self.open}
        self.judge(house, writes)
        for write in writes:
            if not write.answered and write.key not in was_open:
                self.done += write.key in self.claims
                self.undone += write.key not in self.claims
        self.open = [write for write in writes if not write.answered or (write.held and self.is_held(house, write))]
        self.rules(connection)

    def look_at_all(self, connection):
        """At the end, when all were answered: everything anew, from nothing that was remembered."""
        before, self.claims = self.claims, {}
        house = House(connection, self.baseline)
        self.judge(house, self.storm.writes)
        self.found["lost"] += [f"the claim {key} went away" for key in before if key not in self.claims]
        self.none_but_ours(house)
        self.figures(house)
        self.rules(connection)
        for name, errands in house.errands.items():
            row = next((row for row in (*house.posts, *house.briefs) if name.endswith(row.public_id)), None)
            if row is not None and errands and errands[0].done_at:
                self.late.append((row.published_at - errands[0].due_at).total_seconds())

    def rules(self, connection):
        self.found["half"] += [f"{rule}: broken {number} times" for rule, number in broken_rules(connection)]

    def is_held(self, house, write):
        kind, _, public_id = self.claims.get(write.key, "").partition("/")
        rows = house.posts if kind == "posts" else house.briefs
        return any(row.public_id == public_id and row.state == "held" for row in rows)

    def judge(self, house, writes):
        for write in writes:
            claim = house.claims.get(write.key)
            if claim is not None:
                self.claims[write.key] = claim.result or ""
            elif write.answered and write.key not in self.claims:
                self.complain("lost", write, "was answered, and is not there")
        posts, briefs = defaultdict(list), defaultdict(list)
        for row in house.posts:
            posts[row.body.split()[0]].append(row)
        for row in house.briefs:
            briefs[row.title.split()[0]].append(row)
        replies = {write.about for write in writes if write.kind == "edit"}
        for write in self.storm.writes:
            # An edit is judged with the reply that it changes.
            if write.kind == "reply" and (write.key in house.claims or self.claims.get(write.key, "")[6:] in replies):
                self.reply(house, write, posts[write.token])
        for write in writes:
            if write.key not in self.claims and (posts.get(write.token) or briefs.get(write.token)):
                self.complain("half", write, "stands there without its claim")
            elif write.kind == "reply" and write.held and write.key in self.claims and write.key not in house.claims:
                self.reply(house, write, posts[write.token])
            elif write.kind == "brief" and (write.key in house.claims or (write.held and write.key in self.claims)):
                self.brief(house, write, briefs[write.token])
        self.drafts(house)
        self.answers(house)

    def complain(self, sort, write, what):
        self.found[sort].append(f"{write.kind} {write.token}: {what}")

    def only(self, write, rows):
        """The row of a write that is claimed: there, once, and the one that its claim names."""
        if not rows:
            self.complain("lost" if write.answered else "half", write, "was claimed, and is not there")
            return None
        if len(rows) > 1:
            self.complain("doubled", write, f"stands there {len(rows)} times")
        if self.claims[write.key].partition("/")[2] != rows[0].public_id or rows[0].author_id != write.member:
            self.complain("half", write, "its claim names something else")
        return rows[0]

    def told(self, write, there, due, what):
        """Compare two multisets of words."""
        there, due = Counter(there), Counter(due)
        if there - due:
            self.complain("doubled", write, f"{what}: {dict(there - due)} too many")
        if due - there:
            self.complain("half", write, f"{what}: {dict(due - there)} missing")

    def reply(self, house, write, rows):
        row = self.only(write, rows)
        if row is None:
            return
        name, is_out = f"posts/{row.public_id}", row.state == "published"
        edits = [edit for edit in write.edits if edit.key in self.claims]
        *earlier, now = [write.token, *(edit.token for edit in edits)]
        if row.body.split()[1] != now:
            self.complain("half", write, f"says {row.body.split()[1]} instead of {now}")
        if [old.body.split()[1] for old in house.revisions[row.id]] != earlier:
            self.complain("half", write, "its earlier texts are not the ones that were sent")
        due = [*(["post.held"] if write.held else []), *(["post.published"] if is_out else [])]
        self.told(write, [line.verb for line in house.lines[name]], due + ["post.edited"] * len(edits), "journal")
        self.errand(house, write, name, is_out)
        parent = house.by_id.get(row.parent_id)
        if (parent.public_id if parent else "") != write.parent:
            self.complain("half", write, "answers another post")
        if is_out and row.path != (parent.path if parent else "") + as_step(row.seq):
            self.complain("half", write, "does not stand where its number puts it")
        self.found_by(house, write, "posts", row, now, is_out)

    def errand(self, house, write, name, is_out):
        errands = house.errands[name]
        if len(errands) != write.held:
            self.complain("doubled" if len(errands) > 1 else "half", write, f"has {len(errands)} errands")
        elif write.held and (errands[0].done_at is not None) != is_out:
            self.complain("half", write, "its errand says otherwise than its state")

    def found_by(self, house, write, kind, row, word, is_out):
        """Its card, and every word of it in the index."""
        card = house.cards.get((kind, row.public_id))
        if (card is not None) != is_out:
            self.complain("half", write, f"is {row.state}, and has {'a' if card else 'no'} card")
        if card is None:
            return
        document = house.documents.get(card.id)
        if document is None or word not in document.folded.split():
            self.complain("half", write, f"is not found by {word}")
        elif weights(document.title, document.text, document.language) != house.postings[card.id]:
            self.complain("half", write, "some of its words are not in the index, or too many")

    def brief(self, house, write, rows):
        row = self.only(write, rows)
        if row is None:
            return
        name, is_out = f"briefs/{row.public_id}", row.state == "published"
        due = [*(["brief.held"] if write.held else []), *(["brief.published"] if is_out else [])]
        self.told(write, [line.verb for line in house.lines[name]], due, "journal")
        self.told(write, [one.title for one in house.versions[row.id]], [row.title] * is_out, "versions")
        self.told(write, [link.target for link in house.links[row.public_id]], ["countries/EG"], "links")
        threads = house.threads[name]
        opened = [line.verb for thread in threads for line in house.lines[f"discussions/{thread.public_id}"]]
        self.told(write, opened, ["discussion.opened"] * is_out, "thread")
        self.errand(house, write, name, is_out)
        self.found_by(house, write, "briefs", row, write.token, is_out)
        for thread in threads:
            self.found_by(house, write, "discussions", thread, write.token, is_out)

    def drafts(self, house):
        """What was kept last stands, unless its text was sent since."""
        due = {}
        for write in self.storm.writes:
            if write.key not in self.claims:
                continue
            if write.kind == "draft":
                due[write.member, write.about] = (write, None)
            elif (write.member, write.empties) in due:
                due[write.member, write.empties] = (due[write.member, write.empties][0], write)
        for at, (kept, sent) in due.items():
            row = house.drafts.get(at)
            if sent is not None and row is not None:
                self.complain("left", sent, f"its draft {kept.token} stands though the text was sent")
            elif sent is None and (row is None or row.fields["body"][0].split()[0] != kept.token):
                self.complain("lost" if kept.answered else "half", kept, "is not the draft that stands")
        for member, place in set(house.drafts) - set(due):
            self.found["doubled"].append(f"a draft of {member} at {place} that nobody kept")

    def answers(self, house):
        """One row for each member and event, each delegation and text; one journal line for each answer given."""
        given = defaultdict(list)
        for write in self.storm.writes:
            if write.kind in ("rsvp", "signon") and write.key in self.claims:
                given[write.kind, write.about, write.member].append(write)
        events = {row.id: row.public_id for row in house.events}
        texts = {row.id: row.public_id for row in house.responses}
        there = {("rsvp", events[row.event_id], row.member_id): (f"rsvps/{row.public_id}", row) for row in house.rsvps}
        there |= {
            ("signon", texts[row.response_id], row.given_by_id): (f"signons/{row.public_id}", row)
            for row in house.signons
        }
        for at, writes in given.items():
            last = writes[-1]
            if at not in there:
                self.complain("lost" if last.answered else "half", last, "was claimed, and is not there")
                continue
            name, row = there.pop(at)
            if row.answer != last.token:
                self.complain("lost" if last.answered else "half", last, f"the row says {row.answer}")
            lines = [line.details["answer"] for line in house.answers[name] if line.verb.endswith(".given")]
            self.told(last, lines, [write.token for write in writes], "journal")
            if last.kind == "signon" and row.version != len(writes):
                self.complain("half", last, f"{len(writes)} answers, and version {row.version}")
        self.found["doubled"] += [f"{at} was answered by nobody" for at in there]

    def figures(self, house):
        """The register of places is what the answers add up to, and whoever can have a place has one."""
        for event in house.events:
            for mode in MODES:
                rows = [row for row in house.rsvps if (row.event_id, row.mode) == (event.id, mode)]
                taken = sum(row.answer == "yes" and row.waits is None for row in rows)
                line = sorted(row.waits for row in rows if row.waits is not None)
                maybe = sum(row.answer == "maybe" for row in rows)
                none = {"taken": 0, "maybe": 0, "line": []}
                if event.figures.get(mode, none) != {"taken": taken, "maybe": maybe, "line": line}:
                    self.found["half"].append(f"event {event.id}, {mode}: {event.figures.get(mode)}")
                places = event.online_capacity if mode == "online" else event.capacity
                if places is not None and (taken > places or (line and taken < places)):
                    self.found["doubled"].append(f"event {event.id}: {taken} of {places} places, {len(line)} wait")

    def none_but_ours(self, house):
        """Nothing stands there that no member sent."""
        sent = {write.token for write in self.storm.writes}
        keys = {write.key for write in self.storm.writes}
        texts = [(row.body, "post") for row in house.posts] + [(row.title, "brief") for row in house.briefs]
        self.found["doubled"] += [
            f"a {kind} of nobody: {words[:20]}" for words, kind in texts if words.split()[0] not in sent
        ]
        self.found["doubled"] += [f"a claim of nobody: {key}" for key in set(house.claims) - keys]
