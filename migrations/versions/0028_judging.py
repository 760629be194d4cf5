"""Panels of judges, assignments and scorecards"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "person",
        sa.Column("judges", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "panel",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("phase_id", sa.BigInteger(), nullable=False),
        sa.Column("entries_phase_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("terms_html", sa.Text(), server_default="", nullable=False),
        sa.Column("blind", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("judges_per_entry", sa.BigInteger()),
        sa.Column("shares_scores", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "rule", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("divergence_bound", sa.Numeric(precision=5, scale=2)),
        sa.Column("fixed_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_panel_campaign_id"),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name="fk_panel_closed_by"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_panel_created_by"),
        sa.ForeignKeyConstraint(
            ["entries_phase_id"], ["phase.id"], name="fk_panel_entries_phase_id"
        ),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name="fk_panel_phase_id"),
        sa.PrimaryKeyConstraint("id", name="pk_panel"),
    )
    op.create_index("ix_panel_campaign_id", "panel", ["campaign_id"])
    op.create_index("ix_panel_entries_phase_id", "panel", ["entries_phase_id"])
    op.create_index("ix_panel_phase_id", "panel", ["phase_id"])
    op.create_table(
        "assignment_run",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger()),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("uncovered", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_assignment_run_made_by"),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name="fk_assignment_run_panel_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assignment_run"),
    )
    op.create_index("ix_assignment_run_panel_id", "assignment_run", ["panel_id"])
    op.create_table(
        "panel_criterion",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("weight", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("scale", sa.String(length=20), server_default="points", nullable=False),
        sa.Column(
            "least", sa.Numeric(precision=10, scale=2), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "most", sa.Numeric(precision=10, scale=2), server_default=sa.text("10"), nullable=False
        ),
        sa.Column(
            "step", sa.Numeric(precision=10, scale=2), server_default=sa.text("1"), nullable=False
        ),
        sa.Column(
            "labels",
            postgresql.ARRAY(sa.String(length=200)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "comment_for_entrant", sa.String(length=20), server_default="optional", nullable=False
        ),
        sa.Column(
            "comment_internal", sa.String(length=20), server_default="optional", nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name="fk_panel_criterion_panel_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_panel_criterion"),
    )
    op.create_index("ix_panel_criterion_panel_id", "panel_criterion", ["panel_id", "position"])
    op.create_table(
        "panel_judge",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("declined_at", MOMENT),
        sa.Column("terms_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("declared_at", MOMENT),
        sa.Column(
            "declared_for",
            postgresql.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("scores_opened_at", MOMENT),
        sa.Column(
            "expertise",
            postgresql.ARRAY(sa.String(length=80)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("removed_at", MOMENT),
        sa.Column("removed_by", sa.BigInteger()),
        sa.Column("removal_reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("reminded_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name="fk_panel_judge_invited_by"),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name="fk_panel_judge_panel_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_panel_judge_person_id"),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name="fk_panel_judge_removed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_panel_judge"),
        sa.UniqueConstraint("panel_id", "address", name="uq_panel_judge_panel_id_address"),
        sa.UniqueConstraint("panel_id", "label", name="uq_panel_judge_panel_id_label"),
        sa.UniqueConstraint("secret_hash", name="uq_panel_judge_secret_hash"),
    )
    op.create_index("ix_panel_judge_person_id", "panel_judge", ["person_id"])
    op.create_table(
        "assignment",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("judge_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger()),
        sa.Column("reading_order", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_assignment_entry_id"),
        sa.ForeignKeyConstraint(["judge_id"], ["panel_judge.id"], name="fk_assignment_judge_id"),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name="fk_assignment_panel_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["assignment_run.id"], name="fk_assignment_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint("judge_id", "entry_id", name="uq_assignment_judge_id_entry_id"),
    )
    op.create_index("ix_assignment_entry_id", "assignment", ["entry_id"])
    op.create_index("ix_assignment_panel_id", "assignment", ["panel_id", "entry_id"])
    op.create_table(
        "conflict_declaration",
        sa.Column("judge_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_conflict_declaration_person_id"
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"],
            ["panel_judge.id"],
            name="fk_conflict_declaration_judge_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_declaration"),
        sa.UniqueConstraint(
            "judge_id", "person_id", name="uq_conflict_declaration_judge_id_person_id"
        ),
    )
    op.create_index("ix_conflict_declaration_person_id", "conflict_declaration", ["person_id"])
    op.create_table(
        "unblinding",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger()),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("shown_by", sa.BigInteger()),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_unblinding_entry_id"),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name="fk_unblinding_panel_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_unblinding_person_id"),
        sa.ForeignKeyConstraint(["shown_by"], ["person.id"], name="fk_unblinding_shown_by"),
        sa.PrimaryKeyConstraint("id", name="pk_unblinding"),
    )
    op.create_index("ix_unblinding_panel_id", "unblinding", ["panel_id"])
    op.create_table(
        "recusal",
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("recused_by", sa.BigInteger(), nullable=False),
        sa.Column("replaced_by_id", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_recusal_assignment_id"
        ),
        sa.ForeignKeyConstraint(["recused_by"], ["person.id"], name="fk_recusal_recused_by"),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["assignment.id"], name="fk_recusal_replaced_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recusal"),
        sa.UniqueConstraint("assignment_id", name="uq_recusal_assignment_id"),
    )
    op.create_index("ix_recusal_replaced_by_id", "recusal", ["replaced_by_id"])
    op.create_table(
        "scorecard",
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("saved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("saved_at", MOMENT),
        sa.Column("saved_on", sa.String(length=40), server_default="", nullable=False),
        sa.Column("final_at", MOMENT),
        sa.Column("sealed_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_scorecard_assignment_id"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["entry_revision.id"], name="fk_scorecard_revision_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scorecard"),
        sa.UniqueConstraint("assignment_id", name="uq_scorecard_assignment_id"),
    )
    op.create_table(
        "score",
        sa.Column("scorecard_id", sa.BigInteger(), nullable=False),
        sa.Column("criterion_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Numeric(precision=10, scale=2)),
        sa.Column("comment_for_entrant", sa.Text(), server_default="", nullable=False),
        sa.Column("comment_internal", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["panel_criterion.id"], name="fk_score_criterion_id"
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecard.id"], name="fk_score_scorecard_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scorecard_id", "criterion_id", name="pk_score"),
    )
    op.create_index("ix_score_criterion_id", "score", ["criterion_id"])
    op.create_table(
        "calibration_sample",
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_html", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name="fk_calibration_sample_panel_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_sample"),
        sa.UniqueConstraint("panel_id", "position", name="uq_calibration_sample_panel_id_position"),
    )
    op.create_table(
        "calibration_card",
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("judge_id", sa.BigInteger(), nullable=False),
        sa.Column("final_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["judge_id"],
            ["panel_judge.id"],
            name="fk_calibration_card_judge_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"],
            ["calibration_sample.id"],
            name="fk_calibration_card_sample_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_card"),
        sa.UniqueConstraint("sample_id", "judge_id", name="uq_calibration_card_sample_id_judge_id"),
    )
    op.create_index("ix_calibration_card_judge_id", "calibration_card", ["judge_id"])
    op.create_table(
        "calibration_score",
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.Column("criterion_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Numeric(precision=10, scale=2)),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["calibration_card.id"],
            name="fk_calibration_score_card_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["panel_criterion.id"],
            name="fk_calibration_score_criterion_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("card_id", "criterion_id", name="pk_calibration_score"),
    )
    op.create_index("ix_calibration_score_criterion_id", "calibration_score", ["criterion_id"])


def downgrade() -> None:
    op.drop_table("calibration_score")
    op.drop_table("calibration_card")
    op.drop_table("calibration_sample")
    op.drop_table("unblinding")
    op.drop_table("score")
    op.drop_table("scorecard")
    op.drop_table("recusal")
    op.drop_table("assignment")
    op.drop_table("assignment_run")
    op.drop_table("conflict_declaration")
    op.drop_table("panel_judge")
    op.drop_table("panel_criterion")
    op.drop_table("panel")
    op.drop_column("person", "judges")
