"""Rounds: a phase that takes only entries that were invited from an earlier one"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

# A phase that was set to take invited entries only took those of the last such phase before it.
# `by_invitation` stays, as the release before reads and writes it.
TAKE_OVER = """
UPDATE phase SET invited_from_id = (
    SELECT earlier.id FROM phase earlier
    WHERE earlier.campaign_id = phase.campaign_id
    AND earlier.position < phase.position AND 'entries' = ANY(earlier.accepts)
    ORDER BY earlier.position DESC LIMIT 1
)
WHERE by_invitation
"""


def upgrade() -> None:
    op.add_column("phase", sa.Column("invited_from_id", sa.BigInteger()))
    op.create_foreign_key("fk_phase_invited_from_id", "phase", "phase", ["invited_from_id"], ["id"])
    op.create_index("ix_phase_invited_from_id", "phase", ["invited_from_id"])
    op.execute(TAKE_OVER)


def downgrade() -> None:
    op.drop_column("phase", "invited_from_id")
