"""Form letters: ideas with nearly the same text are counted together"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"

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
    op.add_column("idea", sa.Column("letter_of", sa.BigInteger(), nullable=True))
    op.add_column(
        "idea", sa.Column("letters", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.create_foreign_key("fk_idea_letter_of_idea", "idea", "idea", ["letter_of"], ["id"])
    op.create_index(
        "ix_idea_letter_of",
        "idea",
        ["letter_of", "id"],
        postgresql_where=sa.text("letter_of IS NOT NULL"),
    )
    op.create_index(
        "ix_idea_letters",
        "idea",
        ["campaign_id", sa.text("letters DESC"), "id"],
        postgresql_where=sa.text("letters > 0"),
    )
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
