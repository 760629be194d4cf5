"""Custom entry forms, and the entries of people and teams"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "entry_form",
        sa.Column("phase_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_by", sa.BigInteger()),
        sa.Column("frozen_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_entry_form_created_by"),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["phase.id"], name="fk_entry_form_phase_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_entry_form"),
        sa.UniqueConstraint("phase_id", "version", name="uq_entry_form_phase_id_version"),
    )
    op.create_table(
        "entry",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("phase_id", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=160), server_default="", nullable=False),
        sa.Column("team_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column(
            "answers", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("saved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("saved_at", MOMENT),
        sa.Column("submitted_id", sa.BigInteger()),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_by", sa.BigInteger()),
        sa.Column("on_behalf_by", sa.BigInteger()),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("idea_id", sa.BigInteger()),
        sa.Column("idea_revision", sa.BigInteger()),
        sa.Column("carried_from_id", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_entry_campaign_id"),
        sa.ForeignKeyConstraint(["carried_from_id"], ["entry.id"], name="fk_entry_carried_from_id"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_entry_created_by"),
        sa.ForeignKeyConstraint(["form_id"], ["entry_form.id"], name="fk_entry_form_id"),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name="fk_entry_idea_id"),
        sa.ForeignKeyConstraint(["on_behalf_by"], ["person.id"], name="fk_entry_on_behalf_by"),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name="fk_entry_phase_id"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name="fk_entry_withdrawn_by"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("campaign_id", "number", name="uq_entry_campaign_id_number"),
    )
    op.create_index("ix_entry_carried_from_id", "entry", ["carried_from_id"])
    op.create_index("ix_entry_idea_id", "entry", ["idea_id"])
    op.create_index(
        "ix_entry_on_behalf_by",
        "entry",
        ["on_behalf_by"],
        postgresql_where=sa.text("confirmed_at is null"),
    )
    op.create_index("ix_entry_phase_id", "entry", ["phase_id", "id"])
    op.create_index("ix_entry_submitted_id", "entry", ["submitted_id"])
    op.create_table(
        "entry_field",
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("help", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("shown_blind", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "options",
            postgresql.ARRAY(sa.String(length=200)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("most", sa.BigInteger()),
        sa.Column("least_value", sa.Numeric(precision=20, scale=6)),
        sa.Column("most_value", sa.Numeric(precision=20, scale=6)),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["entry_form.id"], name="fk_entry_field_form_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_entry_field"),
        sa.UniqueConstraint("form_id", "key", name="uq_entry_field_form_id_key"),
    )
    op.create_table(
        "entry_contributor",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_contributor_entry_id"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_entry_contributor_person_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_entry_contributor"),
        sa.UniqueConstraint(
            "entry_id", "person_id", name="uq_entry_contributor_entry_id_person_id"
        ),
    )
    op.create_index("ix_entry_contributor_person_id", "entry_contributor", ["person_id"])
    op.create_table(
        "entry_file",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("field_key", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("stored_as", sa.String(length=80)),
        sa.Column("removed_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(content, stored_as) = 1", name="ck_entry_file_one_place"),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name="fk_entry_file_added_by"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_file_entry_id"),
        sa.ForeignKeyConstraint(
            ["stored_as"], ["stored_file.name"], name="fk_entry_file_stored_as"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_entry_file"),
        sa.UniqueConstraint("token", name="uq_entry_file_token"),
    )
    op.create_index("ix_entry_file_entry_id", "entry_file", ["entry_id"])
    op.create_table(
        "entry_invitation",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=20), server_default="member", nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("accepted_by", sa.BigInteger()),
        sa.Column("declined_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["person.id"], name="fk_entry_invitation_accepted_by"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_invitation_entry_id"),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["person.id"], name="fk_entry_invitation_invited_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_entry_invitation"),
        sa.UniqueConstraint("secret_hash", name="uq_entry_invitation_secret_hash"),
    )
    op.create_index("ix_entry_invitation_entry_id", "entry_invitation", ["entry_id"])
    op.create_table(
        "entry_member",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), server_default="member", nullable=False),
        sa.Column("joined_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("left_at", MOMENT),
        sa.Column("removed_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_member_entry_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_entry_member_person_id"),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name="fk_entry_member_removed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_entry_member"),
    )
    op.create_index(
        "ix_entry_member_now",
        "entry_member",
        ["entry_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index("ix_entry_member_person_id", "entry_member", ["person_id"])
    op.create_table(
        "entry_revision",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("team_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("people", postgresql.JSONB(), nullable=False),
        sa.Column(
            "eligibility",
            postgresql.JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "submitted_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False),
        sa.Column("rules_number", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_revision_entry_id"),
        sa.ForeignKeyConstraint(["form_id"], ["entry_form.id"], name="fk_entry_revision_form_id"),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name="fk_entry_revision_submitted_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_entry_revision"),
        sa.UniqueConstraint("entry_id", "number", name="uq_entry_revision_entry_id_number"),
    )
    op.create_table(
        "triage_decision",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("is_eligible", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_triage_decision_decided_by"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_triage_decision_entry_id"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["entry_revision.id"], name="fk_triage_decision_revision_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_triage_decision"),
    )
    op.create_index("ix_triage_decision_entry_id", "triage_decision", ["entry_id", "id"])
    op.create_foreign_key(
        "fk_entry_submitted_id", "entry", "entry_revision", ["submitted_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint("fk_entry_submitted_id", "entry", type_="foreignkey")
    op.drop_table("triage_decision")
    op.drop_table("entry_contributor")
    op.drop_table("entry_invitation")
    op.drop_table("entry_member")
    op.drop_table("entry_file")
    op.drop_table("entry_field")
    op.drop_table("entry_revision")
    op.drop_table("entry")
    op.drop_table("entry_form")
