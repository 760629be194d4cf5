"""The demo's ideas in the idea boxes "Better every Monday" and "Rules that cost you time"."""

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

CHAIRS = (
    "Before every meeting of more than an hour the host writes one sentence: what will be decided. "
    "No sentence, no meeting."
)

STAFF = (
    DemoIdea(
        "monday",
        "ada",
        120,
        "A quiet hour at the counter for people who need one",
        "Thursdays from eight to nine the counter takes no numbers: appointments only, no screens, "
        "no announcements. For people with autism, anxiety, or a small baby.",
        "Last month a man left three times before he reached my window.",
        ("counter", "inclusion"),
        34,
        T.SERVICE,
        contributions=(
            DemoContribution(
                K.BUILD,
                "clara",
                "Yes, and tell the schools and the therapists, otherwise nobody knows.",
                thanks=5,
                adopted="Thursdays from eight to nine the counter takes no numbers: appointments "
                "only, no screens, no announcements. For people with autism, anxiety, or a small "
                "baby. Schools and therapists hear of it first.",
            ),
            DemoContribution(K.OFFER, "lena", "I can take the first four Thursdays.", thanks=4),
        ),
        pledges=(
            DemoPledge(
                "greta", P.HOURS, "Two colleagues each Thursday for three months", Decimal(96)
            ),
        ),
        decisions=(
            DemoDecision("ines", "advance", "It costs an hour and changes a day."),
            DemoDecision("ines", "advance", "The hours are there."),
            DemoDecision("ines", "advance", "The count is simple."),
            DemoDecision(
                "ines", "advance", "Used by 61 people in four weeks. On to the second office."
            ),
        ),
        experiment=DemoExperiment(
            "ada",
            "If there is a quiet hour, people who leave without being served will come back.",
            "Four Thursdays in the main office.",
            "People who use the quiet hour",
            "people",
            Decimal(0),
            Decimal(12),
            True,
            "Stop if the queue at nine gets longer than on Wednesdays.",
            ((40, "7", ""), (33, "13", ""), (26, "19", "Schools had been told"), (19, "22", "")),
            "22 people in the fourth hour; the queue at nine was shorter than before.",
        ),
    ),
    DemoIdea(
        "monday",
        "ben",
        44,
        "No meeting without a sentence",
        CHAIRS,
        "I sat in 31 hours of meetings in October.",
        ("meetings", "quick win"),
        29,
        T.ORGANISATIONAL,
        contributions=(
            DemoContribution(
                K.BUILD,
                "ada",
                "Yes, and who is not needed for that sentence may leave, without explaining.",
                thanks=9,
                adopted=CHAIRS + " Whoever is not needed for it may leave, without explaining.",
            ),
        ),
        decisions=(
            DemoDecision("ines", "advance", "Two departments began without waiting for us."),
        ),
    ),
    DemoIdea(
        "monday",
        "clara",
        21,
        "One key for all school gyms",
        "Clubs, teachers and caretakers pass 74 keys around. An electronic lock for each gym, one "
        "chip for each person.",
        "Every lost key costs us a week.",
        ("schools", "tools"),
        18,
        T.PROCESS,
        contributions=(
            DemoContribution(
                K.QUESTION,
                "ben",
                "Which gyms have power at the door?",
                replies=(DemoReply("clara", "All but the one at the river."),),
            ),
        ),
    ),
    DemoIdea(
        "monday",
        "lena",
        16,
        "A template for saying no kindly",
        "We write some 4,000 refusals a year. Most of them begin with a paragraph number. A "
        "template that begins with what is possible.",
        "The second letter, the angry one, costs more than the first.",
        ("letters", "language"),
        21,
        T.COMMUNICATION,
        contributions=(
            DemoContribution(
                K.OFFER, "ada", "I collect ten real letters, with the names removed.", thanks=3
            ),
        ),
    ),
    DemoIdea(
        "monday",
        "ben",
        8,
        "Share the cargo bike between departments",
        "It stands in the cellar of Mobility from Thursday to Monday.",
        "Parks and the library rent vans for single boxes.",
        ("tools",),
        11,
    ),
    DemoIdea(
        "monday",
        "ada",
        3,
        "Let us see which form is really missing",
        "When people leave without being served, one click on why. After a month we know what to "
        "mend first.",
        "",
        ("counter", "data"),
        8,
        T.PROCESS,
    ),
    DemoIdea(
        "monday",
        "clara",
        150,
        "An ideas wall in the canteen",
        "A wall of paper, pens and stickers beside the coffee.",
        "Not everyone sits at a screen.",
        ("ideas",),
        14,
        T.COMMUNICATION,
        decisions=(
            DemoDecision(
                "ines",
                "stop",
                "Tried for five weeks: 61 notes, no owner, and a wall nobody could answer.",
                lesson="A wall collects, but it cannot reply. What worked was the one hour a week in "
                "which somebody sat beside it and typed the notes in here, with the writer.",
            ),
        ),
    ),
)

