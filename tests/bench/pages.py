"""Pages: how many a second one process answers, as a share of the framework's plain text.

Hot: the same page again and again, asked for by strangers, or by 200 people who are signed in.
Cold: each request is for another idea, which nobody has asked for before in this run; those who are
signed in have also just done something, so that nothing is kept for them at all.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator
from functools import partial

import asyncpg

from ideahub.http.acting import ACTED_COOKIE
from tests.bench import served
from tests.bench.asking import Ask, get
from tests.bench.bench import Bench, Site
from tests.bench.people import sign_in
from tests.bench.report import Row, number
from tests.bench.rounds import in_rounds, ratios, spread
from tests.bench.sizes import CHALLENGE, LIVELY, LONG
from tests.bench.wrk import Load, load, must_be_installed

HOT = {
    "idea": f"/ideas/{LIVELY}",
    "list": "/ideas",
    "challenge": f"/challenges/{CHALLENGE}",
    "home": "/",
}
SIGNED_IN = 200
# More than are asked for in a turn, so that no idea is asked for twice.
COLD_IN_A_TURN = 8_000
# The first requests for a page also compile its template and statements.
WARMING = 10
# Goals: at least, aim.
STRANGERS, PEOPLE, COLD = (0.4, 0.7), (0.08, 0.2), (0.05, 0.1)
YARDSTICK, COLD_IN = "plain text", "a cold idea, signed in"
PUBLIC = """
    select idea.id from idea join campaign on campaign.id = campaign_id
    where audience = 'public' and idea.id > $1 order by idea.id
"""


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """The rows of this section."""
    must_be_installed("wrk")
    with bench.site() as site, served.plain_text() as plain:
        asks = dict(_asks(site))
        for some in asks.values():
            for ask in some[:WARMING]:
                get(served.PORT, ask)
        asked = partial(load, site.process, served.PORT, seconds=bench.seconds)
        turns: dict[str, Callable[[int], Load]] = {
            YARDSTICK: lambda _round: load(plain, served.PORT + 1, [Ask("/")], bench.seconds)
        }
        turns |= {name: partial(_same, asked, some) for name, some in asks.items()}
        cold = asyncio.run(_public_ideas(site.url))
        turns["a cold idea"] = lambda number: asked(_part(cold, number))
        acted = [f"{ask.cookie}; {ACTED_COOKIE}=1" for ask in asks["idea, signed in"]]
        turns[COLD_IN] = lambda number: asked(
            [Ask(ask.path, acted[at % len(acted)]) for at, ask in enumerate(_part(cold, number))]
        )
        found = in_rounds(bench.rounds, turns)
    return [_row(name, found) for name in found]


def _same(asked: Callable[[list[Ask]], Load], some: list[Ask], _round: int) -> Load:
    return asked(some)


def _asks(site: Site) -> Iterator[tuple[str, list[Ask]]]:
    cookies = asyncio.run(sign_in(site.url, SIGNED_IN))
    for name, path in HOT.items():
        yield f"{name}, signed out", [Ask(path)] * WARMING
    for name, path in HOT.items():
        yield f"{name}, signed in", [Ask(path, cookie) for cookie in cookies]


async def _public_ideas(url: str) -> list[Ask]:
    db = await asyncpg.connect(url)
    found = await db.fetch(PUBLIC, LONG)
    await db.close()
    return [Ask(f"/ideas/{row[0]}") for row in found]


def _part(cold: list[Ask], number: int) -> list[Ask]:
    first = number * COLD_IN_A_TURN % len(cold)
    return cold[first : first + COLD_IN_A_TURN]


def _row(name: str, found: dict[str, list[Load]]) -> Row:
    loads = found[name]
    speed = spread([one.per_second for one in loads]).median
    cpu = [one.cpu for one in loads]
    beside = f"{number(speed)}/s; {number(1000 * spread(cpu).median)} ms of CPU"
    if name == YARDSTICK:
        return Row(name, spread([one.per_second for one in loads]), "/s", beside=beside)
    hot = STRANGERS if "out" in name else PEOPLE
    at_least, aim = {COLD_IN: (None, None), "a cold idea": COLD}.get(name, hot)
    ratio = ratios([one.per_second for one in loads], [one.per_second for one in found[YARDSTICK]])
    by_cpu = ratios([one.cpu for one in found[YARDSTICK]], cpu)
    size = spread([one.size for one in loads]).median / 1000
    beside += f" (ratio by CPU: {number(by_cpu.median)}); {number(size)} kB"
    return Row(f"{name} ÷ plain text", ratio, "", at_least, aim, beside=beside)
