"""Indexes for the lists of one campaign by support

Until now all ideas of the campaign were read and put in order. Some seconds for a million ideas, in
which they can be read, but not written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

LISTED = "withdrawn_at is null and hidden_at is null"


def upgrade() -> None:
    for order in ("votes_count", "rising"):
        op.create_index(
            f"ix_idea_campaign_id_{order}",
            "idea",
            ["campaign_id", order, "id"],
            postgresql_where=sa.text(LISTED),
        )


def downgrade() -> None:
    for order in ("rising", "votes_count"):
        op.drop_index(f"ix_idea_campaign_id_{order}", "idea")
