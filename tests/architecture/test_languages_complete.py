"""Every sentence is marked, extracted, and said in all six languages."""

import pytest

from tests.architecture.unmarked import in_code, in_template, unmarked
from wg_portal.core import catalogues
from wg_portal.core.catalogues import ROOT, TRANSLATED, BadTranslation, check, check_source

FEW = 12
"""A list longer than this says no more than its length."""


def none_of(lines, advice):
    """Fail with the advice and the first few lines, unless there are none."""
    lines = sorted(lines)
    if lines:
        rest = [f"... and {len(lines) - FEW} more"] if len(lines) > FEW else []
        pytest.fail("\n".join([advice, *lines[:FEW], *rest]), pytrace=False)


@pytest.fixture(scope="module")
def source():
    return catalogues.extract()


@pytest.fixture(scope="module", params=TRANSLATED)
def language(request):
    return request.param


def test_every_word_that_a_reader_sees_is_marked_for_translation():
    found = unmarked(ROOT)
    none_of(found, "put these through gettext:")


def test_no_sentence_breaks_by_a_bare_percent_sign(source):
    broken = []
    for message in catalogues.sentences(source).values():
        try:
            check_source(message)
        except BadTranslation as bad:
            broken.append(f"{bad}: {message.id}")
    none_of(broken, "a sentence that breaks its page:")


def test_the_catalogue_holds_what_the_code_says_and_no_more(source, language):
    kept = catalogues.read(language)
    wanted, has = set(catalogues.sentences(source)), set(catalogues.sentences(kept))
    new = [f"new: {one}" for _context, one, _many in wanted - has]
    gone = [f"gone: {one}" for _context, one, _many in has - wanted]
    gone += [f"obsolete: {message.id}" for message in kept.obsolete.values()]
    none_of(new + gone, "run python -m wg_portal.core.catalogues update:")


def test_nothing_is_left_untranslated_or_fuzzy(language):
    left = [message for message in catalogues.sentences(catalogues.read(language)).values()]
    left = [str(message.id) for message in left if catalogues.untranslated(message)]
    none_of(left, f"{language}: see python -m wg_portal.core.catalogues missing {language}:")


def test_translations_keep_placeholders_tags_and_plural_forms(language):
    wrong = []
    for message in catalogues.sentences(catalogues.read(language)).values():
        if catalogues.untranslated(message):
            continue
        try:
            check(message, message.string, language)
        except BadTranslation as bad:
            wrong.append(f"{bad}: {message.id} -> {message.string}")
    none_of(wrong, f"{language}: mend these translations:")


def test_the_plural_rule_in_the_file_is_the_one_its_forms_were_written_for(language):
    text = catalogues.path_of(language).read_text("utf-8").split("\n\n")[0].replace('"\n"', "")
    rule = catalogues.get_plural(catalogues.locale_name(language))
    assert f"Plural-Forms: nplurals={rule.num_plurals}; plural={rule.plural_expr};" in text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<h1>Today</h1>", ["Today"]),
        ("<p>\n\n{{ _('Today') }} and tomorrow</p>", ["and tomorrow"]),
        ('<a href="/" title="Go home">{{ _("Home") }}</a>', ["Go home"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ("{{ button('Send it') }}", ["Send it"]),
        ("{% if a %}<p>{% trans %}Yes{% endtrans %}</p>{% else %}No{% endif %}", ["No"]),
        ("<p>&copy; {{ year }} بيان</p>", ["© بيان"]),
    ],
)
def test_the_scanner_sees_bare_words_in_a_template(template, words):
    assert [found for _line, found in in_template(template)] == words


@pytest.mark.parametrize(
    "template",
    [
        "<title>{{ _('Today') }} · wg-portal</title>",
        "<p>{% trans count=n %}{{ count }} reply{% pluralize %}{{ count }} replies{% endtrans %}</p>",
        "{# A remark for those who build. #}<p>{{ name }}</p>",
        '<p class="aud{% if a %} wide{% endif %}" data-kind="x">{{ tlp(marking) }} TLP:AMBER+STRICT</p>',
        '<kbd>g t</kbd> <bdi lang="ar">العربية</bdi> 16:00 UTC · 12',
        "{{ button(_('Send it'), class='btn sm', value='RED') }}",
        "{{ _('Send') if field.type == 'StringField' }}",
        '<input type="hidden" value="narrow"><button name="to" value="all">{{ _("Send") }}</button>',
    ],
)
def test_the_scanner_passes_what_is_marked_or_the_same_everywhere(template):
    assert in_template(template) == []


def test_the_scanner_sees_bare_words_in_letters_without_html():
    assert in_template("{{ _('Something waits.') }}\nSign in soon", html=False) == [(2, "Sign in soon")]


@pytest.mark.parametrize(
    "code",
    [
        'title = StringField("Title", [Length(max=200)])',
        'kind = RadioField(_l("Kind"), choices=[("a", "Alert")])',
        'body = words("What happened")',
        'checks = [InputRequired("Write something.")]',
        'checks = [Length(max=9, message=f"{n} at most")]',
        'raise Refusal("This is over.", field="body")',
        'flash("Saved")',
        'REASON = "Only heads answer for a delegation."',
        'flash(_("Saved") + " today")',
    ],
)
def test_the_scanner_sees_bare_words_in_code(code):
    assert in_code(code)


@pytest.mark.parametrize(
    "code",
    [
        'def act():\n    """Say what it does."""',
        'title = StringField(_l("Title"), [Length(max=200, message=_l("Keep this short."))])',
        'place = HiddenField("place")',
        'raise Refusal(_("This is over."), field="body")',
        'flash(ngettext("%(num)s file", "%(num)s files", n), "done")',
        'return redirect(url_for("briefs.show", public_id=name))',
        'NAME = "brief.published"',
    ],
)
def test_the_scanner_passes_code_that_speaks_through_gettext(code):
    assert in_code(code) == []
