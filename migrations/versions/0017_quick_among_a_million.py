"""Searches that stay quick among a million ideas, and indexes for what grew with their number

The words of ideas are kept in a narrow table of their own. About five minutes for a million ideas
of 400 characters, in which ideas can be read, but not written.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

LISTED = "withdrawn_at is null and hidden_at is null"
# With fastupdate, words of new and changed rows wait in a list, which every search reads.
AT_ONCE = {"fastupdate": "off"}
WAITED = (
    "ix_idea_title_trigrams",
    "ix_idea_tags",
    "ix_campaign_searched",
    "ix_person_searched",
)
# The words of an idea, and marks that nobody can type: which eight thousand it is among, its
# campaign, stage and tags. So the index finds the newest of these alone, however many there are.
WORDS = """
    {idea}.searched || array_to_tsvector(
        array[':b' || {idea}.id / 8192, ':c' || {idea}.campaign_id, ':s' || {idea}.stage]
        || array(select ':t' || tag from unnest({idea}.tags) as tag where tag <> ''))
"""
FILL = f"""
insert into idea_words (idea_id, campaign_id, created_at, searched)
select id, campaign_id, created_at, {WORDS.format(idea="idea")} from idea where {LISTED} order by id
"""  # noqa: S608  a constant of ours
# Of an idea that is not in lists, no words are kept.
FUNCTION = f"""
create function keep_idea_words() returns trigger language plpgsql as $$
begin
    if new.withdrawn_at is null and new.hidden_at is null then
        insert into idea_words (idea_id, campaign_id, created_at, searched)
        values (new.id, new.campaign_id, new.created_at, {WORDS.format(idea="new")})
        on conflict (idea_id) do update set campaign_id = excluded.campaign_id,
            created_at = excluded.created_at, searched = excluded.searched;
    elsif tg_op = 'UPDATE' then
        delete from idea_words where idea_id = new.id;
    end if;
    return null;
end $$
"""  # noqa: S608  a constant of ours
TRIGGER = """
create trigger keep_idea_words after insert or update of
    campaign_id, created_at, stage, title, tags, body, why, withdrawn_at, hidden_at
on idea for each row execute function keep_idea_words()
"""


def upgrade() -> None:
    connection = op.get_bind()
    for index in WAITED:
        connection.exec_driver_sql(f"alter index {index} set (fastupdate = off)")
        connection.exec_driver_sql(f"select gin_clean_pending_list('{index}')")
    _keep_words(connection)
    op.create_index(
        "ix_idea_campaign_id_stage_since",
        "idea",
        ["campaign_id", "stage", "stage_since", "id"],
        postgresql_where=sa.text(LISTED),
    )
    op.create_index("ix_vote_idea_id_created_at", "vote", ["idea_id", "created_at"])
    # Last: from here on ideas cannot be read until the transaction ends.
    op.drop_index("ix_idea_searched", "idea")


def _keep_words(connection: sa.Connection) -> None:
    op.create_table(
        "idea_words",
        sa.Column("idea_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("searched", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("idea_id", name="pk_idea_words"),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_idea_words_idea_id_idea", ondelete="CASCADE"
        ),
    )
    # So the words of long ideas are stored apart, and what a search finds is on fewer pages.
    connection.exec_driver_sql("alter table idea_words set (toast_tuple_target = 128)")
    # Nobody changes an idea between the copy and the trigger.
    connection.exec_driver_sql("lock table idea in share row exclusive mode")
    connection.exec_driver_sql(FILL)
    connection.exec_driver_sql(FUNCTION)
    connection.exec_driver_sql(TRIGGER)
    op.create_index(
        "ix_idea_words_searched",
        "idea_words",
        ["searched"],
        postgresql_using="gin",
        postgresql_with=AT_ONCE,
    )


def downgrade() -> None:
    op.drop_index("ix_vote_idea_id_created_at", "vote")
    op.drop_index("ix_idea_campaign_id_stage_since", "idea")
    op.create_index("ix_idea_searched", "idea", ["searched"], postgresql_using="gin")
    connection = op.get_bind()
    connection.exec_driver_sql("drop trigger keep_idea_words on idea")
    connection.exec_driver_sql("drop function keep_idea_words()")
    op.drop_table("idea_words")
    for index in WAITED:
        connection.exec_driver_sql(f"alter index {index} reset (fastupdate)")
