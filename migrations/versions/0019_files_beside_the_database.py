"""Files of attachments that lie in a storage beside the database"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stored_file")),
    )
    op.add_column("attachment", sa.Column("stored_as", sa.String(length=80), nullable=True))
    op.create_foreign_key(
        op.f("fk_attachment_stored_as"), "attachment", "stored_file", ["stored_as"], ["name"]
    )
    op.create_unique_constraint(op.f("uq_attachment_stored_as"), "attachment", ["stored_as"])
    op.alter_column("attachment", "content", existing_type=sa.LargeBinary(), nullable=True)
    op.create_check_constraint(
        op.f("ck_attachment_kept_once"), "attachment", "num_nonnulls(content, stored_as) = 1"
    )


def downgrade() -> None:
    # Fails where a file lies in the storage: move them back first.
    op.drop_constraint(op.f("ck_attachment_kept_once"), "attachment")
    op.alter_column("attachment", "content", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_column("attachment", "stored_as")
    op.drop_table("stored_file")
