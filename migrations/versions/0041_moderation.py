"""Moderation: reports, cases, decisions, appeals"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("person", sa.Column("suspended_until", MOMENT))
    op.create_table(
        "conduct_version",
        sa.Column("campaign_id", sa.BigInteger()),
        sa.Column("organisation_id", sa.BigInteger()),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_conduct_version_campaign_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_conduct_version_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name="fk_conduct_version_written_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conduct_version"),
    )
    op.create_index("ix_conduct_version_campaign_id", "conduct_version", ["campaign_id", "id"])
    op.create_index(
        "ix_conduct_version_organisation_id", "conduct_version", ["organisation_id", "id"]
    )
    op.create_table(
        "looks_first_setting",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("looks_first", sa.String(length=20), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_looks_first_setting_campaign_id"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name="fk_looks_first_setting_changed_by"
        ),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_looks_first_setting"),
    )
    op.create_table(
        "word_list_version",
        sa.Column("campaign_id", sa.BigInteger()),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_word_list_version_campaign_id"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name="fk_word_list_version_written_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_word_list_version"),
    )
    op.create_index(
        "ix_word_list_version_campaign_id", "word_list_version", ["campaign_id", "language", "id"]
    )
    op.create_table(
        "moderation_case",
        sa.Column("text_kind", sa.String(length=20), nullable=False),
        sa.Column("text_id", sa.BigInteger(), nullable=False),
        sa.Column("idea_id", sa.BigInteger()),
        sa.Column("campaign_id", sa.BigInteger()),
        sa.Column("organisation_id", sa.BigInteger()),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("held_at", MOMENT),
        sa.Column("returned_at", MOMENT),
        sa.Column(
            "signals", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("score", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), server_default="", nullable=False),
        sa.Column("is_urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("claimed_by", sa.BigInteger()),
        sa.Column("claimed_until", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_moderation_case_author_id"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_moderation_case_campaign_id"
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["person.id"], name="fk_moderation_case_claimed_by"
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name="fk_moderation_case_idea_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_moderation_case_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_case"),
    )
    op.create_index("ix_moderation_case_author_id", "moderation_case", ["author_id"])
    op.create_index("ix_moderation_case_campaign_id", "moderation_case", ["campaign_id"])
    op.create_index("ix_moderation_case_fingerprint", "moderation_case", ["fingerprint"])
    op.create_index("ix_moderation_case_idea_id", "moderation_case", ["idea_id"])
    op.create_index(
        "ix_moderation_case_open",
        "moderation_case",
        ["created_at"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_moderation_case_open_text",
        "moderation_case",
        ["text_kind", "text_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_moderation_case_organisation_id", "moderation_case", ["organisation_id"])
    op.create_index("ix_moderation_case_text", "moderation_case", ["text_kind", "text_id"])
    op.create_table(
        "moderation_decision",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=40), server_default="", nullable=False),
        sa.Column("rule_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("rule_text", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("words", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("undoes_id", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name="fk_moderation_decision_case_id"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_moderation_decision_decided_by"
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["moderation_decision.id"], name="fk_moderation_decision_undoes_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_decision"),
    )
    op.create_index("ix_moderation_decision_case_id", "moderation_decision", ["case_id"])
    op.create_index("ix_moderation_decision_decided_by", "moderation_decision", ["decided_by"])
    op.create_index("ix_moderation_decision_undoes_id", "moderation_decision", ["undoes_id"])
    op.create_table(
        "text_report",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("reporter_id", sa.BigInteger()),
        sa.Column("browser", sa.String(length=64)),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rule_name", sa.String(length=200), nullable=False),
        sa.Column("words", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name="fk_text_report_case_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name="fk_text_report_reporter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_text_report"),
        sa.UniqueConstraint("case_id", "browser", name="uq_text_report_case_id_browser"),
        sa.UniqueConstraint("case_id", "reporter_id", name="uq_text_report_case_id_reporter_id"),
    )
    op.create_index("ix_text_report_reporter_id", "text_report", ["reporter_id"])
    op.create_table(
        "moderation_appeal",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.BigInteger()),
        sa.Column("is_upheld", sa.Boolean()),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_moderation_appeal_decided_by"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["moderation_decision.id"], name="fk_moderation_appeal_decision_id"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_moderation_appeal_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_appeal"),
        sa.UniqueConstraint("decision_id", name="uq_moderation_appeal_decision_id"),
    )
    op.create_index("ix_moderation_appeal_made_by", "moderation_appeal", ["made_by"])
    op.create_index(
        "ix_moderation_appeal_open",
        "moderation_appeal",
        ["created_at"],
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "redaction",
        sa.Column("text_kind", sa.String(length=20), nullable=False),
        sa.Column("text_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger()),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("sealed_until", MOMENT),
        sa.Column("restored_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["moderation_decision.id"], name="fk_redaction_decision_id"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_redaction_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_redaction"),
    )
    op.create_index("ix_redaction_decision_id", "redaction", ["decision_id"])
    op.create_index(
        "ix_redaction_sealed_until",
        "redaction",
        ["sealed_until"],
        postgresql_where=sa.text("sealed IS NOT NULL"),
    )
    op.create_index("ix_redaction_text", "redaction", ["text_kind", "text_id"])
    op.create_table(
        "suspension",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["moderation_decision.id"], name="fk_suspension_decision_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_suspension_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_suspension"),
        sa.UniqueConstraint("decision_id", name="uq_suspension_decision_id"),
    )
    op.create_index("ix_suspension_person_id", "suspension", ["person_id"])
    op.create_index(
        "ix_suspension_runs", "suspension", ["until"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "text_fingerprint",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_text_fingerprint_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_text_fingerprint"),
    )
    op.create_index("ix_text_fingerprint_fingerprint", "text_fingerprint", ["fingerprint"])
    op.create_index("ix_text_fingerprint_author_id", "text_fingerprint", ["author_id"])


def downgrade() -> None:
    op.drop_table("text_fingerprint")
    op.drop_table("looks_first_setting")
    op.drop_table("word_list_version")
    op.drop_table("conduct_version")
    op.drop_table("redaction")
    op.drop_table("suspension")
    op.drop_table("moderation_appeal")
    op.drop_table("moderation_decision")
    op.drop_table("text_report")
    op.drop_table("moderation_case")
    op.drop_column("person", "suspended_until")
