"""Forms that wait for their senders to sign in"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
# Whichever way one came to the form for a new idea, it is one draft.
ONE_NEW_IDEA = """
delete from draft as older
where older.form ~ '^idea-([0-9]+|new)$' and exists (
    select from draft as newer
    where newer.person_id = older.person_id and newer.form ~ '^idea-([0-9]+|new)$'
    and (newer.saved_at, newer.id) > (older.saved_at, older.id)
)
"""
NEW_NAME = "update draft set form = 'idea-new' where form ~ '^idea-[0-9]+$'"


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("path", sa.String(length=2000), nullable=False),
        sa.Column("page", sa.String(length=2000), nullable=False),
        sa.Column("draft", sa.String(length=80), server_default="", nullable=False),
        sa.Column("drafter", sa.BigInteger(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
    )
    op.create_index(op.f("ix_kept_form_browser_hash"), "kept_form", ["browser_hash"])
    op.execute(ONE_NEW_IDEA)
    op.execute(NEW_NAME)


def downgrade() -> None:
    op.drop_table("kept_form")
