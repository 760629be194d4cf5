"""Whether a phase is by invitation is written again, as the release before writes it, too"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.execute("ALTER TABLE phase ALTER COLUMN by_invitation DROP EXPRESSION")
    op.alter_column("phase", "by_invitation", server_default=sa.text("false"))


def downgrade() -> None:
    op.drop_column("phase", "by_invitation")
    op.add_column(
        "phase",
        sa.Column(
            "by_invitation",
            sa.Boolean(),
            sa.Computed("invited_from_id IS NOT NULL", persisted=True),
            nullable=False,
        ),
    )
