"""Checks of the counts of contributions, builds and thanks that are stored."""

from sqlalchemy import select

from ideahub.conversation.models import Contribution, ContributionKind, Thanks
from ideahub.core.kept_counts import kept_count
from ideahub.ideas.models import Idea

_contributions = select(Contribution.idea_id).where(
    Contribution.parent_id.is_(None), Contribution.is_listed
)
# Adopted builds of others: the author's own are not counted.
_adopted = (
    select(Contribution.idea_id)
    .join(Idea, Idea.id == Contribution.idea_id)
    .where(
        Contribution.adopted_at.is_not(None),
        Contribution.hidden_at.is_(None),
        Contribution.author_id != Idea.author_id,
    )
)
COUNTS = (
    kept_count("contributions", Idea.contributions_count, _contributions),
    kept_count(
        "builds",
        Idea.builds_count,
        _contributions.where(Contribution.kind == ContributionKind.BUILD),
    ),
    kept_count("adopted builds", Idea.adopted_count, _adopted),
    kept_count("thanks", Contribution.thanks_count, select(Thanks.contribution_id)),
)
