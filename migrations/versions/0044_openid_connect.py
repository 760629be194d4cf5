"""Staff sign in by OpenID Connect"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("source", sa.String(length=40)))
    op.add_column("role_grant", sa.Column("confirmed_at", MOMENT))
    for column in ("source", "confirmed_at"):
        op.create_index(
            f"ix_role_grant_{column}",
            "role_grant",
            [column],
            postgresql_where=sa.text("source is not null and revoked_at is null"),
        )
    op.create_table(
        "openid_identity",
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_openid_identity_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_openid_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_openid_identity_issuer_subject"),
    )
    op.create_index("ix_openid_identity_person_id", "openid_identity", ["person_id"])
    op.create_table(
        "openid_provider",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=300), nullable=False),
        sa.Column("proves_itself_by", sa.String(length=40), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary()),
        sa.Column("sealed_key", sa.LargeBinary()),
        sa.Column("scopes", sa.String(length=500), nullable=False),
        sa.Column("acr_values", sa.String(length=500), server_default="", nullable=False),
        sa.Column("groups_claim", sa.String(length=200), nullable=False),
        sa.Column(
            "mail_domains",
            postgresql.ARRAY(sa.String(length=200)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "tenants",
            postgresql.ARRAY(sa.String(length=200)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "vouches_for_addresses", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "leaves_out_no_groups", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("changed_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("enabled_at", MOMENT),
        sa.Column("enabled_by", sa.BigInteger()),
        sa.Column("disabled_at", MOMENT),
        sa.Column("disabled_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name="fk_openid_provider_changed_by"
        ),
        sa.ForeignKeyConstraint(
            ["disabled_by"], ["person.id"], name="fk_openid_provider_disabled_by"
        ),
        sa.ForeignKeyConstraint(
            ["enabled_by"], ["person.id"], name="fk_openid_provider_enabled_by"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_openid_provider_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_openid_provider"),
    )
    op.create_index("ix_openid_provider_organisation_id", "openid_provider", ["organisation_id"])
    op.create_table(
        "openid_connection",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["openid_provider.id"], name="fk_openid_connection_provider_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_openid_connection"),
        sa.UniqueConstraint("token_hash", name="uq_openid_connection_token_hash"),
    )
    op.create_index("ix_openid_connection_expires_at", "openid_connection", ["expires_at"])
    op.create_table(
        "openid_group_role",
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.BigInteger()),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.Column("removed_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name="fk_openid_group_role_added_by"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_openid_group_role_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["openid_provider.id"], name="fk_openid_group_role_provider_id"
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["person.id"], name="fk_openid_group_role_removed_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_openid_group_role"),
    )
    op.create_index("ix_openid_group_role_provider_id", "openid_group_role", ["provider_id"])
    op.create_index(
        "uq_openid_group_role_standing",
        "openid_group_role",
        ["provider_id", "group", "role", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "openid_logout_token",
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("jti", sa.String(length=300), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["openid_provider.id"], name="fk_openid_logout_token_provider_id"
        ),
        sa.PrimaryKeyConstraint("provider_id", "jti", name="pk_openid_logout_token"),
    )
    op.create_index("ix_openid_logout_token_expires_at", "openid_logout_token", ["expires_at"])
    op.create_table(
        "openid_session",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("sid", sa.String(length=300)),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["openid_identity.id"], name="fk_openid_session_identity_id"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["openid_provider.id"], name="fk_openid_session_provider_id"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_openid_session_session_id"
        ),
        sa.PrimaryKeyConstraint("session_id", name="pk_openid_session"),
    )
    op.create_index("ix_openid_session_browser_hash", "openid_session", ["browser_hash"])
    op.create_index("ix_openid_session_identity_id", "openid_session", ["identity_id"])
    op.create_index(
        "ix_openid_session_with_token",
        "openid_session",
        ["session_id"],
        postgresql_where=sa.text("sealed_token IS NOT NULL"),
    )
    op.create_index("ix_openid_session_provider_id_sid", "openid_session", ["provider_id", "sid"])
    op.create_table(
        "openid_sign_in",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("next", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["openid_provider.id"], name="fk_openid_sign_in_provider_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_openid_sign_in"),
        sa.UniqueConstraint("state_hash", name="uq_openid_sign_in_state_hash"),
    )
    op.create_index("ix_openid_sign_in_expires_at", "openid_sign_in", ["expires_at"])


def downgrade() -> None:
    op.drop_table("openid_logout_token")
    op.drop_table("openid_session")
    op.drop_table("openid_connection")
    op.drop_table("openid_sign_in")
    op.drop_table("openid_identity")
    op.drop_table("openid_group_role")
    op.drop_table("openid_provider")
    for column in ("confirmed_at", "source"):
        op.drop_index(f"ix_role_grant_{column}", "role_grant")
        op.drop_column("role_grant", column)
