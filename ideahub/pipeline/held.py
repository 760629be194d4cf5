"""Whether a reviewer has asked for more before the gate can be passed."""

from sqlalchemy import case, desc, exists, select

from ideahub.core.db import constant
from ideahub.ideas.models import Idea, Revision
from ideahub.pipeline.models import Decision, Review

_newest = (
    select(Review.decision, Review.created_at)
    .where(Review.idea_id == Idea.id)
    .order_by(desc(Review.id))
    .limit(constant(1))
    .correlate(Idea)
    .subquery("newest")
)
_asks = _newest.c.decision.in_([constant(Decision.HOLD), constant(Decision.SEND_BACK)])
_changed_since = exists().where(
    Revision.idea_id == Idea.id, Revision.created_at > _newest.c.created_at
)
# The SQL expression of the decision by which an idea was held or sent back, if nobody has decided
# since and its text is still the same; else NULL. The only rule for it.
HELD_BY = (
    select(case((~_changed_since.correlate(Idea, _newest), _newest.c.decision)))
    .select_from(_newest)
    .where(_asks)
    .correlate(Idea)
    .scalar_subquery()
)
