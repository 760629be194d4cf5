"""Kept counts, and indexes for queries of every page

The indexes are not built concurrently: meanwhile nobody can write to the table (a second for each
100,000 ideas, half a second for a million events). Ideas cannot be read for some milliseconds, and
revisions not while their index is built.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

LISTED = "withdrawn_at is null and hidden_at is null"
NEWS = (
    "kind in ('idea posted', 'contribution adopted', 'pledge accepted', 'pledge kept', "
    "'stage advanced', 'idea stopped', 'experiment concluded')"
)
# A pledge is counted where it was accepted and not withdrawn.
COUNT_PLEDGES = """
update idea set pledges_count = counted.many
from (
    select idea_id, count(*) as many from pledge
    where accepted_at is not null and withdrawn_at is null group by idea_id
) as counted
where counted.idea_id = idea.id
"""
PLEDGE_FUNCTION = """
create function keep_pledges_count() returns trigger language plpgsql as $$
declare
    before int := (tg_op <> 'INSERT'
        and old.accepted_at is not null and old.withdrawn_at is null)::int;
    now_so int := (tg_op <> 'DELETE'
        and new.accepted_at is not null and new.withdrawn_at is null)::int;
begin
    if before <> now_so then
        update idea set pledges_count = pledges_count + now_so - before
        where id = coalesce(new.idea_id, old.idea_id);
    end if;
    return null;
end $$
"""
PLEDGE_TRIGGER = """
create trigger keep_pledges_count after insert or delete or update of accepted_at, withdrawn_at
on pledge for each row execute function keep_pledges_count()
"""
# Adds a row with the difference that a change of an idea makes: its old figures negative, its new
# ones positive, for each campaign and stage.
IDEA_FUNCTION = """
create function keep_idea_tally() returns trigger language plpgsql as $$
begin
    insert into idea_tally (campaign_id, stage, ideas, votes, contributions, adopted, pledges)
    select campaign_id, stage, sum(ideas), sum(votes), sum(contributions), sum(adopted),
        sum(pledges)
    from (values
        (old.campaign_id, old.stage, -1, -old.votes_count, -old.contributions_count,
            -old.adopted_count, -old.pledges_count,
            tg_op <> 'INSERT' and old.withdrawn_at is null and old.hidden_at is null),
        (new.campaign_id, new.stage, 1, new.votes_count, new.contributions_count,
            new.adopted_count, new.pledges_count,
            tg_op <> 'DELETE' and new.withdrawn_at is null and new.hidden_at is null)
    ) as change (campaign_id, stage, ideas, votes, contributions, adopted, pledges, listed)
    where listed
    group by campaign_id, stage
    having (sum(ideas), sum(votes), sum(contributions), sum(adopted), sum(pledges))
        <> (0, 0, 0, 0, 0);
    return null;
end $$
"""
IDEA_TRIGGER = """
create trigger keep_idea_tally after insert or delete or update of
    campaign_id, stage, withdrawn_at, hidden_at,
    votes_count, contributions_count, adopted_count, pledges_count
on idea for each row execute function keep_idea_tally()
"""
COUNT_IDEAS = f"""
insert into idea_tally (campaign_id, stage, ideas, votes, contributions, adopted, pledges)
select campaign_id, stage, count(*), sum(votes_count), sum(contributions_count),
    sum(adopted_count), sum(coalesce(pledged.many, 0))
from idea left join (
    select idea_id, count(*) as many from pledge
    where accepted_at is not null and withdrawn_at is null group by idea_id
) as pledged on pledged.idea_id = idea.id
where {LISTED.replace("withdrawn_at", "idea.withdrawn_at")} group by campaign_id, stage
"""  # noqa: S608  a constant of ours


def upgrade() -> None:
    op.create_table(
        "idea_tally",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("ideas", sa.BigInteger(), nullable=False),
        sa.Column("votes", sa.BigInteger(), nullable=False),
        sa.Column("contributions", sa.BigInteger(), nullable=False),
        sa.Column("adopted", sa.BigInteger(), nullable=False),
        sa.Column("pledges", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_tally")),
    )
    op.create_index(
        "ix_idea_stage_since",
        "idea",
        ["stage", "stage_since", "id"],
        postgresql_include=["campaign_id"],
        postgresql_where=sa.text(LISTED),
    )
    op.create_index(
        "ix_idea_title_words",
        "idea",
        [sa.text("to_tsvector('english', title)")],
        postgresql_using="gin",
        # With fastupdate every search would read a list of pending entries, and every vote adds to
        # that list, as it writes the row again.
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_idea_same_words", "idea", [sa.text("strip(to_tsvector('english', title))")])
    op.create_index("ix_event_news", "event", ["created_at", "id"], postgresql_where=sa.text(NEWS))
    # Blocks writes to pledges and ideas until the commit, so that no change is missed. Later writes
    # run the triggers, also those of the old code.
    op.execute("lock table pledge, idea in share row exclusive mode")
    op.execute(COUNT_IDEAS)
    # From here on reading ideas is blocked, too.
    op.add_column(
        "idea",
        sa.Column("pledges_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    for statement in (COUNT_PLEDGES, PLEDGE_FUNCTION, PLEDGE_TRIGGER, IDEA_FUNCTION, IDEA_TRIGGER):
        op.execute(statement)
    op.add_column("revision", sa.Column("words_added", sa.BigInteger(), nullable=True))
    op.add_column("revision", sa.Column("words_removed", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_revision_not_counted",
        "revision",
        ["id"],
        postgresql_where=sa.text("words_added is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_revision_not_counted", "revision")
    op.drop_column("revision", "words_removed")
    op.drop_column("revision", "words_added")
    op.drop_index("ix_event_news", "event")
    op.drop_index("ix_idea_same_words", "idea")
    op.drop_index("ix_idea_title_words", "idea")
    op.drop_index("ix_idea_stage_since", "idea")
    op.execute("drop trigger keep_idea_tally on idea")
    op.execute("drop function keep_idea_tally")
    op.execute("drop trigger keep_pledges_count on pledge")
    op.execute("drop function keep_pledges_count")
    op.drop_column("idea", "pledges_count")
    op.drop_table("idea_tally")
