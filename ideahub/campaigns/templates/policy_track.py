"""Proposals for a policy or a rule: collected, improved together, voted on, decided."""

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

BUILT = Point("closing", 21, time(18))
VOTED = Point("closing", 35, time(18))

POLICY_TRACK = CampaignTemplate(
    key="policy-track",
    name=N_("Policy track"),
    hint=N_("Ask for proposals for a policy or a rule: collect, improve, vote, decide."),
    icon="landmark",
    title_hint=N_("A few words, such as “Quiet nights by 2030”."),
    opening=N_("How might we"),
    tagline=N_("Proposals are collected, improved together and voted on; then it is decided."),
    description=(
        N_("We are working on a policy, and ask those whom it concerns before it is written."),
        N_(
            "First we collect proposals. Then everyone adds evidence, concerns and better wording. "
            "After that people vote. The vote is advice: whoever decides has to answer it."
        ),
        N_("The decision is published here with its reasons, also for what was not taken up."),
    ),
    prompts={
        "question": N_("Which outcome is the policy for? Ask for that, not for a measure."),
        "whys": N_("What does the present rule make people do? Why?"),
        "hopes": N_("By which number would you see that the policy works?"),
        "fears": N_("Who could be worse off, and how would you notice?"),
        "beneficiaries": N_("Whom does it concern who is seldom asked?"),
        "description": N_("What is decided already, what is open, and who decides until when?"),
    },
    days=28,
    phases=(
        PhaseOutline(
            name=N_("Proposals"),
            purpose=Purpose.IDEAS,
            opens=OPENING,
            closes=CLOSING,
            accepts=(Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS),
        ),
        PhaseOutline(
            name=N_("Evidence and wording"),
            purpose=Purpose.BUILDING,
            opens=CLOSING,
            closes=BUILT,
            accepts=(Accepts.VOTES, Accepts.CONTRIBUTIONS),
        ),
        PhaseOutline(
            name=N_("Vote"),
            purpose=Purpose.VOTING,
            opens=BUILT,
            closes=VOTED,
            accepts=(Accepts.VOTES,),
        ),
        PhaseOutline(
            name=N_("Decision"),
            purpose=Purpose.DECIDING,
            opens=VOTED,
            closes=Point("closing", 63, time(18)),
        ),
    ),
    rules=(
        N_("Everyone whom the policy concerns can propose, improve and vote."),
        N_("One person has one vote for each proposal."),
        OWN_WORK,
        WHO_OWNS,
        FAIR_JUDGING,
        N_("The vote is advice. Whoever decides answers the proposals with the most support."),
        REASONS,
        PERSONAL_DATA,
    ),
    form=(
        FieldOutline(
            kind="short_text",
            key="name",
            label=N_("Your proposal in one sentence"),
        ),
        FieldOutline(
            kind="long_text",
            key="problem",
            label=N_("Which problem does it solve?"),
        ),
        FieldOutline(
            kind="long_text",
            key="measure",
            label=N_("What should the rule say?"),
            help=N_("In your own words: it need not be the language of a law."),
        ),
        FieldOutline(
            kind="choices",
            key="affected",
            label=N_("Whom does it concern?"),
            options=(
                N_("Residents"),
                N_("Companies"),
                N_("Associations"),
                N_("Public bodies"),
                N_("Others"),
            ),
        ),
        FieldOutline(
            kind="link",
            key="evidence",
            label=N_("Evidence"),
            help=N_("A study, figures, or a place where it works."),
            required=False,
        ),
        FieldOutline(
            kind="yes_no",
            key="law",
            label=N_("Does a law have to change?"),
        ),
        MAY_BE_SHOWN,
    ),
    criteria=(
        CriterionOutline(
            name=N_("Effect"),
            description=N_("How far it brings us towards the outcome that we ask for."),
            weight=Decimal(30),
        ),
        CriterionOutline(
            name=N_("Evidence"),
            description=N_("How well it is shown that it would work."),
            weight=Decimal(25),
            scale="rating",
        ),
        CriterionOutline(
            name=N_("Fairness"),
            description=N_("How its benefits and burdens are spread."),
            weight=Decimal(25),
        ),
        CriterionOutline(
            name=N_("Feasibility"),
            description=N_("Whether it can be put into force in time and at bearable cost."),
            weight=Decimal(20),
        ),
    ),
)
