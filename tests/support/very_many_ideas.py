"""A database with as many ideas as asked for, to measure searches:

    ideahub migrate, and import what there is; then
    python -m tests.support.very_many_ideas 1000000

Their sentences are those of the ideas and challenges that were imported, put together anew, and
some in other languages; a few words are in very many of them and most words in few, as in real
texts. One idea in eight is written as people's ideas are, word by word; the others are made of two
of these, whose words are known. A million takes a quarter of an hour and some 5 GB. The database is
to be thrown away: its columns for searching do not follow the texts any more.
"""

import asyncio
import random
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import asyncpg

from ideahub.core.config import read_config
from tests.support.crowd import TALLY

SENTENCES = """
    select distinct btrim(sentence) from (
        select regexp_split_to_table(body, '[.!?\n]+ ') from idea where source_ref is not null
        union all
        select regexp_split_to_table(description, '[.!?\n]+ ') from campaign
        where source_ref is not null
    ) as found (sentence)
    where length(sentence) between 20 and 400 and sentence !~ '[|]'
    order by 1
"""
# A sentence in other languages, each with nouns of a city to be put in.
FRAMES = (
    "Wir brauchen mehr %s in der Innenstadt, und die %s sind für alle da",
    "Die Stadt soll %s fördern, damit niemand auf %s warten muss",
    "Il nous faut plus de %s dans le quartier, et des %s pour les enfants",
    "La ville devrait ouvrir %s aux habitants qui attendent %s",
    "Necesitamos más %s en los barrios de la ciudad y también %s para los niños",
    "Chcemy więcej %s na ulicy, oraz %s dla wszystkich",
    "Нам нужно больше %s на улице и %s для всех",
    "Şehirde daha çok %s ve herkes için %s olsun",
)
OF_CITIES = (
    "Spielplätze Bäume Radwege Büchereien Haltestellen Bänke Brunnen Schulhöfe écoles jardins "
    "pistes places bibliothèques fontaines parques árboles escuelas plazas bancos drzewa parki "
    "деревьев школы парки ağaçlar parklar okullar otobüs trams buses crossings benches"
)
NOUNS = OF_CITIES.split()
STAGES = ("spark",) * 14 + ("concept",) * 3 + ("sponsored", "prototype", "learned")
TAGS = tuple(f"topic {number}" for number in range(300))
COLUMNS = (
    "campaign_id", "author_id", "title", "body", "body_html", "excerpt", "tags", "stage",
    "path_stage", "votes_count", "builds_count", "rising", "created_at", "stage_since",
)  # fmt: skip
# As the trigger on `idea` does.
WORDS = """
    insert into idea_words (idea_id, campaign_id, created_at, searched)
    select id, campaign_id, created_at, searched || array_to_tsvector(
        array[':b' || id / 8192, ':c' || campaign_id, ':s' || stage]
        || array(select ':t' || tag from unnest(tags) as tag))
    from idea where id > $1 order by id
"""
WITH_TAGS = """
    insert into idea_tag (idea_id, tag, created_at)
    select id, tag, created_at from idea, unnest(tags) as tag where id > $1 order by id
"""
# One in five as many people as ideas.
PEOPLE = """
    insert into person (name, email)
    select (array['Ada', 'Ben', 'Çınar', 'Jörg', 'Noémie', 'Łucja', 'Olga', 'Yusuf'])[1 + n % 8]
        || ' ' || initcap(translate(n::text, '0123456789', 'aeioulnrst')), n || '@city.example'
    from generate_series(1, $1) as n
"""
BATCH, WORKERS = 5_000, 2
# One in so many is written word by word.
TIMES = 8
KNOWN_WORDS = ("searched", "title_words", "title_plain")
# Each idea once more: as it is, or followed by another one. To join two vectors gives the words of
# both, in their places.
AGAIN = """
    with those as (select * from idea where id > $1 order by id limit $3),
    numbered as (select *, row_number() over (order by id) as place from those)
    insert into idea (campaign_id, author_id, title, body, body_html, excerpt, tags, stage,
        path_stage, votes_count, builds_count, rising, created_at, stage_since,
        searched, title_words, title_plain)
    select two.campaign_id, one.author_id, one.title,
        one.body || case when longer then '. ' || two.title || '. ' || two.body else '' end,
        one.body_html, one.excerpt, two.tags, two.stage, two.path_stage, two.votes_count,
        two.builds_count, one.rising, one.created_at - make_interval(mins => $2 * $3),
        one.stage_since - make_interval(mins => $2 * $3),
        one.searched || case when longer then two.searched else '' end,
        one.title_words, one.title_plain
    from numbered as one
    cross join lateral (select one.place % 2 = 0 and length(one.body) < 1000 as longer) as chosen
    join numbered as two on two.place = 1 + (one.place * 7919 + $2 * 104729) % $3
"""
NOW = datetime.now(UTC)


