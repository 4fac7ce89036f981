"""What the demonstration's members do together: a statement, a discussion, meetings. Nobody real has done any of it."""

from typing import Any

STATEMENT: dict[str, Any] = {
    "by": "delegate.ca",
    "ago": 4,
    "sign_in": 2.2,
    "law": ("SV", "Decreto Legislativo No. 308"),
    "title": "Joint statement on El Salvador’s Foreign Agents Law",
    "text": "The undersigned members of the Working Group *recall* that everyone has the right to freedom of association with "
    "others, as set out in article 22 of the International Covenant on Civil and Political Rights.\n\n"
    "They *recall further* the right to solicit, receive and utilize resources for the express purpose of promoting and "
    "protecting human rights through peaceful means, recognised in article 13 of the Declaration on Human Rights Defenders.\n\n"
    "They *note* that Legislative Decree No. 308 was adopted on 20 May 2025 without committee stage, and that it provides for "
    "a registry of foreign agents and for a tax of 30 per cent on transactions of foreign origin.\n\n"
    "They *invite* the authorities to publish the criteria for exemption for public consultation, and to leave any sanction to "
    "an independent court.\n\n"
    "They *stand ready* to share comparative advice.",
    "answers": [
        ("delegate.ca", "joins"),
        ("delegate.se", "joins"),
        ("delegate.es", "joins"),
        ("delegate.p1", "joins"),
        ("delegate.p4", "joins"),
        ("delegate.us", "ad_referendum"),
        ("delegate.p6", "aligns"),
        ("delegate.p7", "cannot"),
    ],
    "endorse": ["representative.west", "representative.north"],
}

EVENTS: list[dict[str, Any]] = [
    {
        "by": "secretariat",
        "in_days": 3,
        "at": "15:00",
        "hours": 0.75,
        "zone": "Europe/Vilnius",
        "kind": "meeting",
        "title": "Heads of delegation, weekly call",
        "place": "",
        "online_link": "https://meet.example/heads",
        "about": "Open items, in the order of their deadlines.",
        "agenda": [
            ("15:00", "Joint statement on El Salvador’s law", "Chair"),
            ("15:20", "Alert on Tunisia’s bill", "Secretariat"),
        ],
        "circles": ["governments", "secretariat"],
        "coming": ["delegate.ca", "delegate.se", "delegate.es"],
    },
    {
        "by": "secretariat",
        "in_days": 10,
        "at": "11:00",
        "hours": 3.5,
        "zone": "Europe/Vilnius",
        "kind": "seminar",
        "title": "Reading a foreign-agent bill article by article",
        "place": "Vilnius",
        "online_link": "https://meet.example/seminar",
        "capacity": 40,
        "interpretation": ["en", "fr", "ru"],
        "about": "A morning with the texts: what each article does, which norm it meets, and what to ask for.",
        "agenda": [
            ("11:00", "Registers: who is entered, by whom, with what review", "Northern Legal Aid Network"),
            ("12:15", "Pause", ""),
            ("12:45", "Taxes on foreign funding", "Western Forum of Organisations"),
            ("13:45", "What courts have said", "Eastern Civic Law Centre"),
        ],
        "circles": ["governments", "civil_society", "secretariat"],
        "coming": ["delegate.se", "representative.north", "representative.west", "delegate.mn", "delegate.p1"],
        "countries": ["SV", "RS"],
    },
    {
        "by": "delegate.ca",
        "in_days": 23,
        "at": "09:30",
        "hours": 2,
        "zone": "America/Toronto",
        "kind": "workshop",
        "title": "Advising parliaments before the second reading",
        "place": "Ottawa",
        "online_link": "https://meet.example/workshop",
        "capacity": 24,
        "about": "How comments reach a committee in time: three cases from the group’s records.",
        "agenda": [],
        "circles": ["governments", "civil_society", "secretariat"],
        "coming": ["delegate.us"],
        "countries": ["AO", "TR"],
    },
]

DISCUSSION: dict[str, Any] = {
    "by": "secretariat",
    "ago": 8,
    "title": "Which capitals can receive a technical comment at short notice?",
    "body": "Before the end of the year we would like a list of missions that can hand over a comment within two working days. "
    "Please answer for your delegation; embassies need not be named here.",
    "replies": [
        ("delegate.mn", 7, "en", "Two missions in the region, with one day’s notice.", None),
        ("delegate.p8", 6, "es", "Tres embajadas, previa consulta con la capital.", None),
        ("delegate.lt", 2, "en", "Lithuania: four, listed to the secretariat.", None),
    ],
}
