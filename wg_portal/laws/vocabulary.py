"""The words of law records: codes as stored and imported, and what they are called in the language of the page.

Codes never change once stored; words may. Orders are the ones pages show.
"""

from functools import cache

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from wg_portal.core import languages

STAGES = {
    "rumoured": _l("Rumoured"),
    "drafted": _l("Drafted"),
    "tabled": _l("Tabled"),
    "in_committee": _l("In committee"),
    "adopted": _l("Adopted"),
    "vetoed": _l("Vetoed"),
    "promulgated": _l("Promulgated"),
    "in_force": _l("In force"),
    "suspended": _l("Suspended"),
    "amended": _l("Amended"),
    "lapsed": _l("Lapsed"),
    "shelved": _l("Shelved"),
    "withdrawn": _lp("law", "Withdrawn"),
    "struck_down": _l("Struck down"),
    "repealed": _l("Repealed"),
}

# How other collections name the same stages.
STAGE_ALIASES = {
    "draft": "drafted",
    "committee": "in_committee",
    "rumored": "rumoured",
    "enacted": "promulgated",
}

# Restrictions that are over, or never came: shown as good news, never as a credit.
ENDED = {"lapsed", "shelved", "withdrawn", "struck_down", "repealed"}

BARRIERS = {
    "entry": _l("Entry"),
    "operational_activity": _l("Operational activity"),
    "speech_advocacy": _l("Speech and advocacy"),
    "communication_contact": _l("Contact and communication"),
    "assembly": _l("Assembly"),
    "resources": _l("Resources"),
}

PRINCIPLES = {
    "right_entry": _l("Right to entry"),
    "right_operate": _l("Right to operate free from unwarranted state interference"),
    "right_expression": _l("Right to free expression"),
    "right_communication": _l("Right to communication and cooperation"),
    "right_assembly": _l("Right to peaceful assembly"),
    "right_resources": _l("Right to seek and secure resources"),
    "state_duty_protect": _l("State duty to protect"),
}

EFFECTS = {"restrictive": _l("Restrictive"), "enabling": _l("Enabling"), "mixed": _l("Mixed")}

CONFIDENCES = {"high": _l("High"), "medium": _l("Medium"), "low": _l("Low")}

NORM_KINDS = {
    "treaty": _l("Treaty"),
    "declaration": _l("Declaration"),
    "resolution": _l("Resolution"),
    "general_comment": _l("General comment"),
    "case": _l("Case"),
    "report": _l("Report"),
    "political_commitment": _l("Political commitment"),
    "standard": _l("Standard"),
    "soft_law": _l("Soft law"),
    "procedure": _lp("kind of norm", "Procedure"),
}


def stage_label(code):
    return str(STAGES.get(code, code))


# Codes of the list of territories that stand for no place with laws of its own.
NO_PLACES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@cache
def country_codes():
    """The two-letter codes that a law can belong to: states, and territories that make laws, such as HK."""
    territories = languages.locale("en").territories
    places = {code for code in territories if len(code) == 2 and code.isalpha()} - NO_PLACES
    return frozenset(places | {code for code, _name in languages.countries("en")})


@cache
def country_choices(language):
    """(code, name) of all of them, in the alphabetical order of the language."""
    codes = languages.order_countries(country_codes(), language)
    return tuple((code, languages.country_name(code, language)) for code in codes)


@cache
def country_names_in_english():
    return frozenset(name.casefold() for _code, name in country_choices("en"))


def language_of(text, jurisdiction=""):
    """The language of an original title, told from its script; '' where the script does not tell."""
    scripts = [script_of(letter) for letter in text if letter.isalpha()]
    if not scripts:
        return ""
    most = max(set(scripts), key=scripts.count)
    if most == "arabic":
        return {"IR": "fa", "AF": "fa", "PK": "ur"}.get(jurisdiction, "ar")
    if most == "cyrillic":
        return {"BG": "bg", "MK": "mk", "MN": "mn", "RS": "sr", "UA": "uk"}.get(jurisdiction, "ru")
    if most == "han":
        return "zh"
    return LATIN_LANGUAGES.get(jurisdiction, "") if most == "latin" else ""


# Where titles in Latin letters are in one of the six languages; elsewhere the script does not tell.
SPANISH = "AR,BO,CL,CO,CR,CU,DO,EC,ES,GQ,GT,HN,MX,NI,PA,PE,PY,SV,UY,VE"
FRENCH = "BF,BI,BJ,CD,CF,CG,CI,CM,DZ,FR,GA,GN,MA,MC,ML,NE,SN,TD,TG,TN"
LATIN_LANGUAGES = {code: language for language, codes in (("es", SPANISH), ("fr", FRENCH)) for code in codes.split(",")}


def script_of(letter):
    code = ord(letter)
    if 0x600 <= code <= 0x77F or 0x8A0 <= code <= 0x8FF or 0xFB50 <= code <= 0xFEFF:
        return "arabic"
    if 0x400 <= code <= 0x52F:
        return "cyrillic"
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x323AF:
        return "han"
    return "latin" if code < 0x250 or 0x1E00 <= code <= 0x1EFF else "other"
