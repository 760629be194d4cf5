"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("create extension if not exists citext")
    op.execute("create extension if not exists pg_trgm")
    op.execute("create extension if not exists unaccent")
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_key_created_at", "attempt", ["key", "created_at"], unique=False)
    op.create_table(
        "email_code",
        sa.Column("email", postgresql.CITEXT(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_code")),
    )
    op.create_index(op.f("ix_email_code_email"), "email_code", ["email"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("mail_domain", postgresql.CITEXT(), nullable=True),
        sa.Column("source_ref", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("mail_domain", name=op.f("uq_organisation_mail_domain")),
        sa.UniqueConstraint("source_ref", name=op.f("uq_organisation_source_ref")),
    )
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("email", postgresql.CITEXT(), nullable=True),
        sa.Column("email_proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_ref", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("source_ref", name=op.f("uq_person_source_ref")),
    )
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "campaign",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=200), server_default="", nullable=False),
        sa.Column("question", sa.String(length=300), server_default="", nullable=False),
        sa.Column("tagline", sa.String(length=400), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("description_html", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "whys",
            postgresql.ARRAY(sa.String(length=500)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("hopes", sa.Text(), server_default="", nullable=False),
        sa.Column("fears", sa.Text(), server_default="", nullable=False),
        sa.Column("beneficiaries", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "sections",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("prize", sa.String(length=500), server_default="", nullable=False),
        sa.Column(
            "topics",
            postgresql.ARRAY(sa.String(length=80)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("external_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column(
            "allows_pseudonyms",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("timezone", sa.String(length=60), server_default="UTC", nullable=False),
        sa.Column("source_ref", sa.String(length=300), nullable=True),
        sa.Column("source_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ideas_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "searched",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('english', title || ' ' || question), 'A') || "
                "setweight(to_tsvector('english', tagline), 'B') || "
                "setweight(to_tsvector('english', description), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_campaign_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_campaign_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_campaign_published_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("source_ref", name=op.f("uq_campaign_source_ref")),
    )
    op.create_index("ix_campaign_organisation_id", "campaign", ["organisation_id"], unique=False)
    op.create_index("ix_campaign_published_at", "campaign", ["published_at"], unique=False)
    op.create_index(
        "ix_campaign_searched", "campaign", ["searched"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "draft",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(length=80), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "saved_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("person_id", "form", name=op.f("uq_draft_person_id_form")),
    )
    op.create_table(
        "role_grant",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["person.id"], name=op.f("fk_role_grant_granted_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_role_grant_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["person.id"], name=op.f("fk_role_grant_revoked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_index(
        "uq_role_grant_standing",
        "role_grant",
        ["person_id", "role", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("browser", sa.String(length=200), server_default="", nullable=False),
        sa.Column("address", sa.String(length=60), server_default="", nullable=False),
        sa.Column(
            "seen_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "gate",
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("from_stage", sa.String(length=20), nullable=False),
        sa.Column("to_stage", sa.String(length=20), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_gate_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint(
            "campaign_id",
            "from_stage",
            name=op.f("uq_gate_campaign_id_from_stage"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "idea",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("pseudonym", sa.String(length=60), server_default="", nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("why_html", sa.Text(), server_default="", nullable=False),
        sa.Column("excerpt", sa.String(length=300), server_default="", nullable=False),
        sa.Column(
            "tags",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("innovation_type", sa.String(length=20), nullable=True),
        sa.Column("stage", sa.String(length=20), server_default="spark", nullable=False),
        sa.Column("path_stage", sa.String(length=20), server_default="spark", nullable=False),
        sa.Column(
            "stage_since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.BigInteger(), nullable=True),
        sa.Column("hidden_reason", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("votes_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "contributions_count",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("builds_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "adopted_count",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "sponsors_count",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("rising", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("source_ref", sa.String(length=300), nullable=True),
        sa.Column(
            "searched",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('english', title), 'A') || setweight(array_to_tsvector(tags), 'B') || setweight(to_tsvector('english', body || ' ' || why), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_idea_author_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_idea_campaign_id")),
        sa.ForeignKeyConstraint(["hidden_by"], ["person.id"], name=op.f("fk_idea_hidden_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("source_ref", name=op.f("uq_idea_source_ref")),
    )
    op.create_index("ix_idea_author_id", "idea", ["author_id"], unique=False)
    op.create_index(
        "ix_idea_campaign_id_created_at",
        "idea",
        ["campaign_id", "created_at", "id"],
        unique=False,
    )
    op.create_index("ix_idea_created_at", "idea", ["created_at", "id"], unique=False)
    op.create_index("ix_idea_rising", "idea", ["rising", "id"], unique=False)
    op.create_index("ix_idea_searched", "idea", ["searched"], unique=False, postgresql_using="gin")
    op.create_index("ix_idea_stage", "idea", ["stage", "id"], unique=False)
    op.create_index("ix_idea_tags", "idea", ["tags"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_idea_title_trigrams",
        "idea",
        ["title"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_index("ix_idea_votes_count", "idea", ["votes_count", "id"], unique=False)
    op.create_table(
        "phase",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timezone", sa.String(length=60), server_default="UTC", nullable=False),
        sa.Column(
            "accepts",
            postgresql.ARRAY(sa.String(length=20)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("dates_known", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("opening_announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_phase_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
        sa.UniqueConstraint("campaign_id", "position", name=op.f("uq_phase_campaign_id_position")),
    )
    op.create_index(
        "ix_phase_opens_at_untold",
        "phase",
        ["opens_at"],
        unique=False,
        postgresql_where=sa.text("opening_announced_at is null"),
    )
    op.create_index(
        "ix_phase_closes_at_untold",
        "phase",
        ["closes_at"],
        unique=False,
        postgresql_where=sa.text("closing_announced_at is null"),
    )
    op.create_table(
        "attachment",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=300), server_default="", nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("small", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_attachment_author_id")),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_attachment_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("idea_id", "digest", name=op.f("uq_attachment_idea_id_digest")),
        sa.UniqueConstraint("token", name=op.f("uq_attachment_token")),
    )
    op.create_table(
        "co_author",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"],
            ["idea.id"],
            name=op.f("fk_co_author_idea_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_co_author_person_id")),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_co_author")),
    )
    op.create_index(op.f("ix_co_author_person_id"), "co_author", ["person_id"], unique=False)
    op.create_table(
        "contribution",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("mend", sa.Text(), server_default="", nullable=False),
        sa.Column("mend_html", sa.Text(), server_default="", nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.BigInteger(), nullable=True),
        sa.Column("adopted_revision", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanks_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["adopted_by"], ["person.id"], name=op.f("fk_contribution_adopted_by")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_contribution_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"],
            ["idea.id"],
            name=op.f("fk_contribution_idea_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["contribution.id"], name=op.f("fk_contribution_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    op.create_index("ix_contribution_author_id", "contribution", ["author_id"], unique=False)
    op.create_index("ix_contribution_idea_id", "contribution", ["idea_id", "id"], unique=False)
    op.create_index("ix_contribution_parent_id", "contribution", ["parent_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("idea_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "xact_id",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_event_actor_id")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_event_campaign_id")
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_event_idea_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(
        "ix_event_campaign_id_xact_id",
        "event",
        ["campaign_id", "xact_id"],
        unique=False,
    )
    op.create_index("ix_event_idea_id_xact_id", "event", ["idea_id", "xact_id"], unique=False)
    op.create_index("ix_event_xact_id", "event", ["xact_id"], unique=False)
    op.create_table(
        "experiment",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("hypothesis", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), server_default="", nullable=False),
        sa.Column("baseline", sa.Numeric(precision=16, scale=4), nullable=True),
        sa.Column("target", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column(
            "higher_is_better",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
        ),
        sa.Column("stop_rule", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["concluded_by"], ["person.id"], name=op.f("fk_experiment_concluded_by")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_experiment_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"],
            ["idea.id"],
            name=op.f("fk_experiment_idea_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
    )
    op.create_index("ix_experiment_idea_id", "experiment", ["idea_id"], unique=False)
    op.create_table(
        "gate_criterion",
        sa.Column("gate_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("threshold", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["gate_id"],
            ["gate.id"],
            name=op.f("fk_gate_criterion_gate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_criterion")),
        sa.UniqueConstraint("gate_id", "position", name=op.f("uq_gate_criterion_gate_id_position")),
    )
    op.create_table(
        "lesson",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_lesson_author_id")),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_lesson_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
    )
    op.create_index(op.f("ix_lesson_idea_id"), "lesson", ["idea_id"], unique=False)
    op.create_table(
        "pledge",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("sponsor_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("promise", sa.String(length=500), nullable=False),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column(
            "offered_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.BigInteger(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.BigInteger(), nullable=True),
        sa.Column("declined_reason", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_by", sa.BigInteger(), nullable=True),
        sa.Column("kept_note", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "withdrawn_reason",
            sa.String(length=1000),
            server_default="",
            nullable=False,
        ),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_pledge_accepted_by")),
        sa.ForeignKeyConstraint(["declined_by"], ["person.id"], name=op.f("fk_pledge_declined_by")),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_pledge_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["kept_by"], ["person.id"], name=op.f("fk_pledge_kept_by")),
        sa.ForeignKeyConstraint(["sponsor_id"], ["person.id"], name=op.f("fk_pledge_sponsor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
    )
    op.create_index("ix_pledge_idea_id", "pledge", ["idea_id"], unique=False)
    op.create_index("ix_pledge_sponsor_id", "pledge", ["sponsor_id"], unique=False)
    op.create_index(
        "ix_pledge_open_expires_on",
        "pledge",
        ["expires_on"],
        unique=False,
        postgresql_where=sa.text(
            "kept_at is null and declined_at is null and withdrawn_at is null and lapsed_at is null"
        ),
    )
    op.create_table(
        "review",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("from_stage", sa.String(length=20), nullable=False),
        sa.Column("to_stage", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("wakes_when", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_review_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index("ix_review_idea_id", "review", ["idea_id", "id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("adopted_from", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["adopted_from"], ["person.id"], name=op.f("fk_revision_adopted_from")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_revision_author_id")),
        sa.ForeignKeyConstraint(
            ["idea_id"],
            ["idea.id"],
            name=op.f("fk_revision_idea_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("idea_id", "number", name=op.f("uq_revision_idea_id_number")),
    )
    op.create_table(
        "vote",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_vote_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vote_person_id")),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_vote")),
    )
    op.create_index(op.f("ix_vote_person_id"), "vote", ["person_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("experiment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "taken_on",
            sa.Date(),
            server_default=sa.text("CURRENT_DATE"),
            nullable=False,
        ),
        sa.Column("value", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_reading_author_id")),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiment.id"],
            name=op.f("fk_reading_experiment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    op.create_index(
        "ix_reading_experiment_id",
        "reading",
        ["experiment_id", "taken_on"],
        unique=False,
    )
    op.create_table(
        "thanks",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_thanks_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thanks_person_id")),
        sa.PrimaryKeyConstraint("contribution_id", "person_id", name=op.f("pk_thanks")),
    )
    op.create_index(op.f("ix_thanks_person_id"), "thanks", ["person_id"], unique=False)
    _default_pipeline()


def _default_pipeline() -> None:
    """Adds the gates that belong to no campaign, for campaigns that have none of their own."""
    op.execute("""
        insert into gate (from_stage, to_stage) values
            ('spark', 'concept'),
            ('concept', 'sponsored'),
            ('sponsored', 'prototype'),
            ('prototype', 'pilot'),
            ('pilot', 'adopted')
    """)
    op.execute("""
        insert into gate_criterion (gate_id, position, measure, threshold)
        select gate.id, asked.position, asked.measure, asked.threshold
        from (values
            ('spark', 1, 'framed', 1),
            ('spark', 2, 'supporters', 5),
            ('spark', 3, 'contributions', 1),
            ('concept', 1, 'supporters', 10),
            ('concept', 2, 'organisations', 2),
            ('concept', 3, 'adopted_builds', 1),
            ('concept', 4, 'concerns_answered', 1),
            ('concept', 5, 'sponsors', 1),
            ('sponsored', 1, 'sponsors', 1),
            ('sponsored', 2, 'experiment_planned', 1),
            ('prototype', 1, 'readings', 3),
            ('prototype', 2, 'result', 1),
            ('pilot', 1, 'readings', 3),
            ('pilot', 2, 'target_reached', 1),
            ('pilot', 3, 'lesson', 1)
        ) as asked (from_stage, position, measure, threshold)
        join gate using (from_stage)
    """)


def downgrade() -> None:
    op.drop_index(op.f("ix_thanks_person_id"), table_name="thanks")
    op.drop_table("thanks")
    op.drop_index("ix_reading_experiment_id", table_name="reading")
    op.drop_table("reading")
    op.drop_index(op.f("ix_vote_person_id"), table_name="vote")
    op.drop_table("vote")
    op.drop_table("revision")
    op.drop_index("ix_review_idea_id", table_name="review")
    op.drop_table("review")
    op.drop_index("ix_pledge_sponsor_id", table_name="pledge")
    op.drop_index("ix_pledge_idea_id", table_name="pledge")
    op.drop_table("pledge")
    op.drop_index(op.f("ix_lesson_idea_id"), table_name="lesson")
    op.drop_table("lesson")
    op.drop_table("gate_criterion")
    op.drop_index("ix_experiment_idea_id", table_name="experiment")
    op.drop_table("experiment")
    op.drop_index("ix_event_xact_id", table_name="event")
    op.drop_index("ix_event_idea_id_xact_id", table_name="event")
    op.drop_index("ix_event_campaign_id_xact_id", table_name="event")
    op.drop_table("event")
    op.drop_index("ix_contribution_parent_id", table_name="contribution")
    op.drop_index("ix_contribution_idea_id", table_name="contribution")
    op.drop_index("ix_contribution_author_id", table_name="contribution")
    op.drop_table("contribution")
    op.drop_index(op.f("ix_co_author_person_id"), table_name="co_author")
    op.drop_table("co_author")
    op.drop_table("attachment")
    op.drop_table("phase")
    op.drop_index("ix_idea_votes_count", table_name="idea")
    op.drop_index(
        "ix_idea_title_trigrams",
        table_name="idea",
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.drop_index("ix_idea_tags", table_name="idea", postgresql_using="gin")
    op.drop_index("ix_idea_stage", table_name="idea")
    op.drop_index("ix_idea_searched", table_name="idea", postgresql_using="gin")
    op.drop_index("ix_idea_rising", table_name="idea")
    op.drop_index("ix_idea_created_at", table_name="idea")
    op.drop_index("ix_idea_campaign_id_created_at", table_name="idea")
    op.drop_index("ix_idea_author_id", table_name="idea")
    op.drop_table("idea")
    op.drop_table("gate")
    op.drop_index(op.f("ix_session_person_id"), table_name="session")
    op.drop_table("session")
    op.drop_index(
        "uq_role_grant_standing",
        table_name="role_grant",
        postgresql_where=sa.text("revoked_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("draft")
    op.drop_index("ix_campaign_searched", table_name="campaign", postgresql_using="gin")
    op.drop_index("ix_campaign_published_at", table_name="campaign")
    op.drop_index("ix_campaign_organisation_id", table_name="campaign")
    op.drop_table("campaign")
    op.drop_index(op.f("ix_person_organisation_id"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_organisation_parent_id"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_email_code_email"), table_name="email_code")
    op.drop_table("email_code")
    op.drop_index("ix_attempt_key_created_at", table_name="attempt")
    op.drop_table("attempt")
