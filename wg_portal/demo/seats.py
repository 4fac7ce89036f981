"""Who sits in the demonstration: fifteen government seats, four civil society organisations, the secretariat.

People are roles. Eight seats are placeholders, so that nobody takes the list for the group's own.
"""

GOVERNMENTS = ("LT", "CA", "MN", "ES", "SE", "TZ", "US")
CHAIR = "CA"
PLACEHOLDERS = 8

ZONES = {
    "LT": "Europe/Vilnius",
    "CA": "America/Toronto",
    "MN": "Asia/Ulaanbaatar",
    "ES": "Europe/Madrid",
    "SE": "Europe/Stockholm",
    "TZ": "Africa/Dar_es_Salaam",
    "US": "America/New_York",
}

PLACEHOLDER_NAMES = {
    "en": "Government seat %d",
    "fr": "Siège gouvernemental %d",
    "es": "Puesto gubernamental %d",
    "ru": "Место правительства %d",
    "zh": "政府席位%d",
    "ar": "مقعد حكومي %d",
}

# code: (address, zone, language, names)
CIVIL_SOCIETY = {
    "N1": (
        "north",
        "Europe/Stockholm",
        "en",
        {
            "en": "Northern Legal Aid Network",
            "fr": "Réseau du Nord d’aide juridique",
            "es": "Red del Norte de Asistencia Jurídica",
            "ru": "Северная сеть правовой помощи",
            "zh": "北方法律援助网络",
            "ar": "شبكة الشمال للمساعدة القانونية",
        },
    ),
    "S1": (
        "south",
        "Africa/Tunis",
        "ar",
        {
            "en": "Southern Association Monitor",
            "fr": "Observatoire des associations du Sud",
            "es": "Observatorio de Asociaciones del Sur",
            "ru": "Южный мониторинг объединений",
            "zh": "南方结社观察",
            "ar": "مرصد الجمعيات الجنوبي",
        },
    ),
    "E1": (
        "east",
        "Asia/Almaty",
        "ru",
        {
            "en": "Eastern Civic Law Centre",
            "fr": "Centre de droit civique de l’Est",
            "es": "Centro de Derecho Cívico del Este",
            "ru": "Восточный центр гражданского права",
            "zh": "东方公民法律中心",
            "ar": "مركز الشرق للقانون المدني",
        },
    ),
    "W1": (
        "west",
        "America/El_Salvador",
        "es",
        {
            "en": "Western Forum of Organisations",
            "fr": "Forum des organisations de l’Ouest",
            "es": "Foro de Organizaciones del Oeste",
            "ru": "Западный форум организаций",
            "zh": "西方组织论坛",
            "ar": "منتدى منظمات الغرب",
        },
    ),
}

SECRETARIAT = {
    "en": "Secretariat",
    "fr": "Secrétariat",
    "es": "Secretaría",
    "ru": "Секретариат",
    "zh": "秘书处",
    "ar": "الأمانة",
}


def address(name):
    return f"{name}@demo.example"


def organisations():
    """(kind, code, name, names) of each."""
    for code in GOVERNMENTS:
        yield "government", code, code, {}
    for number in range(1, PLACEHOLDERS + 1):
        names = {language: pattern % number for language, pattern in PLACEHOLDER_NAMES.items()}
        yield "government", f"P{number}", names["en"], names
    for code, (_, _, _, names) in CIVIL_SOCIETY.items():
        yield "civil_society", code, names["en"], names
    yield "secretariat", "SEC", SECRETARIAT["en"], SECRETARIAT


def members():
    """(address, organisation code, position, zone, language, shown to) of each."""
    yield address("secretariat"), "SEC", "head", "Europe/Vilnius", "en", "everyone"
    for code in GOVERNMENTS:
        yield address(f"delegate.{code.lower()}"), code, "head", ZONES[code], "en", "everyone"
    yield address("colleague.lt"), "LT", "delegate", ZONES["LT"], "en", "everyone"
    for number in range(1, PLACEHOLDERS + 1):
        yield address(f"delegate.p{number}"), f"P{number}", "head", "UTC", "en", "everyone"
    for code, (name, zone, _language, _) in CIVIL_SOCIETY.items():
        yield address(f"representative.{name}"), code, "head", zone, "en", "everyone"
    yield address("atrisk.south"), "S1", "delegate", CIVIL_SOCIETY["S1"][1], "en", "nobody"
