"""Public votes on entries"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "entry_field",
        sa.Column("shown_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "public_vote",
        sa.Column("phase_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("votes_each", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("votes_each between 1 and 10", name="ck_public_vote_votes_each"),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["phase.id"], name="fk_public_vote_phase_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phase_id", name="pk_public_vote"),
    )
    op.create_table(
        "ballot_entry",
        sa.Column("phase_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.Column("removed_by", sa.BigInteger()),
        sa.Column("removal_reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name="fk_ballot_entry_added_by"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_ballot_entry_entry_id"),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name="fk_ballot_entry_phase_id"),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name="fk_ballot_entry_removed_by"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["entry_revision.id"], name="fk_ballot_entry_revision_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_entry"),
    )
    op.create_index("ix_ballot_entry_entry_id", "ballot_entry", ["entry_id"])
    op.create_index("ix_ballot_entry_phase_id", "ballot_entry", ["phase_id", "id"])
    op.create_index(
        "ix_ballot_entry_now",
        "ballot_entry",
        ["phase_id", "entry_id"],
        unique=True,
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "ballot_paper",
        sa.Column("phase_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ballot_paper_person_id"),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name="fk_ballot_paper_phase_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_paper"),
        sa.UniqueConstraint("phase_id", "person_id", name="uq_ballot_paper_phase_id_person_id"),
    )
    op.create_index("ix_ballot_paper_person_id", "ballot_paper", ["person_id"])
    op.create_table(
        "entry_vote",
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("ballot_entry_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_entry_id"], ["ballot_entry.id"], name="fk_entry_vote_ballot_entry_id"
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["ballot_paper.id"], name="fk_entry_vote_paper_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entry_vote"),
        sa.UniqueConstraint(
            "paper_id", "ballot_entry_id", name="uq_entry_vote_paper_id_ballot_entry_id"
        ),
    )
    op.create_index("ix_entry_vote_ballot_entry_id", "entry_vote", ["ballot_entry_id"])


def downgrade() -> None:
    for table in ("entry_vote", "ballot_paper", "ballot_entry", "public_vote"):
        op.drop_table(table)
    op.drop_column("entry_field", "shown_public")
