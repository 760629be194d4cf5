"""Growth: how long a page takes among a million ideas, as a multiple of what it takes among 1,000.

Asked for one at a time, by people who are signed in and have just done something, so that nothing
is answered with a page that was kept. The pages show equally much in each database: a full list,
and the same idea with 20 contributions, or 2,000. What is compared are the medians of the time that
an answer takes. With --plans the statements of these pages that read more where there is more are
named.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import ExitStack
from functools import partial

from ideahub.http.acting import ACTED_COOKIE
from tests.bench import databases, served
from tests.bench.asking import Ask, get
from tests.bench.bench import Bench, Site
from tests.bench.pages import HOT, WARMING
from tests.bench.people import sign_in
from tests.bench.plans import print_growing
from tests.bench.report import Row, number
from tests.bench.rounds import in_rounds, ratios, spread
from tests.bench.sizes import BOX, LARGE, LONG, SMALL, USUAL, Size
from tests.bench.wrk import Load, load, must_be_installed

PAGES = {
    **HOT,
    "idea with 2,000 contributions": f"/ideas/{LONG}",
    "its older contributions": f"/ideas/{LONG}/contributions?before=1000",
    "who supports it": f"/ideas/{LONG}/supporters",
    "most supported": "/ideas?order=supported",
    "ideas of a tag": "/ideas?tag=topic+7",
    "ideas of a stage": "/ideas?stage=pilot",
    "an idea box": f"/idea-boxes/{BOX}",
    "search": "/ideas?q=school",
    "board": "/pipeline",
}
SIGNED_IN = 50
AT_LEAST, AIM = 1.5, 1.1


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """A row for each page; with the million only where its database is there, or is asked for."""
    must_be_installed("wrk")
    sizes = [SMALL, USUAL, *([LARGE] if bench.million or databases.is_made(LARGE) else ())]
    with ExitStack() as stack:
        sites = {
            size: stack.enter_context(bench.site(size, _port(place)))
            for place, size in enumerate(sizes)
        }
        turns: dict[str, Callable[[int], Load]] = {}
        for place, (size, site) in enumerate(sites.items()):
            cookies = asyncio.run(sign_in(site.url, SIGNED_IN))
            for name, path in PAGES.items():
                asks = [Ask(path, f"{cookie}; {ACTED_COOKIE}=1") for cookie in cookies]
                for ask in asks[:WARMING]:
                    get(_port(place), ask)
                turns[f"{name} {size.ideas}"] = partial(_once, site, _port(place), asks, bench)
        # Page by page, so that what is compared is measured right after each other.
        ordered = {f"{name} {size.ideas}": None for name in PAGES for size in sizes}
        found = in_rounds(bench.rounds, {name: turns[name] for name in ordered})
        if bench.plans:
            urls = [site.url for site in sites.values()]
            asyncio.run(print_growing(urls[0], urls[-1], PAGES.values()))
    return [_row(name, sizes, found) for name in PAGES]


def _port(place: int) -> int:
    return served.PORT + 10 * place


def _once(site: Site, port: int, asks: list[Ask], bench: Bench, _round: int) -> Load:
    return load(site.process, port, asks, bench.seconds / 2, connections=1)


def _row(name: str, sizes: list[Size], found: dict[str, list[Load]]) -> Row:
    times = [[one.middle for one in found[f"{name} {size.ideas}"]] for size in sizes]
    medians = [
        f"{number(1000 * spread(some).median)} ms at {size.ideas:,}"
        for some, size in zip(times, sizes, strict=True)
    ]
    return Row(
        f"{name}: {sizes[-1].ideas:,} ideas ÷ {sizes[0].ideas:,}", ratios(times[-1], times[0]), "",
        AT_LEAST, AIM, less_is_better=True, beside=", ".join(medians),
    )  # fmt: skip
