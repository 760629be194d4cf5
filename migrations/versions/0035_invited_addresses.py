"""Invitations to teams are looked up by address, to tell whoever has it"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_index("ix_entry_invitation_address", "entry_invitation", [sa.text("lower(address)")])


def downgrade() -> None:
    op.drop_index("ix_entry_invitation_address", "entry_invitation")
