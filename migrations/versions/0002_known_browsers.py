"""Known browsers, and codes that belong to the browser that asked for them"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "known_browser",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_known_browser_person_id_person")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_known_browser")),
    )
    op.create_index(op.f("ix_known_browser_person_id"), "known_browser", ["person_id"])
    op.create_index(op.f("ix_known_browser_seen_at"), "known_browser", ["seen_at"])
    # NULL for codes of the release before, which may still run beside this one.
    op.add_column("email_code", sa.Column("browser_hash", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("email_code", "browser_hash")
    op.drop_index(op.f("ix_known_browser_seen_at"), table_name="known_browser")
    op.drop_index(op.f("ix_known_browser_person_id"), table_name="known_browser")
    op.drop_table("known_browser")
