"""Fills a migrated database with rows, by COPY."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

import asyncpg

from tests.bench.rows import TEXT, WITHOUT_TEXT, Row, Rows, columns
from tests.bench.sizes import DISTINCT, Size

BATCH = 20_000
# Columns of ideas that PostgreSQL computes of the texts.
COMPUTED = ("searched", "title_words", "title_plain")
# What follows from the rows that were copied; the triggers that would make it are off meanwhile.
FOLLOWS = (
    """
    insert into idea_words (idea_id, campaign_id, created_at, searched)
    select id, campaign_id, created_at, searched || array_to_tsvector(
        array[':b' || id / 8192, ':c' || campaign_id, ':s' || stage]
        || array(select ':t' || tag from unnest(tags) as tag))
    from idea order by id
    """,
    """
    insert into idea_tag (idea_id, tag, created_at)
    select id, tag, created_at from idea, unnest(tags) as tag order by id
    """,
    """
    insert into idea_support (idea_id, organisation_id, votes)
    select idea_id, coalesce(organisation_id, 0), count(*)
    from vote join person on person.id = person_id group by 1, 2 order by 1, 2
    """,
    """
    insert into revision (idea_id, number, title, body, why, author_id, words_added,
        words_removed, created_at)
    select id, 1, title, body, why, author_id, 50, 0, created_at from idea order by id
    """,
    "insert into follow (idea_id, person_id) select id, author_id from idea order by id",
    """
    insert into pledge (idea_id, sponsor_id, kind, promise, expires_on, accepted_at)
    select id, 1 + id * 3 % (select count(*) from person), 'mandate', 'Go on, we stand behind it',
        current_date + 30, created_at
    from idea where id % 25 = 1 order by id
    """,
    """
    update idea set pledges_count = 1, sponsors_count = 1
    where id in (select idea_id from pledge)
    """,
    """
    insert into event (kind, actor_id, campaign_id, idea_id, created_at, subject_type, subject_id)
    select deed.kind, actor_id, campaign_id, idea_id, deed.created_at, subject_type, subject_id
    from (
        select 'idea posted' as kind, author_id as actor_id, id as idea_id, created_at,
            null as subject_type, null::bigint as subject_id from idea
        union all
        select 'vote cast', person_id, idea_id, created_at, null, null from vote
        union all
        select 'contribution made', author_id, idea_id, created_at, 'contribution', id
        from contribution
    ) as deed join idea on idea.id = deed.idea_id order by deed.created_at
    """,
    "update campaign set ideas_count = (select count(*) from idea where campaign_id = campaign.id)",
    """
    insert into idea_tally (campaign_id, stage, ideas, votes, contributions, adopted, pledges)
    select campaign_id, stage, count(*), sum(votes_count), sum(contributions_count), 0,
        sum(pledges_count)
    from idea group by campaign_id, stage
    """,
)
SEQUENCES = """
    select format('select setval(%L, (select coalesce(max(id), 0) + 1 from %I))',
        pg_get_serial_sequence(table_name, 'id'), table_name)
    from information_schema.columns
    where table_schema = 'public' and column_name = 'id' and is_identity = 'YES'
"""
INDEXES = """
    select indexname, indexdef from pg_indexes where indexname like 'ix\\_%'
    and tablename in ('idea', 'idea_words', 'vote', 'contribution', 'event', 'person', 'revision')
"""


async def fill(url: str, size: Size) -> None:
    """Fills the empty, migrated database; `url` is that of a superuser, as no trigger and no
    foreign key is heeded meanwhile."""
    db = await asyncpg.connect(url)
    try:
        # COPY sends addresses as the texts that they are.
        await db.set_builtin_type_codec("citext", codec_name="text")
        await db.execute("set session_replication_role = replica")
        await db.execute("set synchronous_commit = off")
        await db.execute("set maintenance_work_mem = '1GB'")
        indexes = await db.fetch(INDEXES)
        for index in indexes:
            await db.execute(f"drop index {index['indexname']}")
        await _copy_all(db, Rows(size))
        for statement in FOLLOWS:
            await _told(db, statement)
        for index in indexes:
            await _told(db, index["indexdef"])
        for row in await db.fetch(SEQUENCES):
            await db.execute(row[0])
        await _told(db, "vacuum analyze")
        await _told(db, "checkpoint")
    finally:
        with suppress(OSError):
            await db.close()


async def _copy_all(db: asyncpg.Connection, rows: Rows) -> None:
    people = columns("id, name, email, email_proved_at, organisation_id, created_at")
    calls = columns(
        "id, kind, audience, organisation_id, created_by, published_at, published_by, title, "
        "question, description, description_html, created_at"
    )
    phases = columns(
        "campaign_id, position, name, opens_at, closes_at, accepts, purpose, opening_announced_at"
    )
    said = columns("id, idea_id, author_id, kind, body, body_html, created_at")
    await _copy(db, "organisation", ("id", "name"), rows.organisations())
    await _copy(db, "person", people, rows.people())
    await _copy(db, "campaign", calls, rows.calls())
    await _copy(db, "phase", phases, rows.phases())
    await _copy(db, "contribution", said, rows.contributions())
    await _copy(db, "idea", (*WITHOUT_TEXT, *TEXT), rows.ideas())
    if rows.size.ideas > DISTINCT:
        await _repeat(db, rows)
    await _copy(db, "vote", ("idea_id", "person_id", "created_at"), rows.cast())
    manager = ((3, "manager", 1), (6, "leader", 1), (9, "admin", None))
    await _copy(db, "role_grant", columns("person_id, role, organisation_id"), iter(manager))


async def _repeat(db: asyncpg.Connection, rows: Rows) -> None:
    """The other ideas, with the texts of the first ones and what was computed of them; such
    columns do not follow the texts any more afterwards, which nobody changes here."""
    for column in COMPUTED:
        await db.execute(f"alter table idea alter column {column} drop expression")
    await db.execute("create temporary table other as select * from idea limit 0")
    others = islice(rows.without_text(), DISTINCT, None)
    await _copy(db, "other", WITHOUT_TEXT, others)
    own, first = ", ".join(WITHOUT_TEXT), ", ".join((*TEXT, *COMPUTED))
    await _told(
        db,
        f"insert into idea ({own}, {first}) select {_of('other', own)}, {_of('idea', first)} "
        f"from other join idea on idea.id = 1 + (other.id - 1) % {DISTINCT} order by other.id",
    )


def _of(table: str, names: str) -> str:
    return ", ".join(f"{table}.{name}" for name in names.split(", "))


async def _copy(
    db: asyncpg.Connection, table: str, names: Sequence[str], rows: Iterator[Row]
) -> None:
    began, many = time.monotonic(), 0
    while batch := list(islice(rows, BATCH)):
        await db.copy_records_to_table(table, records=batch, columns=names)
        many += len(batch)
    print(f"  {table}: {many:,} rows in {time.monotonic() - began:.0f} s", flush=True)


async def _told(db: asyncpg.Connection, statement: str) -> None:
    began = time.monotonic()
    await db.execute(statement)
    seconds = time.monotonic() - began
    if seconds > 1:
        print(f"  {' '.join(statement.split())[:60]} … {seconds:.0f} s", flush=True)
