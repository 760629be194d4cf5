"""Indexes for two lists that read every idea, or every person"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"

NEEDS_BUILD = "withdrawn_at is null and hidden_at is null and builds_count = 0"


def upgrade() -> None:
    op.create_index(
        "ix_idea_needs_build", "idea", ["created_at", "id"], postgresql_where=sa.text(NEEDS_BUILD)
    )
    op.create_index("ix_person_name", "person", ["name", "id"])


def downgrade() -> None:
    op.drop_index("ix_person_name", "person")
    op.drop_index("ix_idea_needs_build", "idea")
