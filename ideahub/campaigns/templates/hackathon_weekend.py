"""A weekend in which teams build something: ideas before it, entries at its end, a jury."""

from datetime import time
from decimal import Decimal

from ideahub.campaigns.models import Accepts, Purpose
from ideahub.campaigns.templates.outlines import (
    CLOSING,
    OPENING,
    CampaignTemplate,
    CriterionOutline,
    FieldOutline,
    PhaseOutline,
    Point,
)
from ideahub.campaigns.templates.shared_rules import (
    FAIR_JUDGING,
    OWN_WORK,
    PERSONAL_DATA,
    REASONS,
    WHO_OWNS,
)
from ideahub.core.i18n import N_

# It closes on a Sunday, when the teams hand in; the weekend begins two days earlier.
BEGIN = Point("closing", -2, time(18))

HACKATHON_WEEKEND = CampaignTemplate(
    key="hackathon-weekend",
    name=N_("Hackathon weekend"),
    hint=N_("Collect ideas and find teams, build from Friday to Sunday, let a jury decide."),
    icon="prototype",
    title_hint=N_("A few words, such as “Hack the timetable”."),
    opening=N_("How might we"),
    tagline=N_("From Friday evening to Sunday afternoon teams build what could help."),
    description=(
        N_("We invite people who code, draw, organise or know the problem to build together."),
        N_(
            "Before the weekend everyone can post ideas and look for others who want to build "
            "them. From Friday evening on the teams work, and send in what they made by the end."
        ),
        N_("A jury looks at every entry on Sunday, and gives its reasons."),
    ),
    prompts={
        "question": N_("What could a team of four build in two days that helps somebody?"),
        "whys": N_("Why does it not exist yet?"),
        "hopes": N_("What should still be in use a year after the weekend?"),
        "fears": N_("Which data, devices or people will the teams miss?"),
        "beneficiaries": N_("Who could come on Saturday and try out what was built?"),
        "description": N_("Where is it, what is provided, and what happens to the results?"),
    },
    days=28,
    shortest=4,
    closes_at=time(15),
    weekday=6,
    phases=(
        PhaseOutline(
            name=N_("Ideas and teams"),
            purpose=Purpose.IDEAS,
            opens=OPENING,
            closes=BEGIN,
            accepts=(Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS),
        ),
        PhaseOutline(
            name=N_("The weekend"),
            purpose=Purpose.ENTRIES,
            opens=BEGIN,
            closes=CLOSING,
            accepts=(Accepts.CONTRIBUTIONS, Accepts.ENTRIES),
        ),
        PhaseOutline(
            name=N_("Jury"),
            purpose=Purpose.JUDGING,
            opens=CLOSING,
            closes=Point("closing", 0, time(23, 59)),
            accepts=(Accepts.SCORING,),
        ),
        PhaseOutline(
            name=N_("What becomes of it"),
            purpose=Purpose.PILOT,
            opens=Point("closing", 1, time(9)),
            closes=Point("closing", 91, time(18)),
        ),
    ),
    rules=(
        N_("Teams have two to six members. Everyone who takes part is in one team only."),
        N_("What you build is begun during the weekend. Libraries and open data may be used."),
        OWN_WORK,
        WHO_OWNS,
        FAIR_JUDGING,
        N_("The jury's decision is final for the prizes of the weekend."),
        REASONS,
        N_("Everyone treats everyone else with respect; the organiser may send people home."),
        PERSONAL_DATA,
    ),
    form=(
        FieldOutline(
            kind="short_text",
            key="name",
            label=N_("What is it called?"),
        ),
        FieldOutline(
            kind="long_text",
            key="what",
            label=N_("What did you build, and whom does it help?"),
        ),
        FieldOutline(
            kind="link",
            key="code",
            label=N_("Where is the code or the design?"),
            in_blind=False,
        ),
        FieldOutline(
            kind="link",
            key="video",
            label=N_("A video of at most two minutes"),
            required=False,
            in_blind=False,
        ),
        FieldOutline(
            kind="choices",
            key="used",
            label=N_("What did you use?"),
            required=False,
            options=(
                N_("Open data"),
                N_("Open source"),
                N_("Artificial intelligence"),
                N_("Hardware"),
            ),
        ),
        FieldOutline(
            kind="yes_no",
            key="goes_on",
            label=N_("Does your team want to go on with it?"),
        ),
        FieldOutline(
            kind="consent",
            key="shown",
            label=N_("You may show what we built to everyone."),
            in_blind=False,
        ),
    ),
    criteria=(
        CriterionOutline(
            name=N_("Use"),
            description=N_("How much it would help those for whom it is made."),
            weight=Decimal(40),
        ),
        CriterionOutline(
            name=N_("It works"),
            description=N_("How much of it can be shown, not only told."),
            weight=Decimal(30),
        ),
        CriterionOutline(
            name=N_("Originality"),
            description=N_("How new the way is."),
            weight=Decimal(20),
        ),
        CriterionOutline(
            name=N_("Others can go on"),
            description=N_("Whether code, data and sources are open and described."),
            weight=Decimal(10),
            scale="yes_no",
        ),
    ),
)
