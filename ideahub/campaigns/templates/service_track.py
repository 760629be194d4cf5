"""Better public services: ideas from everyone first, then entries with a plan, then a pilot."""

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
from ideahub.campaigns.templates.shared_questions import MAY_BE_SHOWN
from ideahub.campaigns.templates.shared_rules import (
    FAIR_JUDGING,
    OWN_WORK,
    PERSONAL_DATA,
    REASONS,
    WHO_OWNS,
)
from ideahub.core.i18n import N_

ENTRIES_END = Point("closing", 21, time(18))
JUDGED = Point("closing", 42, time(18))

SERVICE_TRACK = CampaignTemplate(
    key="service-track",
    name=N_("Service track"),
    hint=N_("Make a public service better: ideas, entries with a plan, judging, a pilot."),
    icon="sprout",
    title_hint=N_("A few words, such as “Permits in a week”."),
    opening=N_("How might we make"),
    tagline=N_("Everyone brings ideas; the best plans are tried out with the people concerned."),
    description=(
        N_("We want this service to work better for those who need it, and for those who run it."),
        N_(
            "First we collect ideas, and everyone can support them and build on them. Then teams "
            "send in entries: what would change, for whom, and how. Judges read every entry and "
            "score it by the criteria that stand here."
        ),
        N_("The best entries are tried out in a pilot, and we report what came of it."),
    ),
    prompts={
        "question": N_("Which service, and for whom should it become easier, faster or fairer?"),
        "whys": N_("Where do people get stuck today? Why there?"),
        "hopes": N_("What can people do a year from now that they cannot do today?"),
        "fears": N_("Which rule, system or habit could stop it?"),
        "beneficiaries": N_("Who uses the service, and who gave up using it?"),
        "description": N_("What does the service cost, and what was tried before?"),
    },
    phases=(
        PhaseOutline(
            name=N_("Ideas"),
            purpose=Purpose.IDEAS,
            opens=OPENING,
            closes=CLOSING,
            accepts=(Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS),
        ),
        PhaseOutline(
            name=N_("Entries"),
            purpose=Purpose.ENTRIES,
            opens=CLOSING,
            closes=ENTRIES_END,
            accepts=(Accepts.VOTES, Accepts.CONTRIBUTIONS, Accepts.ENTRIES),
        ),
        PhaseOutline(
            name=N_("Judging"),
            purpose=Purpose.JUDGING,
            opens=ENTRIES_END,
            closes=JUDGED,
            accepts=(Accepts.SCORING,),
        ),
        PhaseOutline(
            name=N_("Pilot"),
            purpose=Purpose.PILOT,
            opens=JUDGED,
            closes=Point("closing", 133, time(18)),
        ),
    ),
    rules=(
        N_("Everyone can post ideas. Entries can be sent in by a person or by a team."),
        OWN_WORK,
        WHO_OWNS,
        FAIR_JUDGING,
        N_("The organiser decides which entries are tried out, after the judges have scored them."),
        REASONS,
        PERSONAL_DATA,
    ),
    form=(
        FieldOutline(
            kind="short_text",
            key="name",
            label=N_("Name of your solution"),
            help=N_("Without your own name or that of your organisation."),
        ),
        FieldOutline(
            kind="long_text",
            key="change",
            label=N_("What would change, and for whom?"),
            help=N_("Describe one day or one visit, before and after."),
        ),
        FieldOutline(
            kind="long_text",
            key="working",
            label=N_("How does it work?"),
            help=N_("The steps, and who does what."),
        ),
        FieldOutline(
            kind="choice",
            key="maturity",
            label=N_("How far is it?"),
            options=(N_("A concept"), N_("Tried out once"), N_("In use somewhere")),
        ),
        FieldOutline(
            kind="number",
            key="cost",
            label=N_("Cost of a pilot"),
            help=N_("Your estimate, in whole units of the currency of the prize."),
        ),
        FieldOutline(
            kind="long_text",
            key="team",
            label=N_("Who are you?"),
            help=N_("The people, and what each of them can do."),
            in_blind=False,
        ),
        FieldOutline(
            kind="file",
            key="sketch",
            label=N_("A sketch or slides"),
            required=False,
            in_blind=False,
        ),
        MAY_BE_SHOWN,
    ),
    criteria=(
        CriterionOutline(
            name=N_("Benefit"),
            description=N_("How much better it becomes for those who use the service."),
            weight=Decimal(35),
        ),
        CriterionOutline(
            name=N_("Feasibility"),
            description=N_("Whether it can be tried out with what the organiser has."),
            weight=Decimal(25),
        ),
        CriterionOutline(
            name=N_("Value for money"),
            description=N_("What it brings for what it costs, to begin and to run."),
            weight=Decimal(20),
        ),
        CriterionOutline(
            name=N_("Access for all"),
            description=N_("Whether people who find services hard to use can use it."),
            weight=Decimal(20),
        ),
    ),
)
