"""Whatever a summary says, its source opens for a stranger and has the idea or the figure that it
tells; of the demo, in which nearly everything happens."""

import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import select

from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.sessions import begin_session
from ideahub.app import create_app, guarded
from ideahub.campaigns.models import Audience, Campaign
from ideahub.core.config import Config
from ideahub.core.events import Event
from ideahub.core.viewer import STRANGER
from ideahub.organisations.models import Person
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.places import page_of_summary
from ideahub.you_said.preparing import count_again, prepare_for_campaign, prepare_for_quarter
from ideahub.you_said.publishing import publish
from ideahub.you_said.scope import now_in, quarter_of
from ideahub.you_said.sentences import SentenceKind, read
from ideahub.you_said.visible import tell
from ideahub.you_said.wording import words_of
from ideahub.you_said.wording.told import Told
from tests.support.crawling import Site
from tests.support.databases import own_database
from tests.support.visiting import ROLES

pytestmark = pytest.mark.slow
OF_TABLE = {SentenceKind.COUNTED, SentenceKind.TOTAL}
# What is added later or is not due in the demo, where people took part elsewhere, and how many more
# there are.
RARE = {
    *(kind for kind in SentenceKind if kind.startswith("more_")),
    SentenceKind.ELSEWHERE,
    SentenceKind.WOKEN,
    SentenceKind.PLEDGE_ACCEPTED,
    SentenceKind.ANSWER_CHANGED,
    SentenceKind.ANSWER_MISSED,
    SentenceKind.EXPERIMENT_PLANNED,
}


@pytest.fixture(scope="module")
async def demo(database_url: str, demo_template: str, config: Config) -> AsyncIterator[Site]:
    name = f"t_{os.getpid()}_sources"
    async with own_database(database_url, name, demo_template) as database:
        config = replace(config, demo=True)
        app = create_app(config, database, background=False)
        yield Site(app, guarded(app, config), config.public_url, database, Event)


async def published(demo: Site) -> list[tuple[str, list[Told]]]:
    """The page of each challenge, idea box and of the quarter, and what it says of all."""
    async with demo.database.transaction() as db:
        ines = (await db.scalars(select(Person.id).where(Person.name == ROLES["admin"]))).one()
        viewer = await find_viewer(db, await begin_session(db, ines), demo=True)
        here = Campaign.is_published, Campaign.audience == Audience.PUBLIC
        campaigns = await db.scalars(select(Campaign).where(*here))
        numbers = [await prepare_for_campaign(db, viewer, one) for one in campaigns]
        quarter = quarter_of((await now_in(db)).date())
        numbers.append(await prepare_for_quarter(db, viewer, 1, quarter.before, "Europe/Berlin"))
        numbers.append(await prepare_for_quarter(db, viewer, 1, quarter, "Europe/Berlin"))
        found = []
        for number in numbers:
            summary = await db.get_one(OutcomeSummary, number, populate_existing=True)
            # What the demo has published was as of an earlier day.
            await count_again(db, viewer, summary)
            await publish(db, viewer, summary, summary.saved)
            said = await tell(db, STRANGER, read(summary.sentences), summary.timezone)
            found.append((await page_of_summary(db, summary), said))
        return found


def holds(told: Told, text: str) -> bool:
    """Whether the page has what the sentence tells."""
    numbers = told.sentence.numbers
    match told.sentence.kind:
        case SentenceKind.SUPPORTED | SentenceKind.UNDECIDED | SentenceKind.BUILT_ON:
            return all(str(count) in text for count in numbers.values())
        case SentenceKind.PUBLIC_VOTE:
            return f"{numbers['people']} people have voted." in text
        case SentenceKind.ANSWERS:
            return all(str(count) in text for count in numbers.values())
        case SentenceKind.AWARDED:
            return "Winners" in text or "winner" in text
    return True


def totals(told: Told) -> set[str]:
    """The figures of a sentence whose source is the table at the end of the page; builds are told
    by the ideas that have them."""
    beside = {"builds"} if told.sentence.kind is SentenceKind.CONTRIBUTIONS else {"ideas"}
    if told.sentence.kind is SentenceKind.IDEAS:
        beside = set()
    return {
        str(count) for name, count in told.sentence.numbers.items() if count and name not in beside
    }


def cells(page: str) -> set[str]:
    return {one.strip() for one in re.findall(r"<td>(.*?)</td>", page.split('id="counted"')[1])}


async def test_each_source_holds_what_is_said(demo: Site) -> None:
    pages = await published(demo)
    kinds = {one.sentence.kind for _at, said in pages for one in said}
    async with demo.visit() as guest:
        seen: dict[str, str] = {}
        for at, said in pages:
            own = (await guest.look(at)).text
            for told in said:
                path, _hash, anchor = told.sentence.path.partition("#")
                if path and path not in seen:
                    answer = await guest.look(path)
                    assert answer.status == 200, (at, path)
                    seen[path] = answer.text
                source = seen[path] if path else own
                assert not anchor or f'id="{anchor}"' in source, (at, told.sentence.path)
                for title in (told.idea, told.entry, told.award, *told.winners):
                    assert title in unescape(source), (told.sentence.path, title)
                if told.sentence.kind in OF_TABLE:
                    continue
                assert 'href="' in words_of(told), told.sentence
                if not path:
                    assert totals(told) <= cells(own), (at, told.sentence)
                assert holds(told, re.sub(r"<[^>]+>", "", source)), (at, told.sentence)
    assert set(SentenceKind) - kinds == RARE
