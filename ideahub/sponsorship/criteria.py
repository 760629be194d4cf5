"""The criterion of gates that counts an idea's sponsors."""

from sqlalchemy import func, or_, select

from ideahub.core.criteria import Criterion, CriterionWords
from ideahub.core.events import Kind
from ideahub.core.i18n import N_, ngettext
from ideahub.ideas.models import Idea
from ideahub.sponsorship.models import Pledge

SPONSORS = Criterion(
    measure="sponsors",
    query=select(func.count(Pledge.sponsor_id.distinct()))
    .where(
        Pledge.idea_id == Idea.id,
        Pledge.is_standing,
        # The clock marks a pledge as lapsed only a moment after its last day.
        or_(Pledge.kept_at.is_not(None), Pledge.expires_on >= func.current_date()),
    )
    .correlate(Idea)
    .scalar_subquery(),
    words=CriterionWords(
        name=N_("A sponsor stands behind it"),
        hint=N_("A leader's pledge, accepted by the authors."),
        lacking=lambda n: ngettext("a sponsor", "%(num)s sponsors", n),
    ),
    events=(
        Kind.PLEDGE_ACCEPTED,
        Kind.PLEDGE_KEPT,
        Kind.PLEDGE_PART_KEPT,
        Kind.PLEDGE_WITHDRAWN,
        Kind.PLEDGE_LAPSED,
    ),
)
CRITERIA = (SPONSORS,)
