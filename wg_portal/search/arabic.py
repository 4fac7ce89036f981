"""Arabic words for the index: letters written in several ways made one, clitics and endings taken off.

A light stemmer: it takes off what is written on to a word (and, the, for, their) and the regular endings,
and knows by heart the broken plurals of our field, which no rule finds.
"""

import re
from collections.abc import Iterator

_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_LETTERS = str.maketrans("أإآٱىئؤةکی", "ااااييوهكي")
_ARTICLES = ("وبال", "وكال", "فبال", "وال", "بال", "كال", "فال", "ولل", "فلل", "لل", "ال")
_PRONOUNS = ("هما", "كما", "هم", "هن", "كم", "نا")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_CLITICS = "بلكف"

# Broken plurals, folded, and their singulars.
_BY_HEART = (
    "قوانين:قانون حقوق:حق قيود:قيد احكام:حكم دول:دوله تدابير:تدبير شركاء:شريك انظمه:نظام لوايح:لايحه "
    "مراسيم:مرسوم مواد:ماده افراد:فرد مشاريع:مشروع قواعد:قاعده اسباب:سبب اموال:مال احزاب:حزب اعضاء:عضو "
    "اطراف:طرف تقارير:تقرير قرارات:قرار بنود:بند عقود:عقد شروط:شرط مصالح:مصلحه محاكم:محكمه مجالس:مجلس "
    "رسوم:رسم ضرايب:ضريبه مصادر:مصدر موارد:مورد اجراءات:اجراء فروع:فرع مكاتب:مكتب وزراء:وزير سفراء:سفير "
    "خبراء:خبير مندوبون:مندوب شعوب:شعب نساء:امراه اطفال:طفل صحف:صحيفه تراخيص:ترخيص جرايم:جريمه "
    "عقوبات:عقوبه نصوص:نص فصول:فصل معايير:معيار مبادي:مبدا صكوك:صك وثايق:وثيقه انشطه:نشاط اجانب:اجنبي"
)
_PLURALS = dict(pair.split(":") for pair in _BY_HEART.split())


def fold(word: str) -> str:
    """One spelling: no vowel marks or tatweel, one alef, one yeh, no ta marbuta, no hamza on a seat."""
    return _MARKS.sub("", word).translate(_LETTERS)


def stems(word: str, asked: bool) -> Iterator[str]:
    """The stems of a folded word. A text's word is also read with a one-letter preposition on it.

    A word asked for is not: taking the first letter off "book" would find "repent".
    """
    bare = _without_article(word)
    yield from _read(bare)
    if not asked and bare == word and word[0] in _CLITICS and len(word) >= 4:
        yield word[1:]
        yield from _read(word[1:])
    if not asked and bare != word and bare[0] in _CLITICS and word[0] == "و" and len(bare) >= 5:
        yield bare[1:]
        yield from _read(bare[1:])


def _read(word: str) -> Iterator[str]:
    """The stem of a word without its article, by its singular where the plural is a broken one."""
    yield word
    own = _without_pronoun(word)
    yield _without_endings(_PLURALS.get(own, _PLURALS.get(word, own)))
    if own != word:  # "our" and "their" may as well be the end of the word itself
        yield _without_endings(word)


def _without_article(word: str) -> str:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 2:
            return word[len(article) :]
    return word[1:] if word[0] == "و" and len(word) >= 4 else word


def _without_pronoun(word: str) -> str:
    for pronoun in _PRONOUNS:
        if word.endswith(pronoun) and len(word) - len(pronoun) >= 3:
            return word[: -len(pronoun)]
    return word


def _without_endings(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            word = word[: -len(ending)]
    return word
