"""Afterwards: what was acknowledged, the rows, the counts kept beside them, the pages and what
every socket shows are the same."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from html import unescape
from time import monotonic

import httpx

from ideahub.core.kept_counts import compare
from ideahub.features import COUNTS
from tests.chaos.place import Place
from tests.chaos.remembering import Support
from tests.chaos.watchers import Watcher
from tests.support.open_pages import Page
from tests.support.started import SUPPORT
from tests.support.wiring import NO_TLS

PATIENCE = 30.0
# Characters of a page that differs.
SHOWN = 80
# So that each process is asked, several times.
TIMES = 5
# 0 is none, where the site was away.
EXPECTED = {0, 200, 303, 304, 429, 503}
FAULTY = ("Fault at", "The listener failed", "Could not show")
VOTES = "select person_id, idea_id from vote"
VOTES_TOLD = """
    select actor_id, idea_id, sum(case kind when 'vote cast' then 1 else -1 end)
    from event where kind in ('vote cast', 'vote withdrawn') group by actor_id, idea_id
"""
WORDS = "select body, idea_id from contribution"
WORDS_TOLD = """
    select body from contribution join event on subject_type = 'contribution'
    and subject_id = contribution.id and event.kind = 'contribution made'
"""
SAID = re.compile(r"\bWord \d+ of \d+\b")


async def differences(
    place: Place, watchers: Iterable[Watcher], patience: float = PATIENCE
) -> list[str]:
    """What differs, a sentence each; nothing where all is as it should be. Pages and sockets may
    need `patience` seconds until all processes have heard of the last deed."""
    await place.server.until_it_answers()
    found = [*await _votes(place), *await _words(place), *await _tallies(place)]
    found += [*_answers(place, watchers), *faults_in(place.site.said().splitlines())]
    found += await _at_last(lambda: _strays(place), patience)
    found += await _at_last(lambda: _pages(place), patience)
    return found + await _at_last(lambda: _sockets(place, watchers), patience)


async def _at_last(find: Callable[[], Awaitable[list[str]]], patience: float) -> list[str]:
    """What is found even after so many seconds."""
    until = monotonic() + patience
    while (found := await find()) and monotonic() < until:
        await asyncio.sleep(0.5)
    return found


async def _votes(place: Place) -> list[str]:
    there = {Support(*row) for row in await place.server.ask(VOTES)}
    stand = {support for support, stands in place.memory.votes.items() if stands}
    told = {Support(row[0], row[1]): row[2] for row in await place.server.ask(VOTES_TOLD)}
    events = {support for support, times in told.items() if times == 1}
    odd = {support: times for support, times in told.items() if times not in {0, 1}}
    return [
        *(f"lost: the acknowledged vote of {one}" for one in sorted(stand - there)),
        *(f"there all the same: the vote of {one}" for one in sorted(there - stand)),
        *(f"a vote without its event, or an event too many: {one}" for one in there ^ events),
        *(f"events of one vote add up to {times}: {one}" for one, times in odd.items()),
    ]


async def _words(place: Place) -> list[str]:
    there = Counter(row[0] for row in await place.server.ask(WORDS))
    told = Counter(row[0] for row in await place.server.ask(WORDS_TOLD))
    acknowledged = {words for words, done in place.memory.words.items() if done}
    return [
        *(f"lost: the acknowledged “{words}”" for words in sorted(acknowledged - there.keys())),
        *(f"there {times} times: “{words}”" for words, times in there.items() if times > 1),
        *(f"nobody said “{words}”" for words in there.keys() - place.memory.words.keys()),
        *(
            f"“{words}” is there {there[words]} times, and was told {told[words]} times"
            for words in there.keys() | told.keys()
            if there[words] != told[words]
        ),
    ]


async def _tallies(place: Place) -> list[str]:
    found = []
    async with place.server.opened() as database, database.reading() as db:
        for count in COUNTS:
            _many, named = await compare(db, count)
            found += [
                f"{count.name}: {one.where} keeps {one.kept}, counted {one.counted}"
                for one in named
            ]
    return found


def _answers(place: Place, watchers: Iterable[Watcher]) -> list[str]:
    statuses = place.memory.statuses + sum((one.statuses for one in watchers), Counter())
    odd = {status: many for status, many in statuses.items() if status not in EXPECTED}
    return [f"{many} answers with status {status}" for status, many in odd.items()]


def faults_in(printed: list[str]) -> list[str]:
    """What the site has printed of faults of its own; of a traceback its last line."""
    found = []
    for number, line in enumerate(printed):
        if line.startswith("Traceback"):
            found.append(next((one for one in printed[number + 1 :] if one[:1].strip()), line))
        elif line.startswith(FAULTY):
            found.append(line)
    return [f"the site said: {line}" for line in found]


async def _strays(place: Place) -> list[str]:
    return [f"process {pid} did not end with its command" for pid in place.site.strays()]


async def _pages(place: Place) -> list[str]:
    votes = Counter(row[1] for row in await place.server.ask(VOTES))
    words: dict[int, set[str]] = {}
    for body, idea in await place.server.ask(WORDS):
        words.setdefault(idea, set()).add(body)
    found = []
    for idea in (*place.filled.hot, *place.filled.quiet):
        for _time in range(TIMES):
            # A connection of its own each time.
            html = await _fetched(place, f"/ideas/{idea}")
            found += _differs(idea, html, votes[idea], words.get(idea, set()))
    return sorted(set(found))


def _differs(idea: int, html: str, votes: int, words: set[str]) -> list[str]:
    support = SUPPORT.search(html)
    shown, said = int(support[1]) if support else None, set(SAID.findall(unescape(html)))
    # A page shows the latest 50.
    missing = [] if len(words) > 50 else sorted(words - said)
    return [
        *([f"idea {idea} has {votes} votes, its page shows {shown}"] if shown != votes else []),
        *(f"the page of idea {idea} does not show “{one}”" for one in missing),
        *(f"the page of idea {idea} shows “{one}”, which is not there" for one in said - words),
    ]


async def _fetched(place: Place, path: str, secret: str = "") -> str:
    headers = {"Cookie": f"ideahub={secret}"} if secret else {}
    async with httpx.AsyncClient(base_url=place.url, verify=NO_TLS, timeout=30) as client:
        return (await client.get(path, headers=headers)).text


async def _sockets(place: Place, watchers: Iterable[Watcher]) -> list[str]:
    found = []
    for watcher in watchers:
        page = Page(watcher.page.who, watcher.page.url, strict=True)
        page.show(await _fetched(place, page.url, watcher.secret))
        found += [
            f"{page.who}'s page {page.url} shows {one}" for one in _regions(watcher.page, page)
        ]
    return found


def _regions(shown: Page, anew: Page) -> list[str]:
    """What differs in each region; not of regions in which a smaller one differs."""
    before, now = shown.regions(), anew.regions()
    differing = [region for region in now if before.get(region) != now[region]]
    return [
        f"in #{region} {_where(before.get(region, 'nothing'), now[region])}"
        for region in differing
        if not any(other != region and f'id="{other}"' in now[region] for other in differing)
    ]


def _where(before: str, now: str) -> str:
    """A piece of each text where they begin to differ."""
    pairs = enumerate(zip(before, now, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(before), len(now)))
    start, end = max(0, same - 20), same + SHOWN
    return f"“…{before[start:end]}…”, anew it shows “…{now[start:end]}…”"
