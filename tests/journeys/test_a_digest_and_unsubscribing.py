"""A person chooses a digest; it comes by a real mail server and tells of two deeds in one line;
its link opens what it speaks of after signing in; they end it by one click, and undo that."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from email.message import EmailMessage

import httpx
import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import update

from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from tests.accounts.arriving import PASSWORD
from tests.journeys.browsing import SOON, Stage, stage_on
from tests.journeys.playing import Play, give_password, prepare
from tests.journeys.typefaces import Copier
from tests.notifications.test_digests import due_now
from tests.support.cast import viewer_of
from tests.support.mail_sink import Sink, html_of, mail_server, text_of
from tests.support.serving import serve

CHOICES = "/notifications/choices"
ADDRESS, VEST = "cem@mail.lindenau", "A vest for each child."


@pytest.fixture
def sink() -> Sink:
    """What the mail server takes."""
    return Sink()


@pytest.fixture
def port(sink: Sink) -> Iterator[int]:
    """Where the mail server listens."""
    with mail_server(sink) as at:
        yield at


@pytest.fixture
async def mailing(
    chromium: Browser,
    other_fonts: dict[str, Copier],
    committing: Database,
    config: Config,
    port: int,
) -> AsyncIterator[Stage]:
    """A site that sends its mail."""
    sends = replace(config, smtp_url=f"smtp://127.0.0.1:{port}?starttls=no")
    async with serve(sends, committing) as served, stage_on(served, chromium, other_fonts) as own:
        yield own


async def test_from_the_choice_to_the_end_and_back(mailing: Stage, sink: Sink) -> None:
    play = await prepare(mailing)
    await _lives_where_mail_arrives(play)
    message = await _gets_a_digest(play, sink)
    await _opens_what_it_speaks_of(play, message)
    await _ends_it_and_undoes_that(play, message)


async def _lives_where_mail_arrives(play: Play) -> None:
    cem = play.cast.cem
    await give_password(play, cem)
    async with play.stage.served.database.transaction() as db:
        await db.execute(update(Person).where(Person.id == cem.id).values(email=ADDRESS))
    cem.email = ADDRESS


async def _gets_a_digest(play: Play, sink: Sink) -> EmailMessage:
    cem = await play.at_idea(play.cast.cem)
    await play.part(cem, "following").get_by_role("button", name="Follow").click()
    await cem.open(CHOICES)
    await cem.page.get_by_label("What others add").select_option("Once a day")
    await cem.page.get_by_label("Hour of the day").select_option("18:00")
    await cem.button("Save").click()
    await cem.sees("Saved.", within="body")
    await cem.listening()
    database = play.stage.served.database
    for builder, text in ((play.cast.ben, "A lantern for all."), (play.cast.sam, VEST)):
        async with database.transaction() as db:
            viewer = await viewer_of(db, builder)
            idea = await find_idea(db, viewer, play.idea.id)
            await contribute(db, viewer, idea, ContributionKind.BUILD, text)
    await expect(cem.page.locator("#unread")).to_contain_text("2", timeout=4 * SOON)
    await due_now(database)
    async with asyncio.timeout(20):
        while not sink.messages:
            await asyncio.sleep(0.1)
    [message] = sink.messages
    assert message["To"] == ADDRESS and message["Subject"] == "2 things are new for you"
    assert f"Sam Hart and Ben Okoye added to “{play.idea.title}”" in text_of(message)
    assert "prefers-color-scheme: dark" in html_of(message)
    return message


async def _opens_what_it_speaks_of(play: Play, message: EmailMessage) -> None:
    link = next(line for line in text_of(message).splitlines() if line.startswith("Open: "))
    tab = await play.stage.tab(None, link.removeprefix("Open: "))
    await tab.page.wait_for_url("**/sign-in**")
    await tab.page.locator("#email").fill(ADDRESS)
    await tab.page.locator("#password").fill(PASSWORD)
    await tab.button("Sign in").click()
    await tab.sees(VEST)


async def _ends_it_and_undoes_that(play: Play, message: EmailMessage) -> None:
    one_click = str(message["List-Unsubscribe"]).strip(" <>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    async with httpx.AsyncClient() as program:
        answer = await program.post(one_click, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    cem = await play.stage.tab(play.cast.cem, CHOICES)
    chosen = cem.page.get_by_label("What others add")
    await expect(chosen).to_have_value("never")
    stranger = await play.stage.tab(None, one_click)
    await stranger.sees("End this mail?")
    await stranger.button("End it").click()
    await stranger.sees("You get no more digests")
    await stranger.button("Undo").click()
    await stranger.sees("You get this mail again, as it was.")
    await cem.open(CHOICES)
    await expect(chosen).to_have_value("daily")
