"""Renames what would answer a concern to remedy

After this the old code cannot read contributions any more.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

COLUMNS = ("mend", "remedy"), ("mend_html", "remedy_html")
DRAFTS = """
update draft
set fields = fields - '{before}' || jsonb_build_object('{after}', fields -> '{before}')
where fields ? '{before}'
"""


def upgrade() -> None:
    for before, after in COLUMNS:
        op.alter_column("contribution", before, new_column_name=after)
    op.execute(DRAFTS.format(before="mend", after="remedy"))


def downgrade() -> None:
    for before, after in COLUMNS:
        op.alter_column("contribution", after, new_column_name=before)
    op.execute(DRAFTS.format(before="remedy", after="mend"))
