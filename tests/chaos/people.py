"""People who vote, take it back, and say something, all the time, whatever happens meanwhile.

What is not acknowledged is sent again, as people do. The site may still be doing what it did not
answer in time: so whoever was not answered once leaves that vote as it is for a while, or the first
try could be done after what they want next.
"""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from time import monotonic

import httpx

from tests.chaos.remembering import Answer, Memory, Support
from tests.support.wiring import NO_TLS

# How long the site may be at something after its answer was lost: waiting for a connection (10 s),
# and for a statement (13 s).
LATE_SECONDS = 30.0
ANSWER_SECONDS = 20.0
# How much of what is said is a reply.
REPLIES = 0.3
NUMBER = re.compile(r"#contribution-(\d+)$")
AS_A_FORM = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Person:
    """Somebody who is signed in, and their browser."""

    id: int
    secret: str
    url: str
    memory: Memory
    chance: Random

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        """A browser with their session."""
        async with httpx.AsyncClient(
            base_url=self.url, verify=NO_TLS, timeout=ANSWER_SECONDS, headers=AS_A_FORM
        ) as client:
            client.cookies.set("ideahub", self.secret)
            yield client

    async def send(self, client: httpx.AsyncClient, path: str, **fields: str) -> Answer:
        """Sends a form; returns what came back."""
        try:
            answer = await client.post(path, data=fields)
        except httpx.TransportError:
            return self.memory.answered(Answer(0))
        return self.memory.answered(Answer(answer.status_code, answer.headers.get("location", "")))

    async def rest(self, most: float = 0.4) -> None:
        """Waits a moment."""
        await asyncio.sleep(self.chance.uniform(0.1 * most, most))


async def vote(person: Person, ideas: Sequence[int], ending: asyncio.Event) -> None:
    """Supports ideas and takes it back."""
    resting: dict[int, float] = {}
    async with person.browser() as client:
        while not ending.is_set():
            idea = person.chance.choice(ideas)
            if monotonic() > resting.get(idea, 0.0) and await _turn(person, client, idea):
                resting[idea] = monotonic() + LATE_SECONDS
            await person.rest()


async def _turn(person: Person, client: httpx.AsyncClient, idea: int) -> bool:
    """Supports the idea, or takes that back; returns whether it was sent more than once."""
    support = Support(person.id, idea)
    stands = not person.memory.votes.get(support, False)
    path = f"/ideas/{idea}/vote" + ("" if stands else "/withdrawal")
    tries = 1
    while not (await person.send(client, path)).done:
        tries += 1
        await person.rest()
    person.memory.votes[support] = stands
    return tries > 1


async def talk(person: Person, ideas: Sequence[int], ending: asyncio.Event) -> None:
    """Says something, once; or again and again until it is acknowledged; or twice at once."""
    ways = itertools.cycle((say_once, say_until_heard, say_twice_at_once))
    while not ending.is_set():
        path = f"/ideas/{person.chance.choice(ideas)}/contributions"
        if person.memory.said and person.chance.random() < REPLIES:
            path = f"/contributions/{person.chance.choice(person.memory.said)}/replies"
        await next(ways)(person, path, person.memory.new_words(person.id))
        await person.rest(4.0)


async def say_once(person: Person, path: str, words: str) -> None:
    """Sends it, and never again, whatever comes back."""
    async with person.browser() as client:
        await _say(person, client, path, words)


async def say_until_heard(person: Person, path: str, words: str) -> None:
    """Sends it until it is acknowledged, or refused because they have said too much."""
    async with person.browser() as client:
        while not (await _say(person, client, path, words)).is_final:
            await person.rest(2.0)


async def say_twice_at_once(person: Person, path: str, words: str) -> None:
    """Presses the button twice."""
    async with person.browser() as client:
        await asyncio.gather(*(_say(person, client, path, words) for _press in range(2)))


async def _say(person: Person, client: httpx.AsyncClient, path: str, words: str) -> Answer:
    answer = await person.send(client, path, kind="build", body=words, seen="1")
    person.memory.words[words] |= answer.done
    if answer.done and path.startswith("/ideas/"):
        number = NUMBER.search(answer.location)
        assert number, answer
        person.memory.said.append(int(number[1]))
    return answer
