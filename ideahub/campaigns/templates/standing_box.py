"""A box for everyday improvements that stands open all year."""

from decimal import Decimal

from ideahub.campaigns.models import Audience, CampaignKind
from ideahub.campaigns.templates.outlines import (
    CampaignTemplate,
    CriterionOutline,
    FieldOutline,
)
from ideahub.campaigns.templates.shared_rules import OWN_WORK, PERSONAL_DATA
from ideahub.core.i18n import N_

STANDING_BOX = CampaignTemplate(
    key="standing-box",
    name=N_("Standing box"),
    hint=N_("Stands open all year, for improvements of everyday work. Only staff see it."),
    icon="idea-box",
    kind=CampaignKind.IDEA_BOX,
    audience=Audience.INTERNAL,
    title_hint=N_("A few words, such as “Everyday ideas”."),
    opening=N_("How might we make"),
    tagline=N_("Whatever would make our work or our services better, at any time of the year."),
    description=(
        N_("You see every day what could be easier, safer or cheaper. Say it here."),
        N_(
            "Others support an idea and build on it. What finds support is looked at by somebody "
            "who can decide, and every idea gets an answer."
        ),
    ),
    prompts={
        "question": N_("For whom, and for what part of the work, is this box?"),
        "whys": N_("Why were ideas not heard until now?"),
        "hopes": N_("How many ideas should be put into practice within a year?"),
        "fears": N_("What would make people stop writing here?"),
        "beneficiaries": N_("Whose day becomes better first?"),
        "description": N_("Who reads the ideas, how often, and who decides?"),
    },
    rules=(
        N_("Everyone who works here can post ideas at any time."),
        OWN_WORK,
        N_("Say what could be better, not who is to blame."),
        N_("Every idea is answered, also where the answer is no; the answer gives a reason."),
        PERSONAL_DATA,
    ),
    form=(
        FieldOutline(
            kind="short_text",
            key="name",
            label=N_("Your idea in one sentence"),
        ),
        FieldOutline(
            kind="long_text",
            key="change",
            label=N_("What should be done differently?"),
        ),
        FieldOutline(
            kind="yes_no",
            key="helping",
            label=N_("Would you help to put it into practice?"),
        ),
    ),
    criteria=(
        CriterionOutline(
            name=N_("Benefit"),
            description=N_("How much easier, safer or cheaper it makes the work."),
            weight=Decimal(60),
            scale="rating",
        ),
        CriterionOutline(
            name=N_("Effort"),
            description=N_("How little it takes to put it into practice."),
            weight=Decimal(40),
            scale="rating",
        ),
    ),
)
