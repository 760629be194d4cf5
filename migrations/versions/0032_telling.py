"""Answers that were merged or hidden, templates of one challenge, why a mail was not sent"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0029"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "outgoing_mail",
        sa.Column("given_up_why", sa.String(length=100), server_default="", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("outgoing_mail", "given_up_why")
