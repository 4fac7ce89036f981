"""What the demonstration's members wrote. Facts are those of the laws' records; nobody real has said any of it."""

from typing import Any

# Each: who, days ago, language, kind, law (jurisdiction, identifier or title), audience, title, asked, days to act, body.
BRIEFS: list[dict[str, Any]] = [
    {
        "by": "representative.north",
        "ago": 6,
        "language": "en",
        "kind": "brief",
        "law": ("ET", "Draft amendment to Proclamation 1113/2019"),
        "title": "Ethiopia: suspension on suspicion, before the draft reaches the Council",
        "asked": "1. Ask in Addis Ababa, before the Council takes it up, for the draft to be published for comment.\n"
        "2. Ask for suspension to be left to a court.\n"
        "3. Tell the secretariat who can receive a technical comment this month.",
        "act_in": 12,
        "body": "The Ministry of Justice draft of July 2025 would amend the proclamation of 2019, which had itself "
        "repealed the ten-per-cent rule on foreign income of 2009. Two points matter most.\n\n"
        "## What would change\n\n"
        "- **Suspension.** The regulator could suspend an organisation on suspicion alone. The law of 2019 allows "
        "court appeals; the draft does not say whether an appeal would stay the suspension.\n"
        "- **Advocacy.** Foreign organisations would be barred from political advocacy, voter education and election "
        "observation.\n\n"
        "## Why now\n\n"
        "The reform of 2019 is the text that others in the region cite when they ask for an enabling law. If it is "
        "turned back, that example goes with it.\n\n"
        "## The test\n\n"
        "Article 22(2) of the Covenant closes the list of aims. *Suspicion* is not prescribed by law in a form that "
        "lets an organisation foresee what would bring a suspension about.",
    },
    {
        "by": "representative.south",
        "ago": 2,
        "language": "ar",
        "kind": "alert",
        "attribution": "organisation",
        "law": ("TN", "Bill No. 027/2023"),
        "title": "تونس: مشروع قانون الجمعيات يعيد الترخيص المسبق",
        "asked": "نطلب من الحكومات أن تسأل عن موعد عرض المشروع على اللجنة قبل نهاية الشهر، وأن تذكّر بالمادة 22 من العهد.",
        "act_in": 3,
        "body": "يرمي مشروع القانون عدد 027/2023، المقدَّم في 10 أكتوبر 2023 من نوّاب، إلى تعويض المرسوم عدد 88 لسنة 2011.\n\n"
        "- يعيد **الترخيص** شرطًا لتأسيس الجمعيات بدل التصريح.\n"
        "- يشترط **موافقة مسبقة** على كل تمويل أجنبي.\n\n"
        "*Two lines in English:* the members’ bill would bring back authorisation for associations and prior approval of "
        "foreign funding. We ask governments to ask when the committee will take it up.",
    },
    {
        "by": "representative.west",
        "ago": 5,
        "language": "es",
        "kind": "brief",
        "law": ("SV", "Decreto Legislativo No. 308"),
        "title": "El Salvador: el impuesto del 30 % y el registro de agentes extranjeros",
        "asked": "1. Sumarse a la declaración conjunta antes de la fecha límite.\n"
        "2. Preguntar por los criterios de exención del impuesto.\n"
        "3. Mantener los fondos pequeños abiertos a quienes no se registren.",
        "act_in": 9,
        "body": "La Ley de Agentes Extranjeros se aprobó el 20 de mayo de 2025 sin pasar por comisión y está en vigor desde "
        "el 7 de junio de 2025.\n\n"
        "- Crea un **registro** de agentes extranjeros; el plazo de inscripción se cerró el 4 de septiembre de 2025.\n"
        "- Grava con un **30 %** las transacciones de origen extranjero.\n\n"
        "## Qué observamos\n\n"
        "Un impuesto de esa cuantía opera como una prohibición para las organizaciones que viven de donaciones. El "
        "artículo 13 de la Declaración sobre los Defensores reconoce el derecho a solicitar, recibir y utilizar recursos.",
    },
    {
        "by": "representative.east",
        "ago": 9,
        "language": "ru",
        "kind": "lessons",
        "law": ("BA", "Official Gazette of RS 19/25"),
        "title": "Как был отменён закон об «иностранных агентах» в Республике Сербской: уроки",
        "asked": "",
        "act_in": None,
        "body": "Закон энтитета был принят 27 февраля 2025 года. 29 мая 2025 года Конституционный суд Боснии и Герцеговины "
        "отменил его с самого начала (решение U-6/25) и отметил, что по содержанию он почти дословно повторяет "
        "российский закон.\n\n"
        "## Что помогло\n\n"
        "1. Сопоставление статей с иностранным образцом было готово **до** рассмотрения дела.\n"
        "2. Дипломатические представительства задавали один и тот же вопрос: какую цель из закрытого перечня преследует реестр?\n"
        "3. Организации не раскрывали источники там, где это создавало риск репрессий.",
    },
    {
        "by": "representative.west",
        "ago": 12,
        "language": "fr",
        "kind": "legal_analysis",
        "law": ("AO", "Decreto Presidencial n.º 214/24 of 18 October 2024"),
        "title": "Angola : un organe de contrôle créé par décret, après l’annulation de 2017",
        "asked": "Signaler au secrétariat toute occasion d’évoquer le texte à Luanda au cours du trimestre.",
        "act_in": 20,
        "body": "Le décret présidentiel n.º 214/24 du 18 octobre 2024 crée l’Institut de supervision des activités "
        "communautaires. En 2017, le décret n.º 74/15 avait été déclaré inconstitutionnel : seul le Parlement peut "
        "légiférer sur la liberté d’association.\n\n"
        "## La question\n\n"
        "La même voie est reprise. La restriction est-elle *prévue par la loi* au sens de l’article 22 du Pacte, "
        "lorsque la loi est un décret ?",
    },
    {
        "by": "delegate.p3",
        "ago": 4,
        "language": "zh",
        "kind": "brief",
        "law": ("RS", "Bill on a Special Register of Agents of Foreign Influence"),
        "title": "塞尔维亚“外国影响代理人特别登记册”法案:下一步可能的时间表",
        "asked": "请各代表团在贝尔格莱德询问该法案是否列入委员会议程。",
        "act_in": 16,
        "body": "该法案于2024年11月29日提交,由执政联盟中的一个政党提出,以外国代理人法为蓝本。\n\n"
        "- 目前阶段:**已提交**。\n- 尚未公布审议日期。\n\n"
        "《公民权利和政治权利国际公约》第二十二条第二款所列目的是封闭的;“影响”不在其中。",
    },
    {
        "by": "representative.north",
        "ago": 3,
        "language": "en",
        "kind": "brief",
        "law": ("TZ", "Act No. 8 of 2019"),
        "without": ["TZ"],
        "title": "The registrar’s powers after the 2019 amendments: what members can ask",
        "asked": "Raise, in Geneva and not yet in the capital, how evaluations by the registrar are reviewed.",
        "act_in": 25,
        "body": "The amendments of 2019 widened the registrar’s powers to suspend and to evaluate organisations, and made "
        "some companies register anew. They passed with little time for comment.\n\n"
        "This brief leaves the delegation concerned out, so that members can prepare questions first.",
    },
    {
        "by": "delegate.lt",
        "ago": 1,
        "language": "en",
        "kind": "brief",
        "own": True,
        "law": ("SV", "Decreto Legislativo No. 308"),
        "title": "For our own use: line to take on the tax",
        "asked": "",
        "act_in": None,
        "body": "Join the statement; do not lead on the tax question. The embassy accredited to San Salvador confirms by Friday.",
    },
]

