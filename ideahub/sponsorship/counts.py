"""Checks of the counts of sponsors and pledges that are stored with ideas."""

from sqlalchemy import select

from ideahub.core.kept_counts import kept_count
from ideahub.ideas.models import Idea
from ideahub.sponsorship.models import Pledge

# Distinct, as a sponsor with two pledges counts once.
_sponsors = select(Pledge.idea_id, Pledge.sponsor_id).where(Pledge.is_standing).distinct()

COUNTS = (
    kept_count("sponsors", Idea.sponsors_count, _sponsors),
    kept_count("pledges", Idea.pledges_count, select(Pledge.idea_id).where(Pledge.is_counted)),
)
