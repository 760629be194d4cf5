"""Checks of the counts that are stored with ideas and campaigns."""

from sqlalchemy import Select, func, literal, or_, select, union_all

from ideahub.campaigns.models import Campaign
from ideahub.core.kept_counts import KeptCount, kept_count
from ideahub.ideas.models import Idea, IdeaTally, Vote


def _differing_tallies() -> Select[int]:
    """Counts the campaigns and stages whose tally is not the sum of their ideas."""
    figures = {
        "ideas": literal(1),
        "votes": Idea.votes_count,
        "contributions": Idea.contributions_count,
        "adopted": Idea.adopted_count,
        "pledges": Idea.pledges_count,
    }
    where = IdeaTally.campaign_id, IdeaTally.stage
    kept = select(*where, *(getattr(IdeaTally, name) for name in figures))
    counted = select(
        Idea.campaign_id,
        Idea.stage,
        *((-column).label(name) for name, column in figures.items()),
    )
    both = union_all(kept, counted.where(Idea.is_listed)).subquery()
    off = (
        select(both.c.campaign_id)
        .group_by(both.c.campaign_id, both.c.stage)
        .having(or_(*(func.sum(both.c[name]) != 0 for name in figures)))
        .subquery()
    )
    return select(func.count()).select_from(off)


COUNTS = (
    kept_count("votes", Idea.votes_count, select(Vote.idea_id)),
    kept_count("ideas", Campaign.ideas_count, select(Idea.campaign_id).where(Idea.is_listed)),
    KeptCount("figures of challenges and idea boxes", "", _differing_tallies()),
)
