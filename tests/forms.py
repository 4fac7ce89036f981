"""Forms as a browser sends them: read from the page, touched where a scene says so, everything else as it stood."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit


class Forms:
    """For whoever has `get(path)` and `post(path, data=, headers=)`; answers have `status_code` and `text`."""

    def form(self, page, action=None, field=None):
        """(address, fields) of the page's form that posts to `action`, or that has `field`."""
        answer = self.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        forms = FormReader.read(answer.text)
        for form in forms:
            if form.method == "post" and action in (None, form.action) and (field is None or field in form.names):
                return form.action or urlsplit(page).path, form.fields
        raise AssertionError(f"{page} has no form for {action or field}; it has {[form.action for form in forms]}")

    def submit(self, page, action=None, *, field=None, headers=None, **fields):
        """Open `page`, fill in its form, and send it. A list gives several values; None leaves a field out."""
        address, kept = self.form(page, action, field)
        data = {**kept, **fields}
        return self.post(
            address, data={name: value for name, value in data.items() if value is not None}, headers=headers
        )


class FormReader(HTMLParser):
    """The forms of a page, with what a browser would send if nothing were touched."""

    def __init__(self):
        super().__init__()
        self.forms, self.textarea, self.select = [], None, None

    @classmethod
    def read(cls, html):
        reader = cls()
        reader.feed(html)
        return reader.forms

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append(PageForm(attributes))
        if not self.forms:
            return
        form, name = self.forms[-1], attributes.get("name")
        if tag == "input" and name:
            form.names.add(name)
            kind = attributes.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in attributes:
                    form.add(name, attributes.get("value", "on"))
            elif kind not in ("submit", "button", "file"):
                form.add(name, attributes.get("value", ""))
        elif tag == "textarea" and name:
            form.names.add(name)
            self.textarea = name
            form.add(name, "")
        elif tag == "select" and name:
            form.names.add(name)
            self.select = (name, "multiple" in attributes)
        elif tag == "option" and self.select:
            name, several = self.select
            if "selected" in attributes and several:
                form.add(name, attributes.get("value", ""))
            elif "selected" in attributes or (not several and name not in form.fields):
                form.fields[name] = attributes.get("value", "")  # a list that shows one sends the first by itself
        elif tag == "button" and name:
            form.names.add(name)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.textarea:
            fields = self.forms[-1].fields
            fields[self.textarea] = re.sub(r"^\r?\n", "", fields[self.textarea] + data)


class PageForm:
    def __init__(self, attributes):
        self.action, self.method = attributes.get("action"), attributes.get("method", "get").lower()
        self.fields, self.names = {}, set()

    def add(self, name, value):
        if name in self.fields:
            there = self.fields[name]
            self.fields[name] = [*(there if isinstance(there, list) else [there]), value]
        else:
            self.fields[name] = value
