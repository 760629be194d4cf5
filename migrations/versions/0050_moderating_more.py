"""Suspended from one place, and changes that wait for a moderator"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0044"

MOMENT = sa.DateTime(timezone=True)
PLACES = ("campaign", "organisation")


def upgrade() -> None:
    op.add_column("person", sa.Column("partly_suspended_until", MOMENT))
    for place in PLACES:
        column = f"{place}_id"
        op.add_column("suspension", sa.Column(column, sa.BigInteger()))
        op.create_foreign_key(f"fk_suspension_{column}", "suspension", place, [column], ["id"])
        op.create_index(f"ix_suspension_{column}", "suspension", [column])
    op.create_table(
        "held_change",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_held_change_author_id"),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_held_change_case_id"),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_held_change_idea_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_held_change"),
    )
    op.create_index("ix_held_change_case_id", "held_change", ["case_id"])
    op.create_index("ix_held_change_author_id", "held_change", ["author_id"])
    op.create_index("ix_held_change_idea_id", "held_change", ["idea_id"])


def downgrade() -> None:
    op.drop_table("held_change")
    for place in reversed(PLACES):
        op.drop_index(f"ix_suspension_{place}_id", "suspension")
        op.drop_column("suspension", f"{place}_id")
    op.drop_column("person", "partly_suspended_until")
