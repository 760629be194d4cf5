-- What one vote is in SQL, for pgbench: the row, the idea's count, the event and its announcement,
-- in one durable transaction, as ideahub/ideas/voting.py and ideahub/core/events.py had it at first.
-- Everyone votes for the same idea; when all have, for the next one.
\set number :first + :turn * :clients + :client_id
\set turn :turn + 1
-- Variables keep their values from one turn to the next.
\set voter :person + :number % :people
\set here :idea + :number / :people
begin;
with open_idea as (
    select id from idea
    where id = :here and withdrawn_at is null and hidden_at is null for no key update
), cast_now as (
    insert into vote (idea_id, person_id) select id, :voter from open_idea
    on conflict do nothing returning idea_id
)
update idea set votes_count = votes_count + 1,
    rising = log(greatest(votes_count + 1, 1)) + extract(epoch from created_at) / 2592000
where id = :here and exists (select from cast_now);
with added as (
    insert into event (kind, actor_id, campaign_id, idea_id)
    values ('vote cast', :voter, :campaign, :here) returning id
)
select id, pg_notify('ideahub_events', id::varchar) from added;
commit;
