"""Pledges are kept by evidence, in part or in full; authors say whether it came"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

MOMENT = sa.DateTime(timezone=True)
TEXTS = (("evidence_url", 500), ("part_why", 1000))


def upgrade() -> None:
    op.add_column("pledge", sa.Column("given_amount", sa.Numeric(14, 2)))
    for name, length in TEXTS:
        op.add_column(
            "pledge", sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        )
    op.create_table(
        "pledge_mark",
        sa.Column("pledge_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_pledge_mark_author_id"),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name="fk_pledge_mark_pledge_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pledge_mark"),
    )
    op.create_index("ix_pledge_mark_pledge_id", "pledge_mark", ["pledge_id", "id"])
    op.create_table(
        "pledge_reminder",
        sa.Column("pledge_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name="fk_pledge_reminder_pledge_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pledge_id", "kind", name="pk_pledge_reminder"),
    )
    op.create_table(
        "decision_opening",
        sa.Column("idea_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("after_review", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_decision_opening_idea_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_decision_opening_person_id"),
        sa.PrimaryKeyConstraint("idea_id", "after_review", "person_id", name="pk_decision_opening"),
    )


def downgrade() -> None:
    for table in ("decision_opening", "pledge_reminder", "pledge_mark"):
        op.drop_table(table)
    for name, _length in TEXTS:
        op.drop_column("pledge", name)
    op.drop_column("pledge", "given_amount")
