"""Answers that were merged or hidden, templates of one challenge, why a mail was not sent"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "outgoing_mail",
        sa.Column("given_up_why", sa.String(length=100), server_default="", nullable=False),
    )
    op.create_table(
        "faq_withdrawal",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("into_id", sa.BigInteger()),
        sa.Column("why", sa.String(length=300), server_default="", nullable=False),
        sa.Column(
            "questions",
            postgresql.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'::bigint[]"),
            nullable=False,
        ),
        sa.Column("made_by", sa.BigInteger()),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["faq_entry.id"], name="fk_faq_withdrawal_entry_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["faq_entry.id"], name="fk_faq_withdrawal_into_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_faq_withdrawal_made_by"),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name="fk_faq_withdrawal_ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_faq_withdrawal"),
    )
    op.create_index("ix_faq_withdrawal_entry_id", "faq_withdrawal", ["entry_id"])
    op.create_index("ix_faq_withdrawal_into_id", "faq_withdrawal", ["into_id"])
    op.create_index(
        "uq_faq_withdrawal_standing",
        "faq_withdrawal",
        ["entry_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("answer_template", sa.Column("campaign_id", sa.BigInteger()))
    op.create_foreign_key(
        "fk_answer_template_campaign_id",
        "answer_template",
        "campaign",
        ["campaign_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_answer_template_campaign_id", "answer_template", ["campaign_id"])
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.add_column("campaign_review", sa.Column("looked_at", postgresql.JSONB()))
    op.add_column("announcement", sa.Column("changed_at", MOMENT))
    op.create_table(
        "earlier_announcement",
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name="fk_earlier_announcement_announcement_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["person.id"], name="fk_earlier_announcement_replaced_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_earlier_announcement"),
    )
    op.create_index(
        "ix_earlier_announcement_announcement_id", "earlier_announcement", ["announcement_id"]
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
    op.drop_table("earlier_announcement")
    op.drop_column("announcement", "changed_at")
    op.drop_column("campaign_review", "looked_at")
    op.drop_index("ix_notification_unread", "notification")
    op.drop_column("answer_template", "campaign_id")
    op.drop_table("faq_withdrawal")
    op.drop_column("outgoing_mail", "given_up_why")
