"""The demo's two challenges with entries: one that is being judged, and one with final results."""

from datetime import timedelta
from decimal import Decimal

from ideahub.campaigns.models import Accepts, Audience, CampaignKind, Purpose
from ideahub.demo.judged_entries import LETTER_ENTRIES, MARKET_ENTRIES
from ideahub.demo.shapes import DemoCampaign, DemoPhase
from ideahub.demo.shapes_judged import (
    DemoCriterion,
    DemoField,
    DemoJudged,
    DemoLetters,
    DemoPrize,
    DemoRecusal,
    DemoSample,
    DemoScore,
    DemoVote,
)
from ideahub.entries.models import FieldKind
from ideahub.judging.models import ConflictCategory, Scale
from ideahub.results.declaring_rule import DeclaredRule
from ideahub.results.scoring_rule import PanelMethod

DAY = timedelta(days=1)

FORM = (
    DemoField(
        "summary",
        FieldKind.SHORT_TEXT,
        "Your proposal in one sentence",
        "As you would tell it to a neighbour.",
        shown_public=True,
    ),
    DemoField(
        "how",
        FieldKind.LONG_TEXT,
        "How would it work?",
        "Who does what, where, and with which means.",
        shown_public=True,
    ),
    DemoField(
        "proof",
        FieldKind.LONG_TEXT,
        "What makes you think that it works?",
        "A trial, a count, an example from elsewhere.",
        required=False,
    ),
    DemoField(
        "cost",
        FieldKind.NUMBER,
        "What would the first year cost, in euros?",
        "A rough sum is enough.",
    ),
    DemoField(
        "where",
        FieldKind.CHOICE,
        "Where should it begin?",
        options=("One place", "One district", "Everywhere"),
    ),
    DemoField(
        "self",
        FieldKind.SHORT_TEXT,
        "Who are you?",
        "Judges do not see this answer.",
        required=False,
        shown_blind=False,
    ),
    DemoField(
        "publish", FieldKind.CONSENT, "If we win, our proposal may be published under our names."
    ),
)

CRITERIA = (
    DemoCriterion("Effect", "How much would change, and for how many people?", Decimal(40)),
    DemoCriterion(
        "Doable within a year",
        "With the people, the rules and the money that there are.",
        Decimal(30),
        Scale.RATING,
        least=Decimal(1),
        most=Decimal(5),
        labels=("Not doable", "Very hard", "With effort", "Well", "At once"),
    ),
    DemoCriterion(
        "Reaches everyone", "Also those with little time, money or language.", Decimal(20)
    ),
    DemoCriterion(
        "Has been tried",
        "Is there any trial, here or elsewhere?",
        Decimal(10),
        Scale.YES_NO,
        most=Decimal(1),
    ),
)

TERMS = (
    "You read what is given to you, and score it by yourself. You tell nobody what you read or how you "
    "scored until the results are published. Where you know who is behind an entry, say so and step back."
)

RULES = (
    "**Who may take part.** Everyone who lives, works or goes to school in {place}, alone or as a team. "
    "Whoever decides here, and their families, may not.\n\n"
    "**What stays yours.** Your proposal stays yours. {owner} may carry it out and names you.\n\n"
    "**How it is judged.** Judges score each entry by four criteria, without knowing who sent it. The places "
    "come from the {value} of their totals. Each team reads the reasons for its own entry, and can appeal for two "
    "weeks."
)

SAMPLES = (
    DemoSample(
        "A reusable bag for every household",
        "The city sends each household a bag for the market, with a map of the stalls.\n\n"
        "**Cost:** 38,000 euros. **Tried:** in no place that we know of.",
        {
            "elena": (
                DemoScore("3", "Most households have a bag."),
                DemoScore("5"),
                DemoScore("8"),
                DemoScore("0"),
            ),
            "mira": (
                DemoScore("5"),
                DemoScore("4", "38,000 letters have to be sent."),
                DemoScore("9"),
                DemoScore("0"),
            ),
        },
    ),
    DemoSample(
        "Scales that print the price of yesterday's bread",
        "Bakers at the market weigh what is left at noon; the scales print a third of the price.\n\n"
        "**Cost:** 6,500 euros for five stalls. **Tried:** at two markets of a neighbouring city, for a year.",
    ),
)

