"""Rules with versions, prizes, who may enter, partners, documents and facts of challenges"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "campaign_document",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=300), server_default="", nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("stored_as", sa.String(length=80), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "num_nonnulls(content, stored_as) = case when removed_at is null then 1 else 0 end",
            name=op.f("ck_campaign_document_kept_once"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name=op.f("fk_campaign_document_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_document_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["person.id"], name=op.f("fk_campaign_document_removed_by")
        ),
        sa.ForeignKeyConstraint(
            ["stored_as"], ["stored_file.name"], name=op.f("fk_campaign_document_stored_as")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_document")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_campaign_document_stored_as")),
        sa.UniqueConstraint("token", name=op.f("uq_campaign_document_token")),
    )
    op.create_index(
        "ix_campaign_document_campaign_id", "campaign_document", ["campaign_id"], unique=False
    )
    op.create_index(
        "ix_campaign_document_digest",
        "campaign_document",
        ["campaign_id", "digest"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "campaign_partner",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("role", sa.String(length=300), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_partner_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_campaign_partner_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_partner")),
        sa.UniqueConstraint(
            "campaign_id",
            "position",
            name=op.f("uq_campaign_partner_campaign_id_position"),
        ),
    )
    op.create_index(
        "ix_campaign_partner_organisation_id", "campaign_partner", ["organisation_id"], unique=False
    )
    op.create_table(
        "eligibility_question",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=300), server_default="", nullable=False),
        sa.Column("help", sa.String(length=500), server_default="", nullable=False),
        sa.Column("required_answer", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("blocking", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_eligibility_question_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_question")),
        sa.UniqueConstraint(
            "campaign_id",
            "position",
            name=op.f("uq_eligibility_question_campaign_id_position"),
        ),
    )
    op.create_table(
        "prize",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), server_default="", nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.String(length=200), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("non_money", sa.String(length=500), server_default="", nullable=False),
        sa.Column("winners", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "(amount is null) = (currency is null)", name=op.f("ck_prize_amount_has_currency")
        ),
        sa.CheckConstraint(
            "amount is null or amount > 0", name=op.f("ck_prize_amount_is_positive")
        ),
        sa.CheckConstraint("winners > 0", name=op.f("ck_prize_has_winners")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_prize_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize")),
        sa.UniqueConstraint(
            "campaign_id",
            "position",
            name=op.f("uq_prize_campaign_id_position"),
        ),
    )
    op.create_table(
        "rules_draft",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("html", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("saved_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_rules_draft_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_rules_draft_saved_by")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_rules_draft")),
    )
    op.create_table(
        "rules_version",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("material", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_rules_version_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_rules_version_published_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_version")),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("uq_rules_version_campaign_id_number")
        ),
    )
    op.create_table(
        "prize_milestone",
        sa.Column("prize_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), server_default="", nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["prize_id"], ["prize.id"], name=op.f("fk_prize_milestone_prize_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_milestone")),
        sa.UniqueConstraint(
            "prize_id",
            "position",
            name=op.f("uq_prize_milestone_prize_id_position"),
        ),
    )
    op.create_table(
        "rules_acceptance",
        sa.Column("rules_version_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "accepted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_rules_acceptance_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["rules_version_id"],
            ["rules_version.id"],
            name=op.f("fk_rules_acceptance_rules_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_acceptance")),
        sa.UniqueConstraint(
            "rules_version_id",
            "person_id",
            name=op.f("uq_rules_acceptance_rules_version_id_person_id"),
        ),
    )
    op.create_index(
        "ix_rules_acceptance_person_id", "rules_acceptance", ["person_id"], unique=False
    )
    op.add_column(
        "campaign",
        sa.Column("legal_authority", sa.String(length=1000), server_default="", nullable=False),
    )
    op.add_column(
        "campaign",
        sa.Column("fiscal_year", sa.String(length=20), server_default="", nullable=False),
    )
    op.add_column(
        "campaign",
        sa.Column(
            "challenge_types",
            postgresql.ARRAY(sa.String(length=80)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    for column in ("challenge_types", "fiscal_year", "legal_authority"):
        op.drop_column("campaign", column)
    op.drop_table("rules_acceptance")
    op.drop_table("prize_milestone")
    op.drop_table("rules_version")
    op.drop_table("rules_draft")
    op.drop_table("prize")
    op.drop_table("eligibility_question")
    op.drop_table("campaign_partner")
    op.drop_table("campaign_document")
