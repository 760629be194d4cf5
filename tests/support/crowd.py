"""A site as large as one may become, made by SQL in seconds: ideas, votes, talk, promises."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# As on the platform of a large city.
VOTES_PER_IDEA = 20
# Each of these makes rows for the ideas from :first to :last; nobody checks foreign keys or counts
# rows one by one meanwhile.
PEOPLE = """
    insert into person (name, email, organisation_id, created_at)
    select 'Person ' || n, 'p' || n || '@city.example', case when n % 3 = 0 then :city end,
        now() - interval '1 hour'
    from generate_series(:first / 2 + 1, :last / 2) as n
"""
# Where the numbers of these people and of the calls begin, and how many there are.
PLACE = """
    select (select coalesce(max(id), 0) from idea) as before,
        (select id from person where email = 'p1@city.example') as person,
        (select count(*) from person where name like 'Person %') as many,
        (select min(id) from campaign) as campaign, (select count(*) from campaign) as campaigns
"""
STATEMENTS = (
    """
    insert into idea (campaign_id, author_id, title, body, body_html, excerpt, tags, stage,
        path_stage, created_at, stage_since, votes_count, contributions_count, builds_count, rising)
    select :campaign + n % :campaigns, :person + n % :many,
        'Idea number ' || n || ' for street ' || n % 97,
        'What we would do on street ' || n % 89, '<p>What we would do.</p>', 'What we would do.',
        array['tag ' || n % 40, 'topic ' || n % 13],
        (array['spark', 'spark', 'concept', 'sponsored', 'prototype', 'learned'])[1 + n % 6],
        (array['spark', 'spark', 'concept', 'sponsored', 'prototype', 'spark'])[1 + n % 6],
        now() - make_interval(mins => :last - n), now() - make_interval(mins => :last - n),
        :votes, 1, 1, extract(epoch from now() - make_interval(mins => :last - n)) / 2592000
    from generate_series(:first + 1, :last) as n
    """,
    r"""
    insert into idea_words (idea_id, campaign_id, created_at, searched)
    select id, campaign_id, created_at, searched || array_to_tsvector(
        array['\:b' || id / 8192, '\:c' || campaign_id, '\:s' || stage, '\:t' || tags[1],
            '\:t' || tags[2]])
    from idea where id > :before
    """,
    """
    insert into idea_tag (idea_id, tag, created_at)
    select id, tag, created_at from idea, unnest(tags) as tag where id > :before
    """,
    """
    insert into revision (idea_id, number, title, body, author_id, words_added, words_removed)
    select id, 1, title, body, author_id, 5, 0 from idea where id > :before
    """,
    """
    insert into vote (idea_id, person_id)
    select idea.id, :person + (idea.id * 37 + n) % :many
    from idea cross join generate_series(1, :votes) as n where idea.id > :before
    """,
    """
    insert into contribution (idea_id, author_id, kind, body, body_html)
    select id, author_id, 'build', 'Yes, and more', '<p>Yes, and more</p>' from idea
    where id > :before
    """,
    """
    insert into pledge (idea_id, sponsor_id, kind, promise, expires_on, accepted_at)
    select id, author_id, 'mandate', 'Go on', current_date + (id % 300)::int, now()
    from idea where id > :before and id % 20 = 0
    """,
    """
    insert into review (idea_id, reviewer_id, decision, from_stage, to_stage, reason, evidence)
    select id, author_id, 'hold', 'spark', 'spark', 'Not yet', '[]' from idea
    where id > :before and id % 10 = 0
    """,
    """
    insert into lesson (idea_id, author_id, body, body_html)
    select id, author_id, 'We learned', '<p>We learned</p>' from idea
    where id > :before and stage = 'learned'
    """,
    """
    insert into experiment (idea_id, stage, hypothesis, measure, target, created_by)
    select id, 'prototype', 'It works', 'children', 5, author_id from idea
    where id > :before and id % 20 = 1
    """,
    """
    insert into follow (idea_id, person_id)
    select id, author_id from idea where id > :before
    """,
    """
    insert into event (kind, actor_id, campaign_id, idea_id, created_at)
    select (array['idea posted', 'vote cast', 'vote cast', 'contribution made'])[n],
        author_id, campaign_id, id, created_at
    from idea cross join generate_series(1, 4) as n where id > :before
    """,
)
TALLY = """
    insert into idea_tally (campaign_id, stage, ideas, votes, contributions, adopted, pledges)
    select campaign_id, stage, count(*), sum(votes_count), sum(contributions_count), 0, 0
    from idea where withdrawn_at is null and hidden_at is null group by campaign_id, stage
"""


async def grow(db: AsyncSession, city: int, first: int, last: int) -> None:
    """Adds the ideas from one number to another, with all that hangs on them."""
    await _check_nothing(db)
    values = {"city": city, "first": first, "last": last, "votes": VOTES_PER_IDEA}
    await db.execute(text(_with(PEOPLE, values)))
    values |= dict((await db.execute(text(PLACE))).mappings().one())
    for statement in STATEMENTS:
        await db.execute(text(_with(statement, values)))
    counted = "update campaign set ideas_count = (select count(*) from idea where campaign_id = {})"
    await db.execute(text(counted.format("campaign.id")))
    await db.execute(text("delete from idea_tally"))
    await db.execute(text(TALLY))


def _with(statement: str, values: dict[str, int]) -> str:
    # Whole numbers of our own; as parameters each would need its type.
    for name, value in sorted(values.items(), reverse=True):
        statement = statement.replace(f":{name}", str(value))
    return statement


async def _check_nothing(db: AsyncSession) -> None:
    """Checking and counting a million rows one by one would take minutes."""
    own = """
        select format('alter table %s drop constraint %I', conrelid::regclass, conname)
        from pg_constraint where contype = 'f' and conrelid::regclass::text = any(:tables)
    """
    checked = "vote", "event", "contribution", "idea", "revision", "follow", "idea_words"
    tables = {"tables": [*checked, "idea_tag"]}
    for statement in (await db.execute(text(own), tables)).scalars().all():
        await db.execute(text(statement))
    for table in ("idea", "pledge"):
        await db.execute(text(f"alter table {table} disable trigger user"))


async def talk_much(db: AsyncSession, idea: int, times: int) -> None:
    """So many contributions to one idea."""
    await db.execute(
        text("""
            insert into contribution (idea_id, author_id, kind, body, body_html)
            select :idea, person.id,
                (array['build', 'question', 'evidence', 'concern', 'offer'])[1 + n % 5],
                'Contribution number ' || n, '<p>Contribution number ' || n || '</p>'
            from generate_series(1, :times) as n
            join person on person.email = 'p' || (1 + n % 1000) || '@city.example'
        """),
        {"idea": idea, "times": times},
    )
    counts = "update idea set contributions_count = contributions_count + :times where id = :idea"
    await db.execute(text(counts), {"idea": idea, "times": times})
