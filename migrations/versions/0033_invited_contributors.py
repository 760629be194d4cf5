"""Invitations of people who contributed to an idea to the team that enters it

Their names stand on the page of the entry then, and their addresses nowhere.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("entry_invitation", sa.Column("person_id", sa.BigInteger()))
    op.create_foreign_key(
        "fk_entry_invitation_person_id", "entry_invitation", "person", ["person_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_column("entry_invitation", "person_id")
