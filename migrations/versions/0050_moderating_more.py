"""Suspended from one place, changes that wait for a moderator, and hidden files"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0048"

MOMENT = sa.DateTime(timezone=True)
PLACES = ("campaign", "organisation")


def upgrade() -> None:
    op.add_column("person", sa.Column("partly_suspended_until", MOMENT))
    for place in PLACES:
        column = f"{place}_id"
        op.add_column("suspension", sa.Column(column, sa.BigInteger()))
        op.create_foreign_key(f"fk_suspension_{column}", "suspension", place, [column], ["id"])
        op.create_index(f"ix_suspension_{column}", "suspension", [column])
    op.add_column("attachment", sa.Column("hidden_at", MOMENT))
    op.add_column(
        "redaction",
        sa.Column("is_whole", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "held_change",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("adopts_id", sa.BigInteger()),
        sa.Column("published_at", MOMENT),
        sa.Column("refused_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_held_change_author_id"),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_held_change_idea_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["adopts_id"],
            ["contribution.id"],
            name="fk_held_change_adopts_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_held_change"),
    )
    op.create_index("ix_held_change_adopts_id", "held_change", ["adopts_id"])
    op.create_index("ix_held_change_author_id", "held_change", ["author_id"])
    op.create_index("ix_held_change_idea_id", "held_change", ["idea_id"])
    op.create_index(
        "uq_held_change_waiting",
        "held_change",
        ["idea_id", "author_id"],
        unique=True,
        postgresql_where=sa.text("published_at is null and refused_at is null"),
    )


def downgrade() -> None:
    op.drop_table("held_change")
    op.drop_column("redaction", "is_whole")
    op.drop_column("attachment", "hidden_at")
    for place in reversed(PLACES):
        op.drop_index(f"ix_suspension_{place}_id", "suspension")
        op.drop_column("suspension", f"{place}_id")
    op.drop_column("person", "partly_suspended_until")
