"""Whether a person is named where they support an idea"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("person", sa.Column("shows_support", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "shows_support")
