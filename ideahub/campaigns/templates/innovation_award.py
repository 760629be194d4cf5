"""An award for what was done already, in two rounds: many tell it briefly, a jury invites some to
show it, and chooses among them."""

from dataclasses import replace
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
from ideahub.campaigns.templates.shared_questions import NEEDED_TO_COPY
from ideahub.campaigns.templates.shared_rules import (
    FAIR_JUDGING,
    OWN_WORK,
    PERSONAL_DATA,
    REASONS,
    WHO_OWNS,
)
from ideahub.core.i18n import N_

FIRST_JUDGED = Point("closing", 14, time(18))
SHOWN = Point("closing", 35, time(18))
JUDGED = Point("closing", 49, time(18))
FIRST_ROUND = N_("Entries")

# What those are asked who are invited into the second round.
SECOND_FORM = (
    FieldOutline(
        kind="long_text",
        key="evidence",
        label=N_("How do you know that it works?"),
        help=N_("What was measured, by whom, and what speaks against it."),
    ),
    FieldOutline(
        kind="file",
        key="proof",
        label=N_("A file that shows it"),
        help=N_("A report, figures or pictures, without names where you can."),
        required=False,
    ),
    replace(NEEDED_TO_COPY, help=N_("You can go on with what you wrote in the first round.")),
    FieldOutline(
        kind="long_text",
        key="next",
        label=N_("What would you do with the award?"),
    ),
)
SECOND_CRITERIA = (
    CriterionOutline(
        name=N_("Proof"),
        description=N_("How well it is shown that it works, and where it does not."),
        weight=Decimal(50),
    ),
    CriterionOutline(
        name=N_("Ready to be copied"),
        description=N_("Whether others could begin tomorrow with what is described."),
        weight=Decimal(35),
    ),
    CriterionOutline(
        name=N_("What the award would start"),
        description=N_("What becomes possible that is not possible without it."),
        weight=Decimal(15),
        scale="rating",
    ),
)

INNOVATION_AWARD = CampaignTemplate(
    key="innovation-award",
    name=N_("Innovation award"),
    hint=N_("Honour what people have done already: entries, a jury, an award."),
    icon="award",
    title_hint=N_("A few words, such as “Innovation award 2027”."),
    opening=N_("How might we learn from"),
    tagline=N_("Show what you have done better; a jury chooses what others should copy."),
    description=(
        N_("We are looking for people who have changed something for the better, and can show it."),
        N_(
            "Send in what you did, what came of it and what others can copy. You may enter your "
            "own work, or that of colleagues who agree to it."
        ),
        N_(
            "A jury scores every entry by the criteria that stand here, and gives its reasons. It "
            "invites the best into a second round, in which they show more of what they did."
        ),
    ),
    prompts={
        "question": N_("What do you want others to copy?"),
        "whys": N_("Why is it not done everywhere yet?"),
        "hopes": N_("What should those who win be able to do afterwards?"),
        "fears": N_("Who would never enter, although they should?"),
        "beneficiaries": N_("Who gains when good work is copied?"),
        "description": N_("Which years and which kinds of work count? Who is in the jury?"),
    },
    days=56,
    phases=(
        PhaseOutline(
            name=FIRST_ROUND,
            purpose=Purpose.ENTRIES,
            opens=OPENING,
            closes=CLOSING,
            accepts=(Accepts.ENTRIES,),
        ),
        PhaseOutline(
            name=N_("Jury"),
            purpose=Purpose.JUDGING,
            opens=CLOSING,
            closes=FIRST_JUDGED,
            accepts=(Accepts.SCORING,),
        ),
        PhaseOutline(
            name=N_("Second round"),
            purpose=Purpose.ENTRIES,
            opens=FIRST_JUDGED,
            closes=SHOWN,
            accepts=(Accepts.ENTRIES,),
            invited_from=FIRST_ROUND,
            form=SECOND_FORM,
        ),
        PhaseOutline(
            name=N_("Final jury"),
            purpose=Purpose.JUDGING,
            opens=SHOWN,
            closes=JUDGED,
            accepts=(Accepts.SCORING,),
            criteria=SECOND_CRITERIA,
        ),
        PhaseOutline(
            name=N_("Award"),
            purpose=Purpose.DECIDING,
            opens=JUDGED,
            closes=Point("closing", 77, time(18)),
        ),
    ),
    rules=(
        N_("Work counts that was done in the last two years and that others can look at."),
        N_("You may enter the work of others if they agree to it."),
        OWN_WORK,
        WHO_OWNS,
        FAIR_JUDGING,
        REASONS,
        PERSONAL_DATA,
    ),
    form=(
        FieldOutline(
            kind="short_text",
            key="name",
            label=N_("What is your work called?"),
        ),
        FieldOutline(
            kind="long_text",
            key="done",
            label=N_("What did you do?"),
        ),
        FieldOutline(
            kind="long_text",
            key="result",
            label=N_("What came of it?"),
            help=N_("Numbers before and after, if you have them, and where they come from."),
        ),
        NEEDED_TO_COPY,
        FieldOutline(
            kind="choice",
            key="category",
            label=N_("Category"),
            options=(
                N_("Better services"),
                N_("Better work inside"),
                N_("Together with others"),
            ),
        ),
        FieldOutline(
            kind="long_text",
            key="people",
            label=N_("Who did it?"),
            in_blind=False,
        ),
        FieldOutline(
            kind="link",
            key="link",
            label=N_("Where can one see it?"),
            required=False,
            in_blind=False,
        ),
        FieldOutline(
            kind="consent",
            key="agreed",
            label=N_("Everyone whom I name agrees to this entry."),
            in_blind=False,
        ),
    ),
    criteria=(
        CriterionOutline(
            name=N_("Result"),
            description=N_("What has become better, and how well that is shown."),
            weight=Decimal(40),
        ),
        CriterionOutline(
            name=N_("New way"),
            description=N_("How far it goes beyond what others do."),
            weight=Decimal("22.5"),
        ),
        CriterionOutline(
            name=N_("Can be copied"),
            description=N_("How easily others can do the same."),
            weight=Decimal("22.5"),
        ),
        CriterionOutline(
            name=N_("With those concerned"),
            description=N_("How far those whom it concerns took part in it."),
            weight=Decimal(15),
            scale="rating",
        ),
    ),
)
