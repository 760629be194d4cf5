"""A template of answers to ideas says what is answered, and why"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    for name in ("verdict", "reason"):
        column = sa.Column(name, sa.String(20), server_default="", nullable=False)
        op.add_column("answer_template", column)


def downgrade() -> None:
    for name in ("reason", "verdict"):
        op.drop_column("answer_template", name)