LETTERS_SENT = (
    DemoLetters(
        "winners",
        "Your entry “{entry}” has won",
        "Dear {names},\n\nyour entry no. {number} to “{challenge}” has won: {award}. It is on place {place}, with "
        "{points} of 100 points.\n\nThe reasons are on the page of your entry. We call you this week about the first "
        "trial.\n\nJonas Weber",
        is_sent=True,
    ),
    DemoLetters(
        "others",
        "Your entry “{entry}”",
        "Dear {names},\n\nthank you for your entry no. {number} to “{challenge}”. It is on place {place}, with {points} of "
        "100 points, and has not won this time.\n\nOn the page of your entry you read what the judges wrote to you, and "
        "what it would have taken.\n\nJonas Weber",
    ),
)

MARKETS = DemoJudged(
    campaign=DemoCampaign(
        "markets",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "city",
        "ines",
        "Nothing left at noon",
        "How might we halve what our markets throw away?",
        "When the stalls close on Saturday, two lorries drive off full of cardboard and good food.",
        "We look for proposals that traders, neighbours and the city can try next season. Entries are closed; "
        "three judges are reading them now, without names. Until they are done, everyone can vote as well.",
        (
            DemoPhase("Entries", -46 * DAY, -6 * DAY, Purpose.ENTRIES),
            DemoPhase("Judging", -5 * DAY, 9 * DAY, Purpose.JUDGING),
            DemoPhase("Public vote", -4 * DAY, 8 * DAY, Purpose.VOTING, (Accepts.PUBLIC_VOTING,)),
            DemoPhase("Trials on three markets", 40 * DAY, 130 * DAY, Purpose.PILOT),
        ),
        hopes="Markets that feed more people and fill fewer lorries.",
        fears="One more rule for traders who get up at three.",
        beneficiaries="140 traders on five markets, and everyone who buys there.",
        topics=("markets", "waste", "food"),
    ),
    rules=RULES.format(place="Lindenau", owner="The city", value="median"),
    form=FORM,
    prizes=(
        DemoPrize(1, "First prize", Decimal(12000)),
        DemoPrize(2, "Second prize", Decimal(6000)),
        DemoPrize(3, "Third prize", Decimal(3000)),
    ),
    terms=TERMS,
    criteria=CRITERIA,
    judges=("kofi", "elena", "mira"),
    judged_by=2,
    seed="markets of lindenau",
    entries=MARKET_ENTRIES,
    entered_ago=9 * DAY,
    rule=DeclaredRule(method=PanelMethod.MEDIAN),
    samples=SAMPLES,
    recusal=DemoRecusal(
        "mira",
        ConflictCategory.FRIENDSHIP,
        "I recognise the project: a friend of mine told me of it in the summer, and I gave her advice.",
    ),
    vote=DemoVote(3, 61, (9, 8, 4, 3, 6, 2)),
)

LETTERS = DemoJudged(
    campaign=DemoCampaign(
        "letters",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "ministry",
        "jonas",
        "Letters people understand",
        "How might we write letters that people understand at the first reading?",
        "Every third call to our offices asks what a letter means that we have written.",
        "The results are final: what won, how it was scored, what was corrected after an appeal, and a button "
        "with which you compute it again yourself.",
        (
            DemoPhase("Entries", -150 * DAY, -95 * DAY, Purpose.ENTRIES),
            DemoPhase("Judging", -94 * DAY, -62 * DAY, Purpose.JUDGING),
            DemoPhase(
                "Public vote", -94 * DAY, -70 * DAY, Purpose.VOTING, (Accepts.PUBLIC_VOTING,)
            ),
            DemoPhase("Trials in four offices", -20 * DAY, 100 * DAY, Purpose.PILOT),
        ),
        hopes="Fewer calls, fewer missed deadlines, less fear of the letter box.",
        fears="A style guide that nobody reads.",
        beneficiaries="Whoever gets one of our eleven million letters a year.",
        topics=("letters", "plain language"),
    ),
    rules=RULES.format(place="the country", owner="The ministry", value="mean"),
    form=FORM,
    prizes=(
        DemoPrize(1, "First prize", Decimal(20000)),
        DemoPrize(2, "Second prize", Decimal(10000)),
    ),
    terms=TERMS,
    criteria=CRITERIA,
    judges=("kofi", "lena", "elena"),
    judged_by=None,
    seed="letters of 2026",
    entries=LETTER_ENTRIES,
    entered_ago=98 * DAY,
    vote=DemoVote(1, 84, (7, 5, 5, 3, 2, 1)),
    final=36 * DAY,
    decides="ines",
    letters=LETTERS_SENT,
)

JUDGED = (MARKETS, LETTERS)
