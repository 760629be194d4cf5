"""Score runs, results, appeals, awards and answers to entrants"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "phase",
        sa.Column("by_invitation", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "score_run",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("output_hash", sa.String(length=64), nullable=False),
        sa.Column("run_by", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name="fk_score_run_panel_id"),
        sa.ForeignKeyConstraint(["run_by"], ["person.id"], name="fk_score_run_run_by"),
        sa.PrimaryKeyConstraint("id", name="pk_score_run"),
        sa.UniqueConstraint("panel_id", "number", name="uq_score_run_panel_id_number"),
    )
    op.create_table(
        "deliberation_item",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("raised_by", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_deliberation_item_entry_id"),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name="fk_deliberation_item_panel_id"),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["person.id"], name="fk_deliberation_item_raised_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliberation_item"),
        sa.UniqueConstraint("panel_id", "entry_id", name="uq_deliberation_item_panel_id_entry_id"),
    )
    op.create_index("ix_deliberation_item_entry_id", "deliberation_item", ["entry_id"])
    op.create_table(
        "panel_result",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("note_html", sa.Text(), server_default="", nullable=False),
        sa.Column("appeals_until", MOMENT, nullable=False),
        sa.Column("timezone", sa.String(length=60), server_default="UTC", nullable=False),
        sa.Column("answers_from", MOMENT),
        sa.Column("final_at", MOMENT),
        sa.Column("final_by", sa.BigInteger()),
        sa.Column("replaced_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["final_by"], ["person.id"], name="fk_panel_result_final_by"),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name="fk_panel_result_panel_id"),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name="fk_panel_result_published_by"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["score_run.id"], name="fk_panel_result_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_panel_result"),
    )
    op.create_index(
        "ix_panel_result_now",
        "panel_result",
        ["panel_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_index("ix_panel_result_run_id", "panel_result", ["run_id"])
    op.create_table(
        "run_place",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger()),
        sa.Column("value", sa.Numeric(precision=20, scale=10)),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_run_place_entry_id"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["score_run.id"], name="fk_run_place_run_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "entry_id", name="pk_run_place"),
    )
    op.create_index("ix_run_place_entry_id", "run_place", ["entry_id"])
    op.create_index("ix_run_place_run_id_rank", "run_place", ["run_id", "rank", "entry_id"])
    op.create_table(
        "advancement",
        sa.Column("result_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("to_phase_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("accepted_by", sa.BigInteger()),
        sa.Column("declined_at", MOMENT),
        sa.Column("next_entry_id", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name="fk_advancement_accepted_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_advancement_decided_by"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_advancement_entry_id"),
        sa.ForeignKeyConstraint(
            ["next_entry_id"], ["entry.id"], name="fk_advancement_next_entry_id"
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["panel_result.id"], name="fk_advancement_result_id"
        ),
        sa.ForeignKeyConstraint(["to_phase_id"], ["phase.id"], name="fk_advancement_to_phase_id"),
        sa.PrimaryKeyConstraint("id", name="pk_advancement"),
        sa.UniqueConstraint("entry_id", "to_phase_id", name="uq_advancement_entry_id_to_phase_id"),
    )
    op.create_index("ix_advancement_next_entry_id", "advancement", ["next_entry_id"])
    op.create_index("ix_advancement_result_id", "advancement", ["result_id"])
    op.create_index("ix_advancement_to_phase_id", "advancement", ["to_phase_id"])
    op.create_table(
        "appeal",
        sa.Column("result_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_html", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger()),
        sa.Column("decided_at", MOMENT),
        sa.Column("is_upheld", sa.Boolean()),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_appeal_decided_by"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_appeal_entry_id"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_appeal_made_by"),
        sa.ForeignKeyConstraint(["result_id"], ["panel_result.id"], name="fk_appeal_result_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("result_id", "entry_id", name="uq_appeal_result_id_entry_id"),
    )
    op.create_index("ix_appeal_entry_id", "appeal", ["entry_id"])
    op.create_table(
        "award",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("result_id", sa.BigInteger()),
        sa.Column("prize_id", sa.BigInteger()),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2)),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("confirmed_by", sa.BigInteger()),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.BigInteger()),
        sa.Column("revocation_reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_award_campaign_id"),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name="fk_award_confirmed_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_award_decided_by"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_award_entry_id"),
        sa.ForeignKeyConstraint(["prize_id"], ["prize.id"], name="fk_award_prize_id"),
        sa.ForeignKeyConstraint(["result_id"], ["panel_result.id"], name="fk_award_result_id"),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name="fk_award_revoked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_award"),
    )
    op.create_index("ix_award_campaign_id", "award", ["campaign_id"])
    op.create_index("ix_award_entry_id", "award", ["entry_id"])
    op.create_index("ix_award_prize_id", "award", ["prize_id"])
    op.create_index("ix_award_result_id", "award", ["result_id"])
    op.create_table(
        "deliberation_decision",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_deliberation_decision_decided_by"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["deliberation_item.id"], name="fk_deliberation_decision_item_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliberation_decision"),
    )
    op.create_index("ix_deliberation_decision_item_id", "deliberation_decision", ["item_id"])
    op.create_table(
        "deliberation_note",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("said_by", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_html", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["deliberation_item.id"], name="fk_deliberation_note_item_id"
        ),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name="fk_deliberation_note_said_by"),
        sa.PrimaryKeyConstraint("id", name="pk_deliberation_note"),
    )
    op.create_index("ix_deliberation_note_item_id", "deliberation_note", ["item_id"])
    op.create_table(
        "entrant_answer",
        sa.Column("result_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("words_html", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "comments", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("distance", postgresql.JSONB()),
        sa.Column("signed_by", sa.BigInteger()),
        sa.Column("signed_at", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entrant_answer_entry_id"),
        sa.ForeignKeyConstraint(
            ["result_id"], ["panel_result.id"], name="fk_entrant_answer_result_id"
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name="fk_entrant_answer_signed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_entrant_answer"),
        sa.UniqueConstraint("result_id", "entry_id", name="uq_entrant_answer_result_id_entry_id"),
    )
    op.create_index("ix_entrant_answer_entry_id", "entrant_answer", ["entry_id"])
    op.create_table(
        "award_check",
        sa.Column("award_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("passed", sa.Boolean()),
        sa.Column("note", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("checked_by", sa.BigInteger()),
        sa.Column("checked_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name="fk_award_check_award_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name="fk_award_check_checked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_award_check"),
    )
    op.create_index("ix_award_check_award_id", "award_check", ["award_id", "position"])
    op.create_table(
        "award_payment",
        sa.Column("award_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), server_default="", nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("paid_on", sa.Date()),
        sa.Column("note", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("recorded_by", sa.BigInteger()),
        sa.Column("recorded_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name="fk_award_payment_award_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name="fk_award_payment_recorded_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_award_payment"),
    )
    op.create_index("ix_award_payment_award_id", "award_payment", ["award_id", "position"])
    op.create_table(
        "decision_signature",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["deliberation_decision.id"], name="fk_decision_signature_decision_id"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_decision_signature_person_id"
        ),
        sa.PrimaryKeyConstraint("decision_id", "person_id", name="pk_decision_signature"),
    )
    op.create_index("ix_decision_signature_person_id", "decision_signature", ["person_id"])
    op.create_table(
        "score_correction",
        sa.Column("scorecard_id", sa.BigInteger(), nullable=False),
        sa.Column("criterion_id", sa.BigInteger(), nullable=False),
        sa.Column("old_value", sa.Numeric(precision=10, scale=2)),
        sa.Column("new_value", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name="fk_score_correction_appeal_id"),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["panel_criterion.id"], name="fk_score_correction_criterion_id"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_score_correction_decided_by"
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecard.id"], name="fk_score_correction_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_score_correction"),
    )
    op.create_index("ix_score_correction_appeal_id", "score_correction", ["appeal_id"])
    op.create_index(
        "ix_score_correction_scorecard_id", "score_correction", ["scorecard_id", "criterion_id"]
    )
    op.create_table(
        "letter_batch",
        sa.Column("result_id", sa.BigInteger(), nullable=False),
        sa.Column("recipients", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["panel_result.id"], name="fk_letter_batch_result_id"
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name="fk_letter_batch_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_letter_batch"),
    )
    op.create_index("ix_letter_batch_result_id", "letter_batch", ["result_id"])
    op.create_table(
        "letter",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("sent_by", sa.BigInteger()),
        sa.Column("left_out_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["letter_batch.id"], name="fk_letter_batch_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_letter_entry_id"),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name="fk_letter_sent_by"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("batch_id", "entry_id", name="uq_letter_batch_id_entry_id"),
    )
    op.create_index("ix_letter_entry_id", "letter", ["entry_id"])


def downgrade() -> None:
    op.drop_table("letter")
    op.drop_table("letter_batch")
    op.drop_table("entrant_answer")
    op.drop_table("award_payment")
    op.drop_table("award_check")
    op.drop_table("award")
    op.drop_table("advancement")
    op.drop_table("decision_signature")
    op.drop_table("deliberation_decision")
    op.drop_table("deliberation_note")
    op.drop_table("deliberation_item")
    op.drop_table("score_correction")
    op.drop_table("appeal")
    op.drop_table("panel_result")
    op.drop_table("run_place")
    op.drop_table("score_run")
    op.drop_column("phase", "by_invitation")
