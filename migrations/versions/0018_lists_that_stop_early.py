"""Lists that stop early: the newest ideas with a tag, people by name, the deeds of a week

Until now all ideas with a tag were read and put in order, and all people with a part of a name; and
to count the deeds of a week each one's idea was read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

LISTED = "withdrawn_at is null and hidden_at is null"
UNLISTED = "withdrawn_at is not null or hidden_at is not null"
TOLD = """kind in (
    'idea posted', 'idea revised', 'contribution made', 'contribution thanked',
    'contribution adopted', 'pledge offered', 'pledge accepted', 'pledge declined', 'pledge kept',
    'pledge withdrawn', 'pledge lapsed', 'stage advanced', 'stage held', 'stage sent back',
    'idea stopped', 'idea parked', 'idea woken', 'experiment planned', 'experiment concluded'
)"""
FILL = f"""
insert into idea_tag (idea_id, tag, created_at)
select distinct id, tag, created_at from idea, unnest(tags) as tag where {LISTED}
"""  # noqa: S608  a constant of ours
# Of an idea that is not in lists, no tags are kept.
FUNCTION = """
create function keep_idea_tags() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        delete from idea_tag where idea_id = new.id;
    end if;
    if new.withdrawn_at is null and new.hidden_at is null then
        insert into idea_tag (idea_id, tag, created_at)
        select distinct new.id, tag, new.created_at from unnest(new.tags) as tag;
    end if;
    return null;
end $$
"""
TRIGGER = """
create trigger keep_idea_tags after insert or update of
    created_at, tags, withdrawn_at, hidden_at
on idea for each row execute function keep_idea_tags()
"""


def upgrade() -> None:
    op.create_table(
        "idea_tag",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_idea_tag_idea_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "tag", name="pk_idea_tag"),
    )
    # Nobody changes an idea between the copy and the trigger.
    op.execute("lock table idea in share row exclusive mode")
    for statement in (FILL, FUNCTION, TRIGGER):
        op.execute(statement)
    op.create_index(
        "ix_idea_tag_tag_created_at_idea_id", "idea_tag", ["tag", "created_at", "idea_id"]
    )
    op.create_index("ix_idea_unlisted", "idea", ["id"], postgresql_where=sa.text(UNLISTED))
    op.drop_index("ix_person_name", "person")
    _index_people(["searched", "email", "organisation_id"])
    op.drop_index("ix_event_told_campaign_id", "event")
    _index_deeds(["kind", "idea_id"])


def _index_people(include: list[str]) -> None:
    op.create_index("ix_person_name", "person", ["name", "id"], postgresql_include=include)


def _index_deeds(include: list[str]) -> None:
    op.create_index(
        "ix_event_told_campaign_id",
        "event",
        ["campaign_id", "created_at"],
        postgresql_include=include,
        postgresql_where=sa.text(TOLD),
    )


def downgrade() -> None:
    op.drop_index("ix_event_told_campaign_id", "event")
    _index_deeds([])
    op.drop_index("ix_person_name", "person")
    _index_people([])
    op.drop_index("ix_idea_unlisted", "idea")
    op.execute("drop trigger keep_idea_tags on idea")
    op.execute("drop function keep_idea_tags()")
    op.drop_table("idea_tag")
