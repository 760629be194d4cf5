"""The demo's ideas in the challenge "Tell us once"."""

from decimal import Decimal

from ideahub.conversation.models import ContributionKind as K
from ideahub.demo.shapes import (
    DemoContribution,
    DemoDecision,
    DemoExperiment,
    DemoIdea,
    DemoPledge,
    DemoReply,
)
from ideahub.ideas.models import InnovationType as T
from ideahub.sponsorship.models import PledgeKind as P

ONE_FORM = (
    "After a birth the hospital asks twelve questions, once. With the parents' consent the answers "
    "go to the registry, the family fund, the tax office and the health insurer. The parents get "
    "**one letter** that says what was sent to whom."
)

IDEAS = (
    DemoIdea(
        "once",
        "mira",
        96,
        "One birth, one form",
        ONE_FORM,
        "I type the same names into four systems, eleven times a day. Parents stand in my queue with "
        "a newborn on their arm.",
        ("families", "consent"),
        88,
        T.SERVICE,
        contributions=(
            DemoContribution(
                K.BUILD,
                "ada",
                "Yes, and print the letter in plain language, with a line to tick if something is "
                "wrong. At my counter half of the questions are about letters.",
                thanks=12,
                adopted=ONE_FORM
                + " It is written in plain language and has a line to tick if something is wrong.",
            ),
            DemoContribution(
                K.CONCERN,
                "farid",
                "Yes, if parents can say no to a single office without losing the rest.",
                "Four boxes instead of one signature.",
                thanks=9,
                replies=(DemoReply("mira", "Four boxes are in the prototype since last week."),),
            ),
            DemoContribution(
                K.EVIDENCE,
                "deniz",
                "On our ward the average stay is 2.4 days. The twelve questions fit into the "
                "paperwork that we do anyway.",
                thanks=8,
            ),
        ),
        pledges=(
            DemoPledge(
                "henrik",
                P.MONEY,
                "A service team of five for six months",
                Decimal(180000),
                "The data protection officer sits in the team, not behind it.",
                150,
            ),
            DemoPledge(
                "henrik",
                P.ACCESS,
                "The registry's test system, with a person to call",
                days=120,
                kept="The team works in the test system since the first week.",
            ),
        ),
        decisions=(
            DemoDecision(
                "jonas", "advance", "The strongest problem statement of the whole challenge."
            ),
            DemoDecision("jonas", "advance", "Money, access and consent are settled."),
            DemoDecision(
                "jonas", "advance", "Hypothesis and measure are agreed with the hospital."
            ),
            DemoDecision(
                "jonas",
                "advance",
                "Five readings in a row under the target. On to two more hospitals.",
            ),
        ),
        experiment=DemoExperiment(
            "mira",
            "If the hospital asks once, parents will need less than 20 minutes for all offices.",
            "Every second birth at Lindenau hospital; parents keep a small diary.",
            "Minutes that parents spend on forms",
            "min",
            Decimal(143),
            Decimal(20),
            False,
            "Stop at the first case in which data reach an office without consent.",
            (
                (58, "96", "Paper prototype"),
                (51, "61", ""),
                (44, "38", "First week with the tablet"),
                (30, "22", ""),
                (16, "17", "Plain-language letter added"),
                (5, "16", ""),
            ),
            "Parents needed 17 minutes instead of 143; 9 in 10 ticked all four boxes.",
        ),
    ),
    DemoIdea(
        "once",
        "ada",
        110,
        "Moving house: the registry tells the others",
        "Whoever registers a new address may tick who else should know: tax office, vehicle "
        "registration, library, waste collection. The registry sends it on the same day.",
        "People come to my counter three times for one move.",
        ("moving", "consent"),
        74,
        T.SERVICE,
        contributions=(
            DemoContribution(
                K.BUILD,
                "elena",
                "Yes, and ask the energy supplier and the bank to join: those are the letters that "
                "one forgets.",
                thanks=5,
                adopted="Whoever registers a new address may tick who else should know: tax office, "
                "vehicle registration, library, waste collection, and, where they join, energy "
                "suppliers and banks. The registry sends it on the same day.",
            ),
            DemoContribution(
                K.CONCERN,
                "mira",
                "Yes, if a wrong address can be called back before it spreads.",
                "A delay of two hours in which the citizen can correct it online.",
                thanks=6,
            ),
        ),
        pledges=(
            DemoPledge(
                "henrik",
                P.MANDATE,
                "The registration law allows it as a trial in two cities; I sign the order",
                days=90,
                kept="The order is signed and published.",
            ),
            DemoPledge("greta", P.HOURS, "Two developers of the city for a quarter", Decimal(320)),
        ),
        decisions=(
            DemoDecision("jonas", "advance", "Two cities want it."),
            DemoDecision("jonas", "advance", "The order makes it lawful."),
            DemoDecision("jonas", "advance", "The test data are ready."),
            DemoDecision("jonas", "advance", "It works for the library and the waste collection."),
            DemoDecision(
                "jonas",
                "advance",
                "1,204 moves without a single complaint. It becomes the normal way in both cities.",
            ),
        ),
        experiment=DemoExperiment(
            "ada",
            "If the registry passes the address on, people come once instead of three times.",
            "All moves within Lindenau for eight weeks.",
            "Visits to an office for one move",
            "visits",
            Decimal("2.9"),
            Decimal("1.2"),
            False,
            "Stop if more than one address in a thousand is wrong.",
            (
                (80, "2.4", ""),
                (66, "1.7", "Library joined"),
                (52, "1.3", ""),
                (38, "1.1", "Waste collection joined"),
                (24, "1.1", ""),
            ),
            "1.1 visits instead of 2.9; 4,100 hours of waiting saved in eight weeks.",
        ),
    ),
    DemoIdea(
        "once",
        "farid",
        84,
        "Students prove their status once a year, not once a month",
        "The university confirms to transport, library and student fund at the start of the term. "
        "Nobody uploads a certificate any more.",
        "I have uploaded the same sheet of paper nineteen times.",
        ("students",),
        46,
        T.PROCESS,
        contributions=(
            DemoContribution(
                K.BUILD,
                "mira",
                "Yes, and begin with the transport pass: one interface, 14,000 students.",
                thanks=4,
                adopted="The university confirms to the transport company, and later to library and "
                "student fund, at the start of the term. Nobody uploads a certificate any more. We "
                "begin with the **transport pass**: one interface, 14,000 students.",
            ),
        ),
        pledges=(
            DemoPledge(
                "greta", P.ACCESS, "The ticket system's interface, and its supplier at the table"
            ),
        ),
        decisions=(
            DemoDecision("jonas", "advance", "Small, and useful at once."),
            DemoDecision("jonas", "advance", "The door to the ticket system is open."),
        ),
    ),
    DemoIdea(
        "once",
        "deniz",
        90,
        "When somebody dies, one visit is enough",
        "Relatives tell one office. It ends pension, insurance, car and rent registration, with "
        "their consent, and gives them a list of what remains private to do.",
        "My mother needed 26 certified copies of one certificate.",
        ("families",),
        57,
        T.SERVICE,
        contributions=(
            DemoContribution(
                K.OFFER, "elena", "I can bring together the volunteers of the hospice.", thanks=7
            ),
            DemoContribution(
                K.CONCERN,
                "ada",
                "Yes, if colleagues are trained for these talks. They are the hardest ones.",
                "Half a day with the hospice, before the first visit.",
                thanks=8,
            ),
        ),
        decisions=(DemoDecision("jonas", "advance", "Nobody read this without nodding."),),
    ),
    DemoIdea(
        "once",
        "elena",
        77,
        "A drawer of one's own: what the state knows about me",
        "One page where I see which office keeps which of my data, since when and why.",
        "Trust begins with being able to look.",
        ("trust", "data"),
        41,
        T.POLICY,
        decisions=(
            DemoDecision("jonas", "advance", "Wanted by many."),
            DemoDecision(
                "jonas",
                "park",
                "Right, and impossible before the registers have a common index.",
                wakes_when="The act on register modernisation comes into force.",
            ),
        ),
    ),
    DemoIdea(
        "once",
        "mira",
        70,
        "Stop asking for the birth certificate when we have it",
        "Every form of ours that asks for a document which another office of ours holds gets a "
        "red line and an owner. We publish the list.",
        "We counted: 212 forms, 96 of them ask for something we have.",
        ("forms", "quick win"),
        35,
        T.PROCESS,
        contributions=(
            DemoContribution(
                K.EVIDENCE, "ada", "Of the ten forms at my counter it is seven.", thanks=3
            ),
        ),
        decisions=(DemoDecision("jonas", "advance", "The list exists; now it needs a sponsor."),),
    ),
    DemoIdea(
        "once",
        "kofi",
        61,
        "Design the letter before the law",
        "For each new law the ministry first writes the letter that a citizen will get. If the "
        "letter cannot be understood, the law is not ready.",
        "I have judged service design for twenty years. The letter is where it fails.",
        ("language", "law"),
        29,
        T.POLICY,
        contributions=(
            DemoContribution(
                K.BUILD, "farid", "Yes, and let ten people read it aloud in a library.", thanks=6
            ),
        ),
    ),
)
