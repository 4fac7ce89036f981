"""The sentences of the portal and their translations: `python -m wg_portal.core.catalogues --help`.

English is the source and stands in the code. A sentence that changes is a new one, to be translated afresh:
nothing is matched by likeness, and what is no longer said is dropped.
"""

import argparse
import json
import re
import sys
from functools import cache
from gettext import c2py
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from wg_portal.core.languages import LANGUAGES, SOURCE, locale_name

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "wg_portal" / "translations"
TRANSLATED = tuple(code for code in LANGUAGES if code != SOURCE)
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
    "_lp": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
_TAG = re.compile(r"</?\w[^>]*>")
# What tools write about themselves and the hour: nobody reads it, and it would change with every update.
_CHATTER = re.compile(
    rb'^"(Project|POT-Creation|PO-Revision|Report|Last-Translator|Language-Team|Generated)[^:]*: .*\n', re.M
)


class BadTranslation(ValueError):
    """A translation that would break a page or say less than its source; its text says how."""


def extract(root=ROOT):
    """The catalogue of every sentence in the code and the templates, in memory."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog(fuzzy=False)
    found = extract_from_dir(
        root,
        methods,
        options,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        directory_filter=lambda path: Path(path).resolve().relative_to(root).parts[0] in ("wg_portal", "templates"),
    )
    for path, _line, message, comments, context in found:
        catalogue.add(message, None, [(path, 0)], auto_comments=comments, context=context)
    return catalogue


def path_of(language, folder=FOLDER):
    return folder / locale_name(language) / "LC_MESSAGES" / "messages.po"


def read(language, folder=FOLDER):
    """The catalogue of a language as it is kept; an empty one where there is none yet."""
    path = path_of(language, folder)
    if not path.exists():
        return Catalog(locale=locale_name(language), fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale_name(language), abort_invalid=True)


def write(catalogue, path):
    """Sorted, without line numbers and dates: a diff shows the sentences that changed and nothing else."""
    catalogue.header_comment = "# Sentences of wg-portal: python -m wg_portal.core.catalogues"
    catalogue.fuzzy = False
    file = BytesIO()
    write_po(file, catalogue, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_CHATTER.sub(b"", file.getvalue()))


def update(language, source, folder=FOLDER):
    """Bring a language's catalogue to the sentences of `source`; translations of what stayed are kept."""
    catalogue = read(language, folder)
    catalogue.update(source, no_fuzzy_matching=True, update_creation_date=False)
    write(catalogue, path_of(language, folder))


def key(message):
    """What tells two sentences apart: (context, singular, plural)."""
    return (message.context, *(message.id if message.pluralizable else (message.id, None)))


def sentences(catalogue):
    """{key: message} without the header."""
    return {key(message): message for message in catalogue if message.id}


def untranslated(message):
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return message.fuzzy or not all(forms)


@cache
def plural_numbers(language):
    """For each plural form of a language, in order, the numbers up to 200 that take it."""
    plural = get_plural(locale_name(language))
    form_of = c2py(plural.plural_expr)
    return tuple(tuple(n for n in range(201) if form_of(n) == form) for form in range(plural.num_plurals))


def check_source(message):
    """BadTranslation for a sentence that no translation can save."""
    for text in message.id if message.pluralizable else (message.id,):
        _check_percents(text)


def check(message, translation, language):
    """BadTranslation unless `translation` (a text, or a list of plural forms) can stand for the message."""
    if not message.pluralizable:
        if not isinstance(translation, str):
            raise BadTranslation("one text is wanted, not several")
        _check_text(message.id, translation, _placeholders(message.id))
        return
    numbers = plural_numbers(language)
    if isinstance(translation, str) or len(translation) != len(numbers):
        raise BadTranslation(f"{len(numbers)} plural forms are wanted")
    wanted = _placeholders(" ".join(message.id))
    for text, takes in zip(translation, numbers, strict=True):
        # "Two days" may say its number in a word, where the form is for that number alone.
        _check_text(message.id[1], text, wanted, may_lack=1 if len(takes) == 1 else 0)


