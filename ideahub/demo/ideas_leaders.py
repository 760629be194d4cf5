"""An idea of a leader's own, for which a colleague's offer waits for an answer on her desk."""

from decimal import Decimal

from ideahub.conversation.models import ContributionKind as K
from ideahub.demo.shapes import DemoContribution, DemoIdea, DemoPledge
from ideahub.ideas.models import InnovationType as T
from ideahub.sponsorship.models import PledgeKind as P

IDEAS = (
    DemoIdea(
        "rules",
        "greta",
        9,
        "One permit for roadworks instead of four",
        "Whoever digs up a street asks the road, the traffic, the water and the noise office, one "
        "after the other. One form goes to all four, and the slowest sets the day.",
        "The same street was dug up three times last year, as nobody saw the other permits.",
        ("permits", "streets"),
        14,
        T.PROCESS,
        contributions=(
            DemoContribution(
                K.EVIDENCE,
                "ben",
                "Of 212 permits last year, 61 were for a street that another office had open.",
                thanks=6,
            ),
        ),
        pledges=(
            DemoPledge(
                "henrik",
                P.HOURS,
                "A lawyer of the ministry, to write the joint form",
                Decimal(60),
                conditions="Two more cities try it with you.",
                days=40,
                accepted=False,
            ),
        ),
    ),
)