# Replies under a brief, by its law's jurisdiction: (who, days ago, language, text, replies to).
REPLIES: dict[str, list] = {
    "ET": [
        (
            "delegate.se",
            5.6,
            "en",
            "Our embassy was told that comments are welcome in writing. Which article sets out the suspension? We would like to ask precisely.",
            None,
        ),
        (
            "representative.north",
            5.2,
            "en",
            "The draft puts it with the regulator’s powers, without a time limit. That is the question to put: *how long, and who reviews it?*",
            0,
        ),
        ("delegate.ca", 5.0, "en", "Thank you. Canada can raise both points together with Sweden.", 1),
        (
            "representative.south",
            3.1,
            "ar",
            "تجربتنا في تونس مشابهة: حين يكفي الاشتباه للتعليق، تتوقف المنظمات الصغيرة عن العمل قبل صدور أي قرار. نقترح طلب نشر المعايير للتشاور العام.",
            None,
        ),
        ("delegate.mn", 1.2, "en", "We support this. It can go into the talking points without a new text.", 3),
        (
            "colleague.lt",
            0.3,
            "en",
            "Vilnius asks whether a joint démarche is planned for the first week of December, or parallel ones.",
            None,
        ),
    ],
    "SV": [
        (
            "delegate.es",
            4.5,
            "es",
            "España puede preguntar por los criterios de exención; proponemos coordinar la fecha con los demás.",
            None,
        ),
        ("delegate.us", 4.1, "en", "Agreed. The exemptions decide in practice who can go on working.", 0),
        (
            "delegate.p5",
            2.2,
            "fr",
            "Nous attendons les instructions de la capitale et répondrons avant l’échéance.",
            None,
        ),
        (
            "representative.west",
            0.6,
            "es",
            "Gracias. El plazo de inscripción cerró el 4 de septiembre; las primeras multas se esperan este mes.",
            1,
        ),
    ],
    "TN": [
        ("delegate.p2", 1.6, "fr", "Notre ambassade à Tunis posera la question cette semaine.", None),
        ("delegate.lt", 1.1, "en", "Lithuania will ask in parallel. Is there a date for the committee?", None),
        ("representative.south", 0.4, "ar", "لا يوجد موعد معلن حتى الآن. سنخبركم فور الإعلان.", 1),
    ],
    "RS": [
        ("delegate.se", 3.0, "en", "The item is not on the published agenda of this week.", None),
        ("delegate.p3", 2.5, "zh", "谢谢。我们将继续关注委员会议程。", 0),
    ],
}
