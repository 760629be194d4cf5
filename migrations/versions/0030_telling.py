"""Answers that were merged or hidden, templates of one challenge, why a mail was not sent"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "outgoing_mail",
        sa.Column("given_up_why", sa.String(length=100), server_default="", nullable=False),
    )
    # What was done on a draft stays on record after the draft is deleted.
    op.drop_constraint("fk_event_campaign_id", "event", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key(
        "fk_event_campaign_id",
        "event",
        "campaign",
        ["campaign_id"],
        ["id"],
        postgresql_not_valid=True,
    )
    op.drop_column("outgoing_mail", "given_up_why")
