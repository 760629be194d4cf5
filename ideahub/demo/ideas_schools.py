"""The demo's ideas in the challenge "Safe routes to school"."""

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

WALKING_BUS = (
    "Children walk together along a fixed line, like a bus: with stops, a timetable and two adults "
    "in yellow vests. Parents take turns, about twice a month each.\n\nWe would begin with **one "
    "line** of 900 metres to Linden Primary, with four stops."
)

IDEAS = (
    DemoIdea(
        "schools",
        "clara",
        29,
        "A walking bus for every primary school",
        WALKING_BUS,
        "At Linden Primary 140 children are driven less than one kilometre. Their parents told me "
        "that they would let them walk if they did not walk alone.",
        ("walking", "parents", "mornings"),
        64,
        T.SERVICE,
        contributions=(
            DemoContribution(
                K.BUILD,
                "deniz",
                "Yes, and let the older pupils be conductors from the second month on. Mine is ten "
                "and would be proud. It halves the number of adults we need.",
                thanks=9,
                adopted=WALKING_BUS
                + "\n\nFrom the second month on, trained fifth-graders walk along as **conductors**, "
                "so that one adult is enough for each line.",
                replies=(DemoReply("clara", "My class would love this. I take it up."),),
            ),
            DemoContribution(
                K.EVIDENCE,
                "farid",
                "I counted on three mornings at the Linden crossing: 212 cars between 7:30 and 8:00, "
                "61 of them stopped at the school. So a good third of the traffic is the school "
                "run itself.",
                thanks=7,
            ),
            DemoContribution(
                K.CONCERN,
                "elena",
                "Yes, if somebody is responsible when an adult falls ill at seven in the morning.",
                "A phone tree of three stand-ins for each line, as we had for school trips.",
                thanks=4,
                replies=(
                    DemoReply("clara", "Three stand-ins it is; the school office keeps the list."),
                ),
            ),
            DemoContribution(
                K.OFFER, "deniz", "I can walk on Tuesdays and Thursdays, from the hospital end."
            ),
        ),
        pledges=(
            DemoPledge(
                "greta",
                P.HOURS,
                "A traffic engineer walks each line with you and mends what is dangerous",
                Decimal(40),
                "I want the counts before and after.",
                210,
            ),
        ),
        decisions=(
            DemoDecision(
                "ines", "advance", "Clear problem, broad support, and already better than at first."
            ),
            DemoDecision(
                "ines",
                "advance",
                "Mobility stands behind it; the concern about illness is answered.",
            ),
            DemoDecision("ines", "advance", "The measure is easy to count and the line is drawn."),
        ),
        experiment=DemoExperiment(
            "clara",
            "If children walk in a group with a timetable, at least half of those who are driven "
            "less than a kilometre will walk.",
            "One line to Linden Primary for six weeks; the caretaker counts at the gate.",
            "Children of the line's streets who come on foot",
            "%",
            Decimal(31),
            Decimal(60),
            True,
            "Stop if a child is hurt, or if fewer than 25 % walk after three weeks.",
            (
                (15, "34", "First week, rain on four days"),
                (12, "41", ""),
                (8, "52", "Conductors' first week"),
                (3, "57", "Two more stops asked for"),
            ),
        ),
    ),
    DemoIdea(
        "schools",
        "farid",
        22,
        "Close school streets to cars for 30 minutes, twice a day",
        "From 7:35 to 8:05 and at noon the street in front of the school belongs to those on foot. "
        "Residents drive at walking pace with a permit. A folding barrier and two parents are "
        "enough.",
        "The most dangerous hundred metres of the way are the last hundred. They are dangerous "
        "because everybody stops there.",
        ("streets", "mornings"),
        51,
        T.POLICY,
        contributions=(
            DemoContribution(
                K.QUESTION,
                "elena",
                "What about the child in a wheelchair who comes by taxi?",
                replies=(DemoReply("farid", "Taxis and carers get the permit, as residents do."),),
                thanks=3,
            ),
            DemoContribution(
                K.BUILD,
                "ben",
                "Yes, and begin where two schools share a street: one barrier, two schools. I know "
                "three such streets.",
                thanks=6,
            ),
            DemoContribution(
                K.CONCERN,
                "ada",
                "Yes, if deliveries to the bakery keep working; they come at half past seven.",
                "Move the window by ten minutes, or a place around the corner for the van.",
            ),
        ),
        pledges=(
            DemoPledge(
                "greta",
                P.MANDATE,
                "Mobility orders the closure for two streets as a trial, until the summer holidays",
                conditions="The residents are asked before, not after.",
                days=230,
            ),
        ),
        decisions=(
            DemoDecision(
                "ines", "advance", "Strong support in three weeks; the questions have answers."
            ),
            DemoDecision(
                "ines",
                "advance",
                "The mandate makes it possible.",
                override="No build is adopted yet; Ben's will go into the order itself.",
            ),
        ),
    ),
    DemoIdea(
        "schools",
        "ben",
        18,
        "Longer green at five crossings between 7:30 and 8:00",
        "At five crossings near schools the lights give pedestrians eight seconds. A class of 25 "
        "needs nineteen. We change the programme for half an hour a day; that costs nothing but a "
        "morning's work.",
        "Children learn to run when it turns green. That is the wrong lesson.",
        ("crossings", "quick win"),
        38,
        T.PROCESS,
        contributions=(
            DemoContribution(
                K.EVIDENCE,
                "elena",
                "At the Mill Street crossing I have seen a teacher stop the traffic by hand every "
                "morning for two years.",
                thanks=5,
            ),
            DemoContribution(
                K.BUILD,
                "farid",
                "Yes, and put a small sign there that says why drivers wait: “Nineteen seconds for "
                "twenty-five children”.",
                thanks=8,
                adopted="At five crossings near schools the lights give pedestrians eight seconds. A "
                "class of 25 needs nineteen. We change the programme for half an hour a day; that "
                "costs nothing but a morning's work.\n\nA small sign tells drivers why they wait: "
                "*Nineteen seconds for twenty-five children.*",
            ),
        ),
        decisions=(DemoDecision("ines", "advance", "Cheap, quick, and the figures are there."),),
    ),
    DemoIdea(
        "schools",
        "deniz",
        14,
        "Let the crossing guards be grandparents",
        "Many retired people near our schools are up at seven anyway. With half a day of training "
        "and a small allowance they could guard crossings.",
        "The guards we have are pupils of thirteen. Drivers do not take them seriously.",
        ("crossings", "neighbours"),
        27,
        T.SERVICE,
        contributions=(
            DemoContribution(
                K.OFFER,
                "elena",
                "I would be the first. I taught on that street for 31 years.",
                thanks=11,
            ),
            DemoContribution(
                K.QUESTION,
                "clara",
                "Would the accident insurance of volunteers cover them? I can ask.",
                thanks=2,
            ),
        ),
    ),
    DemoIdea(
        "schools",
        "elena",
        12,
        "Draw the way to school as the children see it",
        "Each second grade draws its map: where it is dark, where the dog is, where cars reverse. "
        "The maps hang in the town hall, and Mobility answers each red dot.",
        "Adults see the street from 170 centimetres. Children are 120 centimetres tall and look at "
        "bumpers.",
        ("children", "maps"),
        33,
        T.COMMUNICATION,
        contributions=(
            DemoContribution(
                K.BUILD,
                "clara",
                "Yes, and do it with phones from grade five on: a photo, a place, a sentence. The "
                "geography teachers would join.",
                thanks=5,
            ),
        ),
        decisions=(DemoDecision("ines", "advance", "Two schools want to begin in spring."),),
    ),
    DemoIdea(
        "schools",
        "ada",
        9,
        "Send the school-route map with the enrolment letter",
        "When parents enrol a child they get a letter from my counter. The map of safe routes "
        "exists, but nobody gets it. Put it into that envelope.",
        "Habits are made in the first week of school. The letter comes eight weeks before.",
        ("letters", "quick win"),
        22,
        T.COMMUNICATION,
        contributions=(
            DemoContribution(
                K.BUILD, "deniz", "Yes, and in the six languages that we speak here.", thanks=4
            ),
        ),
    ),
    DemoIdea(
        "schools",
        "farid",
        6,
        "A drop-off place 300 metres away, with a painted path",
        "Those who must drive stop at a marked place behind the sports hall. Footprints on the "
        "pavement lead to school; the last bit is on foot for everyone.",
        "Some parents drive on to work. Forbidding helps nobody; a better place does.",
        ("streets", "paint"),
        17,
        contributions=(
            DemoContribution(K.QUESTION, "ben", "Who owns the ground behind the sports hall?"),
            DemoContribution(
                K.EVIDENCE,
                "clara",
                "We counted on three mornings: 94 cars stop at the gate, and 61 of them drive on "
                "past the sports hall.",
                thanks=5,
            ),
            DemoContribution(
                K.CONCERN,
                "elena",
                "In winter the path behind the hall is dark until eight.",
                "Two lamps on the wall of the hall, on from seven.",
                thanks=3,
            ),
        ),
    ),
    DemoIdea(
        "schools",
        "deniz",
        4,
        "Bright bands for dark mornings, at the library desk",
        "From November to February every child may borrow a reflecting band at the library desk.",
        "From the hospital window I see them at half past seven: grey jackets on a grey street.",
        ("winter", "quick win"),
        12,
        T.SERVICE,
    ),
    DemoIdea(
        "schools",
        "elena",
        2,
        "A bench halfway",
        "One bench halfway up the hill to Upper Linden School. With a roof, if possible.",
        "",
        ("streets",),
        6,
    ),
    DemoIdea(
        "schools",
        "kofi",
        26,
        "A phone app that warns drivers near schools",
        "An app that beeps when a driver comes near a school at the start of lessons.",
        "Most drivers do not know where the schools are.",
        ("digital",),
        9,
        T.SERVICE,
        contributions=(
            DemoContribution(
                K.EVIDENCE,
                "ben",
                "We looked at three cities that tried: fewer than two in a hundred drivers installed "
                "it, and those were the careful ones.",
                thanks=6,
            ),
        ),
        decisions=(
            DemoDecision(
                "ines",
                "stop",
                "The evidence from three cities is clear: those whom it should reach do not use it.",
                lesson="Warnings that need an installation reach the careful. What changes the "
                "others is the street itself. We now ask of each digital idea: *who would have to "
                "install it, and why would they?*",
            ),
        ),
    ),
)
