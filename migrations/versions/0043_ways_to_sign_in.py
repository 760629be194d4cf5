"""Passkeys, authenticator apps, fresh proofs, and people who are kept from signing in"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

WHEN = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger()
SECURITY = (
    "new browser used",
    "password changed",
    "passkey added",
    "passkey removed",
    "passkey doubted",
    "second factor added",
    "second factor removed",
    "second factor reset",
    "second factor guessed",
    "recovery codes made",
    "recovery code used",
    "person disabled",
    "person enabled",
)

KINDS = ", ".join(f"'{kind}'" for kind in SECURITY)


def _person(name: str = "person_id", *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, NUMBER, sa.ForeignKey("person.id"), nullable=nullable)


def _when(name: str, *, nullable: bool = True, now: bool = False) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(name, WHEN, nullable=nullable and not now, server_default=default)


def _numbered() -> sa.Column[int]:
    return sa.Column("id", NUMBER, sa.Identity(), primary_key=True)


def upgrade() -> None:
    # In a transaction of its own, so that no page waits while all events are gone through. It may
    # be there from a try that failed later.
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_event_security_subject_id",
            "event",
            ["subject_id", "id"],
            postgresql_where=sa.text(f"kind IN ({KINDS})"),
            if_not_exists=True,
        )
    _add_passkeys()
    _add_app()
    _add_half_sign_in()
    _add_disabling()
    # The last, as every page reads these two tables.
    op.add_column("session", _when("proved_at"))
    op.add_column("person", _when("disabled_at"))


def _add_passkeys() -> None:
    op.create_table(
        "passkey",
        _numbered(),
        _person(),
        sa.Column("credential", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("handle", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("signatures", NUMBER, nullable=False, server_default=sa.text("0")),
        _when("used_at"),
        _when("doubted_at"),
        _when("removed_at"),
        _when("created_at", now=True),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "passkey_challenge",
        _numbered(),
        sa.Column("challenge_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("browser_hash", sa.LargeBinary, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        _person(nullable=True),
        _when("expires_at", nullable=False),
        _when("used_at"),
        _when("created_at", now=True),
    )


def _add_app() -> None:
    op.create_table(
        "authenticator_app",
        _numbered(),
        _person(),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("last_step", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("wrong_in_a_row", NUMBER, nullable=False, server_default=sa.text("0")),
        _when("told_at"),
        _when("confirmed_at"),
        _when("removed_at"),
        _person("removed_by", nullable=True),
        _when("created_at", now=True),
    )
    op.create_index("ix_authenticator_app_person_id", "authenticator_app", ["person_id"])
    op.create_index(
        "uq_authenticator_app_standing",
        "authenticator_app",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NOT NULL AND removed_at IS NULL"),
    )
    op.create_table(
        "recovery_code",
        _numbered(),
        _person(),
        sa.Column("code_hash", sa.String(40), nullable=False),
        _when("used_at"),
        _when("replaced_at"),
        _when("created_at", now=True),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"])


def _add_half_sign_in() -> None:
    op.create_table(
        "half_sign_in",
        _numbered(),
        _person(),
        sa.Column("browser_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("by_mail", sa.Boolean, nullable=False, server_default=sa.text("false")),
        _when("expires_at", nullable=False),
        sa.Column("tries", NUMBER, nullable=False, server_default=sa.text("0")),
        _when("used_at"),
        _when("created_at", now=True),
    )


def _add_disabling() -> None:
    op.create_table(
        "person_disabling",
        _numbered(),
        _person(),
        _when("disabled_at", now=True),
        _person("disabled_by"),
        sa.Column("reason", sa.String(2000), nullable=False),
        _when("enabled_at"),
        _person("enabled_by", nullable=True),
    )
    op.create_index("ix_person_disabling_person_id", "person_disabling", ["person_id"])
    op.create_index(
        "uq_person_disabling_standing",
        "person_disabling",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("enabled_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_event_security_subject_id", "event")
    for table in (
        "person_disabling",
        "half_sign_in",
        "recovery_code",
        "authenticator_app",
        "passkey_challenge",
        "passkey",
    ):
        op.drop_table(table)
    op.drop_column("person", "disabled_at")
    op.drop_column("session", "proved_at")