def _some(chance: random.Random, things: Sequence[Any], skew: float = 2.0) -> Any:
    """One of the things; the first ones far more often than the last ones."""
    return things[int(len(things) * chance.random() ** skew)]


def _sentence(chance: random.Random, sentences: Sequence[str]) -> str:
    kind = chance.random()
    if kind < 0.75:
        return str(_some(chance, sentences, 1.5))
    if kind < 0.85:
        place = f"{_some(chance, NOUNS)}{int(10 ** (6 * chance.random()))}"
        return f"This is about {place}: see https://lindenau.example/{place.lower()}"
    frame = _some(chance, FRAMES, 1.2)
    return str(frame % (_some(chance, NOUNS), _some(chance, NOUNS)))


def _idea(
    chance: random.Random,
    sentences: Sequence[str],
    campaigns: Sequence[int],
    people: Sequence[int],
    age: float,
) -> tuple[Any, ...]:
    # Half of all texts have less than 250 characters, one in a hundred more than 1,500.
    many = 1 + int(chance.expovariate(0.4))
    body = ". ".join(_sentence(chance, sentences) for _each in range(many))[:2000]
    title = re.sub(r"\s+\S*$", "", _sentence(chance, sentences)[: chance.randint(30, 120)] + " ")
    stage = chance.choice(STAGES)
    votes = int(chance.paretovariate(1.1)) - 1
    posted = NOW - timedelta(minutes=age)
    tags = sorted({_some(chance, TAGS, 3.0) for _each in range(chance.randint(0, 4))})
    path = "spark" if stage == "learned" else stage
    rising = posted.timestamp() / 2_592_000
    return (
        _some(chance, campaigns), _some(chance, people), title, body, f"<p>{body[:50]}</p>",
        body[:200], tags, stage, path, min(votes, 50_000), int(chance.random() < 0.3), rising,
        posted, posted,
    )  # fmt: skip


def _ideas(seed: int, many: int, *known: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(seed)
    sentences, campaigns, people = known
    for number in range(many):
        yield _idea(chance, sentences, campaigns, people, float(many - number))


async def _copy(url: str, ideas: Iterator[tuple[Any, ...]]) -> None:
    db = await asyncpg.connect(url)
    while batch := list(islice(ideas, BATCH)):
        await db.copy_records_to_table("idea", records=batch, columns=COLUMNS)
        print(".", end="", flush=True)
    await db.close()


async def fill(url: str, many: int) -> None:
    """Adds so many ideas; nobody counts rows meanwhile."""
    db = await asyncpg.connect(url)
    known = [
        [row[0] for row in await db.fetch(statement)]
        for statement in (
            SENTENCES,
            "select id from campaign where published_at is not null order by id",
            "select id from person order by id",
        )
    ]
    indexes = await db.fetch(
        "select indexname, indexdef from pg_indexes where tablename in ('idea', 'idea_words') "
        "and indexname like 'ix_%'"
    )
    await db.execute("alter table idea disable trigger user")
    for index in indexes:
        await db.execute(f"drop index {index['indexname']}")
    before = await db.fetchval("select coalesce(max(id), 0) from idea")
    each = many // TIMES // WORKERS
    await asyncio.gather(*(_copy(url, _ideas(n, each, *known)) for n in range(WORKERS)))
    await _repeat(db, before, each * WORKERS)
    await db.execute(WORDS, before)
    await db.execute(WITH_TAGS, before)
    await db.execute(PEOPLE.replace("$1", str(many // 5)))
    await db.execute("set maintenance_work_mem = '1GB'")
    for index in indexes:
        print(index["indexname"], flush=True)
        await db.execute(index["indexdef"])
    await db.execute("alter table idea enable trigger user")
    await db.execute(
        "update campaign set ideas_count = (select count(*) from idea "
        "where campaign_id = campaign.id and withdrawn_at is null and hidden_at is null)"
    )
    await db.execute("delete from idea_tally")
    await db.execute(TALLY)
    await db.execute("vacuum analyze")
    await db.close()


async def _repeat(db: asyncpg.Connection, before: int, many: int) -> None:
    for column in KNOWN_WORDS:
        await db.execute(f"alter table idea alter column {column} drop expression if exists")
    for turn in range(1, TIMES):
        await db.execute(AGAIN.replace("$3", str(many)).replace("$2", str(turn)), before)
        print("+", end="", flush=True)


if __name__ == "__main__":
    address = read_config().database_url
    assert address, "IDEAHUB_DATABASE_URL names the database"
    asyncio.run(fill(address.replace("+asyncpg", ""), int(sys.argv[1])))
