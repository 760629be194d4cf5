"""The language that a person chose; NULL for the one that the browser asks for"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("person", sa.Column("language", sa.String(20), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "language")
