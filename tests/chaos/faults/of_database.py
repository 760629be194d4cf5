"""Processes of the database are killed, connections are ended, and transactions commit late."""

import asyncio
from random import Random

from ideahub.accounts.finding_viewer import find_viewer
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database
from ideahub.core.refusals import Refused
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote, withdraw_vote
from tests.chaos.place import Place
from tests.chaos.remembering import Support

OF_SITE = "application_name = 'ideahub'"
# The connections on which the hubs listen are none of the pool's, and say nothing else.
LISTENING = "query ilike 'listen%' or query = 'select 1'"
TERMINATE = "select pg_terminate_backend({})"


async def kill_a_backend(place: Place, chance: Random) -> None:
    """PostgreSQL throws everyone out then, and recovers."""
    if found := await place.server.backends(OF_SITE):
        place.server.kill(chance.choice(found))
    await place.server.until_it_answers()


async def kill_the_server(place: Place, _chance: Random) -> None:
    """Its first process; the others end by themselves, and it is started again."""
    place.server.kill()
    await asyncio.sleep(0.2)
    await place.server.until_it_answers()


async def end_all_connections(place: Place, _chance: Random) -> None:
    """As an administrator of the database would."""
    for pid in await place.server.backends(OF_SITE):
        await place.server.ask(TERMINATE.format(pid))


async def end_the_listeners(place: Place, _chance: Random) -> None:
    """The connections on which the site hears what happens."""
    for pid in await place.server.backends(LISTENING):
        await place.server.ask(TERMINATE.format(pid))


async def commit_late(place: Place, chance: Random) -> None:
    """A deed whose event has a lower number than many that are committed before it."""
    number, secret = chance.choice(list(place.filled.late.items()))
    idea = chance.choice(place.filled.quiet)
    seconds = chance.uniform(0.3, 3)
    deed = chance.choice((_vote_late, _talk_late))
    done = False
    async with place.server.opened() as database:
        while not done:
            try:
                await deed(place, database, secret, number, idea, seconds)
                done = True
            except Refused:
                # They have said too much.
                return
            except ANY_FAULT:
                await place.server.until_it_answers()


async def _vote_late(
    place: Place, database: Database, secret: str, number: int, idea: int, seconds: float
) -> None:
    support = Support(number, idea)
    stands = not place.memory.votes.get(support, False)
    async with database.transaction() as db:
        viewer = await find_viewer(db, secret)
        await (vote if stands else withdraw_vote)(db, viewer, await find_idea(db, viewer, idea))
        await asyncio.sleep(seconds)
    place.memory.votes[support] = stands


async def _talk_late(
    place: Place, database: Database, secret: str, number: int, idea: int, seconds: float
) -> None:
    words = place.memory.new_words(number)
    async with database.transaction() as db:
        viewer = await find_viewer(db, secret)
        found = await find_idea(db, viewer, idea)
        await contribute(db, viewer, found, ContributionKind.QUESTION, words)
        await asyncio.sleep(seconds)
    place.memory.words[words] = True


FAULTS = {
    "a process of the database is killed": kill_a_backend,
    "the database is killed": kill_the_server,
    "all its connections are ended": end_all_connections,
    "a transaction commits late": commit_late,
}
OF_LISTENING = {"the connections that listen are ended": end_the_listeners}
