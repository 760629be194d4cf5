"""Indexes for what grew with the number of ideas, and searches without a list of pending words"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"

LISTED = "withdrawn_at is null and hidden_at is null"
# With fastupdate, words of new and changed rows wait in a list, which every search reads: up to
# 4 MB, and every vote writes its idea's row again.
SEARCHED = (
    "ix_idea_searched",
    "ix_idea_title_trigrams",
    "ix_idea_tags",
    "ix_campaign_searched",
    "ix_person_searched",
)


def upgrade() -> None:
    connection = op.get_bind()
    for index in SEARCHED:
        connection.exec_driver_sql(f"alter index {index} set (fastupdate = off)")
        connection.exec_driver_sql(f"select gin_clean_pending_list('{index}')")
    op.create_index(
        "ix_idea_campaign_id_stage_since",
        "idea",
        ["campaign_id", "stage", "stage_since", "id"],
        postgresql_where=sa.text(LISTED),
    )
    op.create_index("ix_vote_idea_id_created_at", "vote", ["idea_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_vote_idea_id_created_at", "vote")
    op.drop_index("ix_idea_campaign_id_stage_since", "idea")
    connection = op.get_bind()
    for index in SEARCHED:
        connection.exec_driver_sql(f"alter index {index} reset (fastupdate)")
