"""A suspension of a chosen name outlives the deletion of whose it was"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0053"


def upgrade() -> None:
    op.create_table(
        "name_bar",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("signature", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("signature", "until"):
        op.create_index(f"ix_name_bar_{column}", "name_bar", [column])


def downgrade() -> None:
    op.drop_table("name_bar")
