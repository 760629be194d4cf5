"""Signing in: whether the time of an answer tells that an address has an account.

Known and unknown addresses are tried in pairs, in random order, each from a network of its own. Of
every known and every unknown time it is asked which is longer: by chance that is the known one in
half of the cases, and whoever guesses better could tell them apart. A challenge for a passkey names
no address, so there is nothing to compare.
"""

import asyncio
import math
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from http.client import HTTPConnection
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

import asyncpg

from ideahub.accounts.passwords import hash_secret
from tests.bench import databases, served
from tests.bench.asking import HEADERS
from tests.bench.bench import Bench
from tests.bench.report import Row, number
from tests.bench.rounds import spread
from tests.bench.sizes import SMALL
from tests.support.mail_sink import Sink, mail_server

DEEDS = {
    "a wrong password": ("/sign-in", {"password": "not the right one", "how": "password"}),
    "asking for a code": ("/sign-in", {"how": "code"}),
    "a wrong code": ("/sign-in/code", {"code": "AAAA-2222"}),
}
# Percent of guesses that are right.
AT_LEAST, AIM = 60.0, 55.0
PAIRS_PER_SECOND = 10
WARMING = 5


class Times(NamedTuple):
    """Milliseconds of each answer."""

    known: list[float]
    unknown: list[float]


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """A row for each of DEEDS."""
    pairs = min(int(bench.rounds * bench.seconds * PAIRS_PER_SECOND), SMALL.people - WARMING)
    with databases.running(SMALL) as (var, url), mail_server(Sink()) as port:
        settings = {**served.PRODUCTION, "IDEAHUB_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=no"}
        known = asyncio.run(_with_password(url, pairs + WARMING))
        with served.ideahub(var, settings=settings):
            found = {name: _times(known, *deed) for name, deed in DEEDS.items()}
    return [_row(name, times) for name, times in found.items()]


async def _with_password(url: str, many: int) -> list[str]:
    """Addresses of so many people, all of whom have a password."""
    kept = await hash_secret("tramway orbit pickle lantern")
    db = await asyncpg.connect(url)
    chosen = "select id from person where email is not null order by id limit $2"
    changed = f"update person set password_hash = $1 where id in ({chosen}) returning email"
    rows = await db.fetch(changed, kept, many)
    await db.close()
    return [row["email"] for row in rows]


def _times(known: Sequence[str], path: str, fields: dict[str, str]) -> Times:
    times = Times([], [])
    for place, address in enumerate(known):
        pair = [(times.known, address), (times.unknown, f"nobody{place}@nowhere.example")]
        random.shuffle(pair)
        for own, email in pair:
            took = _post(path, fields | {"email": email})
            if place >= WARMING:
                own.append(took)
    return times


def _post(path: str, fields: dict[str, str]) -> float:
    """Milliseconds to the whole answer, asked from a network of its own."""
    client = f"10.{random.randrange(256)}.{random.randrange(256)}.7"
    sent = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": client}
    connection = HTTPConnection("127.0.0.1", served.PORT, timeout=60)
    connection.connect()
    began = time.perf_counter()
    connection.request("POST", path, urlencode(fields), HEADERS | sent)
    connection.getresponse().read()
    took = time.perf_counter() - began
    connection.close()
    return 1_000 * took


def _row(name: str, times: Times) -> Row:
    longer = share_longer(times.known, times.unknown)
    right, chance = 100 * max(longer, 1 - longer), 100 * by_chance(len(times.known))
    beside = (
        f"known {number(median(times.known))} ms, unknown {number(median(times.unknown))} ms; "
        f"with {len(times.known)} of each, up to {number(50 + chance)} % is chance"
    )
    work = f"guessing from the time of {name} whether an address is known"
    return Row(work, spread([right]), "%", AT_LEAST, AIM, less_is_better=True, beside=beside)


def share_longer(ones: Sequence[float], others: Sequence[float]) -> float:
    """Of all pairs of one and another, in which share the one is longer (Mann and Whitney); equal
    ones count half."""
    ordered = sorted(others)
    won = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in ones)
    return won / 2 / len(ones) / len(others)


def by_chance(many: int) -> float:
    """How far from a half that share may be, in 19 of 20 cases, though both are alike."""
    return 1.96 * math.sqrt((2 * many + 1) / 12) / many
