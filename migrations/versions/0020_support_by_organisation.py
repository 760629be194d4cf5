"""How many of each organisation support an idea

A gate asks how many organisations do. Until now all votes were counted for that, on each page that
shows the idea. Some six seconds for four million votes, in which votes and people can be read, but
not written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

FILL = """
insert into idea_support (idea_id, organisation_id, votes)
select idea_id, coalesce(organisation_id, 0), count(*)
from vote join person on person.id = person_id group by 1, 2 order by 1, 2
"""
# In the order of the key, so that two who add to the same rows never wait for each other.
ADD = """
insert into idea_support (idea_id, organisation_id, votes)
{changes}
order by 1, 2
on conflict (idea_id, organisation_id) do update set votes = idea_support.votes + excluded.votes;
"""
BEFORE = "select idea_id, person_id, -1 as change from votes_before"
NOW = "select idea_id, person_id, 1 as change from votes_now"
# A subquery for each person, and no join: its plan is kept for as long as the connection, and is
# to be right for one vote and for ten thousand.
OF_VOTES = """
select idea_id, organisation_id, sum(change) from (
    select idea_id, change, coalesce(
        (select organisation_id from person where id = person_id), 0) as organisation_id
    from ({changed}) as changed
) as found
group by 1, 2 having sum(change) <> 0
"""
INSERTED = ADD.format(changes=OF_VOTES.format(changed=NOW))
UPDATED = ADD.format(changes=OF_VOTES.format(changed=f"{BEFORE} union all {NOW}"))
# Where an idea is deleted, its votes go after it, and its support, too.
STILL_THERE = f"{BEFORE} where exists (select from idea where id = idea_id)"
DELETED = ADD.format(changes=OF_VOTES.format(changed=STILL_THERE))
VOTES_FUNCTION = f"""
create function keep_idea_support() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then {INSERTED}
    elsif tg_op = 'DELETE' then {DELETED}
    else {UPDATED}
    end if;
    return null;
end $$
"""
VOTES_TRIGGERS = {
    "insert": "new table as votes_now",
    "delete": "old table as votes_before",
    "update": "old table as votes_before new table as votes_now",
}
MOVED = ADD.format(
    changes="""
select idea_id, organisation_id, sum(change) from (
    select idea_id, person_id from vote where person_id = any(moving) for key share
) as theirs join (
    select id as person_id, coalesce(organisation_id, 0) as organisation_id, -1 as change
    from people_before
    union all select id, coalesce(organisation_id, 0), 1 from people_now
) as side using (person_id) group by 1, 2
"""
)
# Who votes meanwhile is counted for the old organisation or for the new one, and is moved or not,
# as it has to be: whoever casts a vote holds the person's row by its foreign key, and whoever takes
# one back the vote; both are waited for, and then seen. Who comes later waits, and then sees the new
# organisation.
PEOPLE_FUNCTION = f"""
create function move_idea_support() returns trigger language plpgsql as $$
declare
    moving bigint[] := array(
        select id from people_before join people_now using (id)
        where people_before.organisation_id is distinct from people_now.organisation_id
        order by id);
begin
    if moving <> '{{}}' then
        perform from person where id = any(moving) order by id for update;
        {MOVED}
    end if;
    return null;
end $$
"""  # noqa: S608  constants of ours
PEOPLE_TRIGGER = """
create trigger move_idea_support after update on person
referencing old table as people_before new table as people_now
for each statement execute function move_idea_support()
"""


def upgrade() -> None:
    op.create_table(
        "idea_support",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("votes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("idea_id", "organisation_id", name="pk_idea_support"),
    )
    # Nobody votes or changes their organisation between the copy and the triggers.
    op.execute("lock table vote, person in share row exclusive mode")
    op.execute(FILL)
    # After the rows, as they need not be checked one by one.
    op.create_foreign_key(
        "fk_idea_support_idea_id", "idea_support", "idea", ["idea_id"], ["id"], ondelete="CASCADE"
    )
    op.execute(VOTES_FUNCTION)
    for deed, tables in VOTES_TRIGGERS.items():
        op.execute(
            f"create trigger keep_idea_support_{deed} after {deed} on vote referencing {tables} "
            "for each statement execute function keep_idea_support()"
        )
    op.execute(PEOPLE_FUNCTION)
    op.execute(PEOPLE_TRIGGER)


def downgrade() -> None:
    op.execute("drop trigger move_idea_support on person")
    op.execute("drop function move_idea_support()")
    for deed in VOTES_TRIGGERS:
        op.execute(f"drop trigger keep_idea_support_{deed} on vote")
    op.execute("drop function keep_idea_support()")
    op.drop_table("idea_support")
