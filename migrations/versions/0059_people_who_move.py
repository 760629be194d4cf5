"""Whoever moves to another organisation waits for votes that are taken back before they hold the
person's own row, which whoever takes one back needs as well
"""

from alembic import op

revision = "0059"
down_revision = "0058"

# First what is being taken back: that deed is still to note whose it was, for which it needs the
# person's row. Who casts a vote holds that row, and is waited for after it.
WAIT_FOR_VOTES = """
        perform from vote where person_id = any(moving) order by idea_id, person_id for key share;
"""
FUNCTION = """
create or replace function move_idea_support() returns trigger language plpgsql as $$
declare
    moving bigint[] := array(
        select id from people_before join people_now using (id)
        where people_before.organisation_id is distinct from people_now.organisation_id
        order by id);
begin
    if moving <> '{{}}' then{first}
        perform from person where id = any(moving) order by id for update;
        insert into idea_support (idea_id, organisation_id, votes)
        select idea_id, organisation_id, sum(change) from (
            select idea_id, person_id from vote where person_id = any(moving) for key share
        ) as theirs join (
            select id as person_id, coalesce(organisation_id, 0) as organisation_id, -1 as change
            from people_before
            union all select id, coalesce(organisation_id, 0), 1 from people_now
        ) as side using (person_id) group by 1, 2
        order by 1, 2
        on conflict (idea_id, organisation_id)
            do update set votes = idea_support.votes + excluded.votes;
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    op.execute(FUNCTION.format(first=WAIT_FOR_VOTES))


def downgrade() -> None:
    op.execute(FUNCTION.format(first=""))
