"""A challenge with many entries to judge, filled in by SQL: the same scores each time."""

from typing import NamedTuple

import asyncpg

ENTRIES, JUDGES, PER_ENTRY, CRITERIA = 10_000, 30, 3, 5
# The first people: a manager, then the judges, then a captain for each entry.
MANAGER, FIRST_JUDGE = 1, 2
FIRST_CAPTAIN = FIRST_JUDGE + JUDGES
CAMPAIGN, ENTRIES_PHASE = 1, 1
CHALLENGE = f"""
    insert into organisation (id, name) values (1, 'Department of Trade');
    insert into person (id, name, email, email_proved_at, judges)
    select n, 'Person ' || n, 'p' || n || '@bench.example', now(),
        n between {FIRST_JUDGE} and {FIRST_CAPTAIN - 1}
    from generate_series(1, {FIRST_CAPTAIN - 1 + ENTRIES}) as n;
    insert into role_grant (person_id, role, organisation_id) values ({MANAGER}, 'manager', 1);
    insert into campaign (id, kind, audience, organisation_id, created_by, published_at,
        published_by, title, question)
    values ({CAMPAIGN}, 'challenge', 'public', 1, {MANAGER}, now() - interval '30 days', {MANAGER},
        'Many entries', 'How might we?');
    insert into phase (id, campaign_id, position, name, opens_at, closes_at, accepts, purpose)
    values ({ENTRIES_PHASE}, {CAMPAIGN}, 1, 'Entries', now() - interval '30 days',
        now() - interval '1 day', '{{entries}}', 'entries');
    insert into entry_form (id, phase_id, frozen_at) values (1, {ENTRIES_PHASE}, now());
    insert into entry_field (form_id, position, key, kind, label)
    values (1, 1, 'plan', 'long_text', 'What is your plan?');
    insert into entry (id, campaign_id, phase_id, form_id, number, created_by, title, answers)
    select n, {CAMPAIGN}, {ENTRIES_PHASE}, 1, n, {FIRST_CAPTAIN - 1} + n, 'Way number ' || n,
        jsonb_build_object('plan', repeat('We paint the crossing. ', 60))
    from generate_series(1, {ENTRIES}) as n;
    insert into entry_revision (id, entry_id, number, form_id, title, answers, people,
        content_hash, submitted_by)
    select id, id, 1, 1, title, answers, jsonb_build_array(jsonb_build_object('id', created_by,
        'name', 'Person ' || created_by, 'role', 'captain')), repeat('0', 64), created_by
    from entry;
    update entry set submitted_id = id;
    insert into entry_member (entry_id, person_id, role) select id, created_by, 'captain'
    from entry;
"""
# Further panels score the same entries, in a phase of their own.
PANEL = f"""
    with phase as (
        insert into phase (campaign_id, position, name, opens_at, closes_at, accepts, purpose)
        select {CAMPAIGN}, 1 + max(position), 'Scoring', now() - interval '1 day',
            now() + interval '9 days', '{{scoring}}', 'judging' from phase
        returning id
    )
    insert into panel (campaign_id, phase_id, entries_phase_id, name, created_by)
    select {CAMPAIGN}, id, {ENTRIES_PHASE}, 'Jury', {MANAGER} from phase returning id
"""
SEATED = (
    f"""
    insert into panel_criterion (panel_id, position, name, weight)
    select $1, n, 'Criterion ' || n, {100 // CRITERIA} from generate_series(1, {CRITERIA}) as n
    """,
    f"""
    insert into panel_judge (panel_id, label, address, person_id, invited_by, secret_hash,
        expires_at, accepted_at, declared_at, declared_for)
    select $1, n, 'p' || n || '@bench.example', {FIRST_JUDGE} - 1 + n, {MANAGER},
        convert_to($1::bigint || '-' || n, 'utf8'), now(), now(), now(),
        (select array_agg(created_by order by created_by) from entry)
    from generate_series(1, {JUDGES}) as n
    """,
    # Each judge has a conflict of interest with one entrant in a hundred.
    f"""
    insert into conflict_declaration (judge_id, person_id, category)
    select judge.id, {FIRST_CAPTAIN - 1} + n, 'employer'
    from panel_judge as judge, generate_series(1, {ENTRIES}) as n
    where judge.panel_id = $1 and hashint8(n * {JUDGES} + judge.label) % 100 = 0
    """,
)
SCORED = (
    """
    insert into scorecard (assignment_id, revision_id, final_at)
    select id, entry_id, now() from assignment where panel_id = $1
    """,
    """
    insert into score (scorecard_id, criterion_id, value, comment_for_entrant)
    select scorecard.id, criterion.id,
        hashint8(entry_id * 31 + judge_id * 7 + criterion.position) & 3
            + (entry_id * criterion.position) % 8, 'Because of the crossing.'
    from scorecard join assignment on assignment.id = assignment_id
    join panel_criterion as criterion on criterion.panel_id = assignment.panel_id
    where assignment.panel_id = $1
    """,
)


class Filled(NamedTuple):
    """The database, and a way to add to it."""

    db: asyncpg.Connection

    async def challenge(self) -> None:
        """A challenge whose entries are in; everything else is empty."""
        await self.db.execute(CHALLENGE)
        for table in ("organisation", "person", "campaign", "phase", "entry", "entry_revision"):
            await self.db.execute(f"alter table {table} alter column id restart with 100000")

    async def panel(self) -> int:
        """A panel with its judges and criteria, to which nothing is assigned; its number."""
        panel_id = await self.db.fetchval(PANEL)
        for statement in SEATED:
            await self.db.execute(statement, panel_id)
        await self.db.execute("analyze")
        return int(panel_id)

    async def scores(self, panel_id: int) -> None:
        """What each judge gives each of their entries, all of it final; scoring is over."""
        for statement in SCORED:
            await self.db.execute(statement, panel_id)
        closed = "update panel set closed_at = now(), closed_by = $2 where id = $1"
        await self.db.execute(closed, panel_id, MANAGER)
        await self.db.execute("analyze")
