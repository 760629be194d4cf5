"""Contributions with nearly the same text are counted together"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"

FUNCTION = """
create function note_unread_contribution() returns trigger language plpgsql as $$
begin
    if new.parent_id is null then
        insert into unread_contribution (contribution_id) values (new.id) on conflict do nothing;
    end if;
    return null;
end $$
"""
TRIGGER = """
create trigger note_unread_contribution after insert or update of body, withdrawn_at, hidden_at
on contribution for each row execute function note_unread_contribution()
"""
FILL = "insert into unread_contribution select id from contribution where parent_id is null"


def upgrade() -> None:
    op.add_column("contribution", sa.Column("letter_of", sa.BigInteger()))
    op.add_column(
        "contribution",
        sa.Column("letters", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.create_foreign_key(
        "fk_contribution_letter_of", "contribution", "contribution", ["letter_of"], ["id"]
    )
    op.create_index(
        "ix_contribution_letter_of",
        "contribution",
        ["letter_of", "id"],
        postgresql_where=sa.text("letter_of IS NOT NULL"),
    )
    of_contribution = ["contribution_id"], ["contribution.id"]
    op.create_table(
        "unread_contribution",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(*of_contribution, ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contribution_id"),
    )
    hashes = postgresql.ARRAY(sa.BigInteger())
    op.create_table(
        "contribution_sketch",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("sketch", hashes, nullable=False),
        sa.Column("lowest", hashes, nullable=False),
        sa.Column("group_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(*of_contribution, ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contribution_id"),
    )
    op.create_index(
        "ix_contribution_sketch_lowest",
        "contribution_sketch",
        ["lowest"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_contribution_sketch_group_id", "contribution_sketch", ["group_id"])
    for statement in (FUNCTION, TRIGGER, FILL):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop trigger note_unread_contribution on contribution")
    op.execute("drop function note_unread_contribution()")
    op.drop_table("contribution_sketch")
    op.drop_table("unread_contribution")
    op.drop_index("ix_contribution_letter_of", "contribution")
    op.drop_constraint("fk_contribution_letter_of", "contribution", type_="foreignkey")
    op.drop_column("contribution", "letters")
    op.drop_column("contribution", "letter_of")
