"""Mail that a deed sends, stored in the deed's transaction"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), sa.ForeignKey("person.id", ondelete="CASCADE")),
        sa.Column("to", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("next_try_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("given_up_at", MOMENT),
    )
    op.create_index("ix_outgoing_mail_person_id", "outgoing_mail", ["person_id"])
    op.create_index(
        "ix_outgoing_mail_next_try_at",
        "outgoing_mail",
        ["next_try_at"],
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("outgoing_mail")