def _check_text(source, text, wanted, may_lack=0):
    if not isinstance(text, str) or not text.strip():
        raise BadTranslation("nothing is written")
    _check_percents(text)
    has = _placeholders(text)
    if has - wanted:
        raise BadTranslation(f"not in the source: {', '.join(sorted(has - wanted))}")
    if len(wanted - has) > may_lack:
        raise BadTranslation(f"left out: {', '.join(sorted(wanted - has))}")
    if sorted(_TAG.findall(source)) != sorted(_TAG.findall(text)):
        raise BadTranslation("its tags are not those of the source")
    if source[:1].isspace() != text[:1].isspace() or source[-1:].isspace() != text[-1:].isspace():
        raise BadTranslation("the space at its ends is not that of the source")


def _check_percents(text):
    if "%" in _PLACEHOLDER.sub("", text).replace("%%", ""):
        raise BadTranslation("a bare % breaks the page: write %% or %(name)s")


def _placeholders(text):
    return set(_PLACEHOLDER.findall(text))


def missing(language, source, folder=FOLDER):
    """What is left to translate, ready to be filled in: {language, numbers, entries}.

    `numbers`: for each plural form in order, some numbers that take it. `translation`: a text, or one a form.
    """
    numbers = plural_numbers(language)
    known = sentences(read(language, folder))
    entries = []
    for name, message in sorted(sentences(source).items(), key=lambda item: [part or "" for part in item[0]]):
        if name in known and not untranslated(known[name]):
            continue
        context, singular, plural = name
        entry = {"id": singular, "translation": [""] * len(numbers) if plural else ""}
        entry |= {"plural": plural} if plural else {}
        entry |= {"context": context} if context else {}
        entry |= {"comment": " ".join(message.auto_comments)} if message.auto_comments else {}
        entries.append(entry | {"where": sorted({path for path, _line in message.locations})})
    return {"language": language, "numbers": [list(some[:5]) for some in numbers], "entries": entries}


def fill(language, entries, source, folder=FOLDER):
    """Write translations, in entries as `missing` gives them. Returns what was refused: [(id, reason)]."""
    update(language, source, folder)
    catalogue = read(language, folder)
    refused = []
    for entry in entries:
        message = catalogue.get(entry["id"], entry.get("context"))
        try:
            if message is None:
                raise BadTranslation("no such sentence in the portal")
            check(message, entry["translation"], language)
        except BadTranslation as bad:
            refused.append((entry["id"], str(bad)))
            continue
        text = entry["translation"]
        message.string = text if isinstance(text, str) else tuple(text)
        message.flags.discard("fuzzy")
    write(catalogue, path_of(language, folder))
    return refused


def compile_catalogue(language, folder=FOLDER):
    """The .mo file beside the catalogue, which is what the running portal reads."""
    with path_of(language, folder).with_suffix(".mo").open("wb") as file:
        write_mo(file, read(language, folder))


def code_of(text):
    """'zh' for 'zh' and 'zh_Hans' alike."""
    code = {locale_name(code): code for code in TRANSLATED}.get(text, text)
    if code not in TRANSLATED:
        raise argparse.ArgumentTypeError(f"{text} is not one of {', '.join(TRANSLATED)}")
    return code


def main(arguments=None):
    """Run one command; the number of refusals decides the exit."""
    parser = argparse.ArgumentParser(prog="python -m wg_portal.core.catalogues")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract", help="write every sentence to messages.pot, to look at")
    commands.add_parser("update", help="bring the catalogues to the sentences of the code")
    commands.add_parser("compile", help="make the .mo files")
    ask = commands.add_parser("missing", help="print what is left to translate, as JSON")
    ask.add_argument("language", type=code_of)
    give = commands.add_parser("fill", help="write translations from such a JSON file")
    give.add_argument("file", type=Path)
    give.add_argument("language", type=code_of)
    wish = parser.parse_args(arguments)

    if wish.command == "extract":
        write(extract(), FOLDER / "messages.pot")
    elif wish.command == "update":
        source = extract()
        for language in TRANSLATED:
            update(language, source)
    elif wish.command == "compile":
        for language in TRANSLATED:
            compile_catalogue(language)
    elif wish.command == "missing":
        json.dump(missing(wish.language, extract()), sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        given = json.loads(wish.file.read_text("utf-8"))
        refused = fill(wish.language, given["entries"] if isinstance(given, dict) else given, extract())
        for sentence, reason in refused:
            print(f"{reason}: {sentence}", file=sys.stderr)
        return bool(refused)
    return 0


if __name__ == "__main__":
    sys.exit(main())
