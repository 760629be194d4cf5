"""Form letters: ideas with nearly the same text are counted together"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"

OF_IDEAS = (
    "alter table idea add column if not exists letter_of bigint",
    "alter table idea add column if not exists letters bigint default 0 not null",
    "alter table idea drop constraint if exists fk_idea_letter_of_idea",
    """alter table idea add constraint fk_idea_letter_of_idea
    foreign key (letter_of) references idea (id) not valid""",
    "alter table idea validate constraint fk_idea_letter_of_idea",
    """create index if not exists ix_idea_letter_of on idea (letter_of, id)
    where letter_of is not null""",
    """create index if not exists ix_idea_letters on idea (campaign_id, letters desc, id)
    where letters > 0""",
)
FUNCTION = """
create function note_unread_form_letter() returns trigger language plpgsql as $$
begin
    insert into unread_form_letter (idea_id) values (new.id) on conflict do nothing;
    return null;
end $$
"""
TRIGGER = """
create trigger note_unread_form_letter after insert or update of
    body, why, withdrawn_at, hidden_at
on idea for each row execute function note_unread_form_letter()
"""
FILL = "insert into unread_form_letter (idea_id) select id from idea on conflict do nothing"


def upgrade() -> None:
    # Each in a transaction of its own, so that no page waits while all ideas are gone through. Some
    # may be there from a try that failed later.
    with op.get_context().autocommit_block():
        for statement in OF_IDEAS:
            op.execute(statement)
    op.create_table(
        "unread_form_letter",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id"),
    )
    _sketches()
    _groups()
    for statement in (FUNCTION, TRIGGER, FILL):
        op.execute(statement)


def _sketches() -> None:
    hashes = postgresql.ARRAY(sa.BigInteger())
    op.create_table(
        "form_letter_sketch",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("sketch", hashes, nullable=False),
        sa.Column("lowest", hashes, nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id"),
    )
    op.create_index(
        "ix_form_letter_sketch_lowest",
        "form_letter_sketch",
        ["lowest"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def _groups() -> None:
    op.create_table(
        "form_letter_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_form_letter_group_campaign_id", "form_letter_group", ["campaign_id"])
    op.create_table(
        "form_letter",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("set_apart_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_apart_by", sa.BigInteger(), nullable=True),
        sa.Column("set_apart_reason", sa.String(2000), server_default="", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["form_letter_group.id"]),
        sa.ForeignKeyConstraint(["set_apart_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("idea_id"),
    )
    op.create_index("ix_form_letter_group_id", "form_letter", ["group_id"])


def downgrade() -> None:
    op.execute("drop trigger note_unread_form_letter on idea")
    op.execute("drop function note_unread_form_letter()")
    for table in ("form_letter", "form_letter_group", "form_letter_sketch", "unread_form_letter"):
        op.drop_table(table)
    op.drop_index("ix_idea_letters", "idea")
    op.drop_index("ix_idea_letter_of", "idea")
    op.drop_column("idea", "letters")
    op.drop_column("idea", "letter_of")