EVERYONE = (
    DemoIdea(
        "rules",
        "deniz",
        57,
        "A doctor's note for three days, not for one",
        "Nurses must bring a note on the first day of illness. Let it be the fourth, as elsewhere.",
        "We send people with a cold into a waiting room, to prove a cold.",
        ("health", "work"),
        43,
        T.POLICY,
        contributions=(
            DemoContribution(
                K.CONCERN,
                "mira",
                "Yes, if wards can still plan their shifts.",
                "A call before six in the morning remains a duty.",
                thanks=4,
            ),
            DemoContribution(
                K.EVIDENCE, "farid", "My father's firm changed it in 2022; absences fell.", thanks=2
            ),
        ),
        decisions=(
            DemoDecision("jonas", "advance", "Goes to the committee on better law this quarter."),
        ),
    ),
    DemoIdea(
        "rules",
        "elena",
        40,
        "Street festivals up to 200 people without a permit",
        "A notice a week before, a phone number, and done.",
        "We gave up the summer party: eleven pages and a safety concept for forty neighbours.",
        ("neighbours", "permits"),
        39,
        T.POLICY,
        contributions=(
            DemoContribution(
                K.BUILD,
                "ben",
                "Yes, and a box to borrow, with two barriers and a plan that fits every side street.",
                thanks=7,
            ),
        ),
        decisions=(DemoDecision("jonas", "advance", "Three cities already do so."),),
    ),
    DemoIdea(
        "rules",
        "farid",
        25,
        "Signatures by e-mail where nobody checks them anyway",
        "For applications without legal effect a typed name should do.",
        "I printed a page, signed it, photographed it and deleted it. Nobody ever looked.",
        ("forms", "digital"),
        24,
        T.PROCESS,
        contributions=(
            DemoContribution(
                K.QUESTION, "jonas", "Which ones did you meet? A list would help us most.", thanks=3
            ),
        ),
    ),
    DemoIdea(
        "rules",
        "kofi",
        13,
        "Pay small invoices of associations before the event",
        "Grants under €1,000 are paid in advance, and checked by sample afterwards.",
        "Our neighbourhood choir lends the state €600 for nine months.",
        ("associations", "money"),
        19,
        T.POLICY,
    ),
    DemoIdea(
        "rules",
        "mira",
        75,
        "Say in every letter who to call",
        "A name and a direct number at the top, not a switchboard.",
        "",
        ("letters",),
        15,
        T.COMMUNICATION,
        contributions=(
            DemoContribution(K.BUILD, "lena", "Yes, and the hours in which they answer.", thanks=2),
        ),
    ),
    DemoIdea(
        "rules",
        "elena",
        1,
        "Dogs on school grounds after hours",
        "After five the yards are empty. Let people cross them with a dog on a lead.",
        "",
        ("neighbours",),
        4,
    ),
)
IDEAS = (*STAFF, *EVERYONE)
