"""Contributions with nearly the same text are counted together"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"

OF_CONTRIBUTIONS = (
    "alter table contribution add column if not exists letter_of bigint",
    "alter table contribution add column if not exists letters bigint default 0 not null",
    "alter table contribution drop constraint if exists fk_contribution_letter_of",
    """alter table contribution add constraint fk_contribution_letter_of
    foreign key (letter_of) references contribution (id) not valid""",
    "alter table contribution validate constraint fk_contribution_letter_of",
    """create index if not exists ix_contribution_letter_of on contribution (letter_of, id)
    where letter_of is not null""",
)
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
    # Each in a transaction of its own, so that nobody who reads waits while all contributions are
    # gone through. Some may be there from a try that failed later.
    with op.get_context().autocommit_block():
        for statement in OF_CONTRIBUTIONS:
            op.execute(statement)
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
    # The last, as who writes waits for it; the clock reads these bit by bit.
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
