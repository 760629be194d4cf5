"""The demo's challenge with a preliminary result, against which entrants can appeal."""

from datetime import timedelta
from decimal import Decimal

from ideahub.campaigns.models import Audience, CampaignKind, Purpose
from ideahub.demo.judged import CRITERIA, FORM, RULES, TERMS
from ideahub.demo.shapes import DemoCampaign, DemoPhase
from ideahub.demo.shapes_judged import DemoEntry, DemoJudged, DemoPrize, DemoScore

DAY = timedelta(days=1)


def _scores(*rows: tuple[str, str]) -> tuple[DemoScore, ...]:
    """Scores with what the entrant reads about each."""
    return tuple(DemoScore(value, words) for value, words in rows)


ENTRIES = (
    DemoEntry(
        "Everything for the new flat at one desk",
        {
            "summary": "Who moves tells one person, who registers the car, the dog, the bins and the school as well.",
            "how": "One desk in each office has the forms of six departments open side by side. It asks once and fills in six "
            "times; what has to be signed is printed there.",
            "proof": "The office of Seefeld did it for three months with two colleagues: 41 minutes for what took four visits.",
            "cost": "54000",
            "where": "One district",
            "self": "A student who moved five times in four years.",
        },
        captain="farid",
        team_name="One desk",
        others=1,
        scores={
            "kofi": _scores(
                ("8", "Real minutes, measured."),
                ("4", ""),
                ("8", "Needs no computer at home."),
                ("1", ""),
            ),
            "lena": _scores(
                ("9", ""), ("3", "Six departments have to agree on one list."), ("8", ""), ("1", "")
            ),
            "elena": _scores(("8", ""), ("4", ""), ("9", ""), ("1", "")),
        },
    ),
    DemoEntry(
        "An appointment that brings a list",
        {
            "summary": "Whoever books an appointment is told which papers to bring, and whether a visit is needed at all.",
            "how": "Three questions before the calendar opens. Every fourth visit today ends because a paper is missing.",
            "proof": "We counted at our hospital's desk: with a list, 6 of 100 came in vain; before, 27.",
            "cost": "12000",
            "where": "Everywhere",
            "self": "A nurse who sends people home for a missing paper every day.",
        },
        captain="deniz",
        scores={
            "kofi": _scores(
                ("7", "A small change with a known effect."),
                ("5", ""),
                ("6", "Only for those who book online."),
                ("1", ""),
            ),
            "lena": _scores(("7", ""), ("5", "Could begin this year."), ("7", ""), ("1", "")),
            "elena": _scores(("8", ""), ("4", ""), ("7", ""), ("1", "")),
        },
    ),
    DemoEntry(
        "The office comes to the village on Thursdays",
        {
            "summary": "A van with two desks stands in a different village each Thursday.",
            "how": "It has the same network as the office, a printer and a ramp. The route hangs at the town halls, and whoever "
            "cannot come to the van is visited.",
            "proof": "The library has done so since 1974.",
            "cost": "118000",
            "where": "One district",
            "self": "Two mayors of villages without an office.",
        },
        team_name="Thursday",
        others=1,
        scores={
            "kofi": _scores(
                ("8", ""),
                ("2", "The van and two posts are not in the plan."),
                ("10", ""),
                ("1", ""),
            ),
            "lena": _scores(
                ("7", ""), ("3", ""), ("9", "Reaches whom nothing else reaches."), ("1", "")
            ),
            "elena": _scores(("9", ""), ("3", ""), ("10", ""), ("1", "")),
        },
    ),
    DemoEntry(
        "Papers that are valid a year longer",
        {
            "summary": "Parking permits for residents and certificates of residence are valid for three years, not two.",
            "how": "One sentence in a by-law. A third of all visits to the counter are renewals in which nothing has changed.",
            "proof": "",
            "cost": "0",
            "where": "Everywhere",
            "self": "A clerk at the counter.",
        },
        scores={
            "kofi": _scores(
                ("6", ""), ("5", "One sentence."), ("6", ""), ("0", "No trial is named.")
            ),
            "lena": _scores(("7", ""), ("4", ""), ("7", ""), ("0", "")),
            "elena": _scores(("6", ""), ("5", ""), ("6", ""), ("0", "No trial is named.")),
        },
    ),
)

PRELIMINARY = DemoJudged(
    campaign=DemoCampaign(
        "visit",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "ministry",
        "jonas",
        "One visit is enough",
        "How might we save everybody one visit to an office a year?",
        "People go to an office 2.4 times a year. In four of ten cases they go twice for the same matter.",
        "The result is preliminary: whoever entered can read the reasons and appeal. After that it is final.",
        (
            DemoPhase("Entries", -70 * DAY, -34 * DAY, Purpose.ENTRIES),
            DemoPhase("Judging", -33 * DAY, -9 * DAY, Purpose.JUDGING),
            DemoPhase("Trials in six offices", 45 * DAY, 160 * DAY, Purpose.PILOT),
        ),
        hopes="A day off that stays a day off.",
        fears="That the visit is saved, and the form grows longer.",
        beneficiaries="Everyone who takes a morning off to stand in a queue.",
        topics=("offices", "time"),
    ),
    rules=RULES.format(place="the country", owner="The ministry", value="mean"),
    form=FORM,
    prizes=(
        DemoPrize(1, "First prize", Decimal(15000)),
        DemoPrize(2, "Second prize", Decimal(7000)),
    ),
    terms=TERMS,
    criteria=CRITERIA,
    judges=("kofi", "lena", "elena"),
    judged_by=None,
    seed="one visit 2026",
    entries=ENTRIES,
    entered_ago=40 * DAY,
)
