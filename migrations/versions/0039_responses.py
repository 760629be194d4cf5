"""Leaders' answers to ideas"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "answer_template",
        sa.Column("used_for", sa.String(length=20), server_default="questions", nullable=False),
    )
    op.create_table(
        "stand_in",
        sa.Column("leader_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(length=60), server_default="UTC", nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name="fk_stand_in_leader_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_stand_in_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stand_in"),
    )
    op.create_index("ix_stand_in_leader_id", "stand_in", ["leader_id"])
    op.create_index("ix_stand_in_person_id", "stand_in", ["person_id"])
    op.create_table(
        "reply_rule",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("supporters", sa.BigInteger(), nullable=False),
        sa.Column("organisations", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.BigInteger()),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_reply_rule_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name="fk_reply_rule_ended_by"),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name="fk_reply_rule_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_rule"),
    )
    op.create_index("ix_reply_rule_campaign_id", "reply_rule", ["campaign_id"])
    op.create_index(
        "uq_reply_rule_standing",
        "reply_rule",
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "owed_response",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("rule_id", sa.BigInteger()),
        sa.Column("owed_since", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("supporters", sa.BigInteger(), nullable=False),
        sa.Column("organisations", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("remind_at", MOMENT),
        sa.Column("reminders", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("vacant_since", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_owed_response_idea_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["reply_rule.id"], name="fk_owed_response_rule_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_owed_response"),
        sa.UniqueConstraint("idea_id", "round", name="uq_owed_response_idea_id_round"),
    )
    op.create_index(
        "ix_owed_response_open",
        "owed_response",
        ["due_at"],
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index(
        "ix_owed_response_remind_at",
        "owed_response",
        ["remind_at"],
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index("ix_owed_response_rule_id", "owed_response", ["rule_id"])
    op.create_index(
        "uq_owed_response_open",
        "owed_response",
        ["idea_id"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "passed_before",
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_passed_before_idea_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["reply_rule.id"], name="fk_passed_before_rule_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rule_id", "idea_id", name="pk_passed_before"),
    )
    op.create_index("ix_passed_before_idea_id", "passed_before", ["idea_id"])
    op.create_table(
        "reply_rule_leader",
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_reply_rule_leader_person_id"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["reply_rule.id"], name="fk_reply_rule_leader_rule_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rule_id", "person_id", name="pk_reply_rule_leader"),
    )
    op.create_index("ix_reply_rule_leader_person_id", "reply_rule_leader", ["person_id"])
    op.create_table(
        "handover",
        sa.Column("owed_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("declined_at", MOMENT),
        sa.Column("declined_why", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("lapsed_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name="fk_handover_from_id"),
        sa.ForeignKeyConstraint(
            ["owed_id"], ["owed_response.id"], name="fk_handover_owed_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name="fk_handover_to_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_index("ix_handover_owed_id", "handover", ["owed_id"])
    op.create_index("ix_handover_to_id", "handover", ["to_id"])
    op.create_index(
        "uq_handover_open",
        "handover",
        ["owed_id", "from_id"],
        unique=True,
        postgresql_where=sa.text(
            "accepted_at IS NULL AND declined_at IS NULL AND lapsed_at IS NULL"
        ),
    )
    op.create_table(
        "response",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("owed_id", sa.BigInteger()),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("for_id", sa.BigInteger()),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("would_change", sa.Text(), server_default="", nullable=False),
        sa.Column("elsewhere", sa.String(length=500), server_default="", nullable=False),
        sa.Column("review_id", sa.BigInteger()),
        sa.Column("wake_measure", sa.String(length=30)),
        sa.Column("wake_threshold", sa.BigInteger()),
        sa.Column("wake_on", sa.Date()),
        sa.Column("woken_at", MOMENT),
        sa.Column("woken_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_response_author_id"),
        sa.ForeignKeyConstraint(["for_id"], ["person.id"], name="fk_response_for_id"),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_response_idea_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owed_id"], ["owed_response.id"], name="fk_response_owed_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name="fk_response_review_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["woken_by"], ["person.id"], name="fk_response_woken_by"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.UniqueConstraint("idea_id", "round", name="uq_response_idea_id_round"),
        sa.UniqueConstraint("owed_id", name="uq_response_owed_id"),
        sa.UniqueConstraint("review_id", name="uq_response_review_id"),
    )
    op.create_index(
        "ix_response_asleep",
        "response",
        ["idea_id"],
        postgresql_where=sa.text("review_id IS NOT NULL AND woken_at IS NULL"),
    )
    op.create_index("ix_response_author_id", "response", ["author_id"])
    op.create_index("ix_response_for_id", "response", ["for_id"])
    op.create_index("ix_response_given_at", "response", ["given_at", "id"])
    op.create_index(
        "ix_response_wakes",
        "response",
        ["id"],
        postgresql_where=sa.text(
            "review_id IS NOT NULL AND woken_at IS NULL AND (wake_measure IS NOT NULL OR wake_on IS NOT NULL)"
        ),
    )
    op.create_table(
        "response_opening",
        sa.Column("owed_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owed_id"],
            ["owed_response.id"],
            name="fk_response_opening_owed_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_response_opening_person_id"),
        sa.PrimaryKeyConstraint("owed_id", "person_id", name="pk_response_opening"),
    )
    op.create_index("ix_response_opening_person_id", "response_opening", ["person_id"])
    op.create_table(
        "response_owner",
        sa.Column("owed_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("named_by", sa.BigInteger()),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name="fk_response_owner_named_by"),
        sa.ForeignKeyConstraint(
            ["owed_id"], ["owed_response.id"], name="fk_response_owner_owed_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_response_owner_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_response_owner"),
    )
    op.create_index("ix_response_owner_owed_id", "response_owner", ["owed_id"])
    op.create_index("ix_response_owner_person_id", "response_owner", ["person_id"])
    op.create_index(
        "uq_response_owner_standing",
        "response_owner",
        ["owed_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "condition_report",
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.String(length=2000), nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("refused_at", MOMENT),
        sa.Column("decided_by", sa.BigInteger()),
        sa.Column("answer", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_condition_report_decided_by"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_condition_report_person_id"),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name="fk_condition_report_response_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_condition_report"),
        sa.UniqueConstraint(
            "response_id", "person_id", name="uq_condition_report_response_id_person_id"
        ),
    )
    op.create_index("ix_condition_report_person_id", "condition_report", ["person_id"])
    op.create_table(
        "response_version",
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("would_change", sa.Text(), server_default="", nullable=False),
        sa.Column("elsewhere", sa.String(length=500), server_default="", nullable=False),
        sa.Column("why", sa.String(length=300), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_response_version_made_by"),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name="fk_response_version_response_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_response_version"),
        sa.UniqueConstraint(
            "response_id", "version", name="uq_response_version_response_id_version"
        ),
    )


def downgrade() -> None:
    op.drop_table("condition_report")
    op.drop_table("response_opening")
    op.drop_table("response_version")
    op.drop_table("response")
    op.drop_table("stand_in")
    op.drop_table("handover")
    op.drop_table("response_owner")
    op.drop_table("owed_response")
    op.drop_table("passed_before")
    op.drop_table("reply_rule_leader")
    op.drop_table("reply_rule")
    op.drop_column("answer_template", "used_for")
