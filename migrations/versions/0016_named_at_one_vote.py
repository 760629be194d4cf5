"""Whether a person is named beside one of their votes"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("vote", sa.Column("named", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("vote", "named")
