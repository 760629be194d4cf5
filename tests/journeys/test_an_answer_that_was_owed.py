"""A clerk's idea passes the threshold; the leader answers late, on a phone; everybody is told.

Mail goes through a real mail server; the clock stands forward by moving the row of what is owed.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from playwright.async_api import Browser, ViewportSize, expect
from sqlalchemy import func, update

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.organisations.models import Person
from ideahub.responses.models import OwedResponse
from ideahub.responses.reminding import remind_leaders
from ideahub.responses.reply_rules import RulePlan, set_rule
from tests.journeys.browsing import SOON, Stage, Tab, stage_on
from tests.journeys.typefaces import Copier
from tests.support.cast import Cast, make_campaign, make_cast, viewer_of
from tests.support.mail_sink import Sink, mail_server
from tests.support.serving import serve

PHONE: ViewportSize = {"width": 390, "height": 844}
TITLE, ANSWER = "A counter for questions alone", "We open it on Tuesdays, from March."
# The clock ticks each second, and the machine may be busy.
LATER = 10_000


@dataclass
class Office:
    """A site with an idea box whose leader, Sam, owes an answer from the second supporter on."""

    stage: Stage
    sink: Sink
    cast: Cast
    box: str

    async def send(self, person: Person, address: str) -> None:
        """Presses a button that is not looked at here."""
        secret = await self.stage.served.sign_in(person)
        answer = await self.stage.served.post(address, secret)
        assert answer.is_success, (address, answer.status_code)

    async def mailed(self, subject: str, people: Sequence[Person]) -> None:
        """Waits until each of these people, and nobody else, has got one mail of this subject."""
        wanted = Counter(person.email for person in people)
        async with asyncio.timeout(LATER / 1000):
            while (got := self._got(subject)).total() < wanted.total():
                await asyncio.sleep(0.05)
        assert got == wanted

    def _got(self, subject: str) -> Counter[str | None]:
        return Counter(
            str(message["To"].addresses[0].addr_spec)
            for message in self.sink.messages
            if subject in str(message["Subject"])
        )


@pytest.fixture
async def office(
    chromium: Browser, other_fonts: dict[str, Copier], committing: Database, config: Config
) -> AsyncIterator[Office]:
    sink = Sink()
    with mail_server(sink) as port:
        posting = replace(config, smtp_url=f"smtp://127.0.0.1:{port}")
        async with (
            serve(posting, committing) as served,
            stage_on(served, chromium, other_fonts) as stage,
        ):
            yield await _prepared(stage, sink)


async def _prepared(stage: Stage, sink: Sink) -> Office:
    async with stage.served.database.transaction() as db:
        cast = await make_cast(db)
        box = await make_campaign(db, cast.city)
        # Nothing is sent to addresses of examples.
        sent_to = func.replace(Person.email, ".example", ".lindenau")
        await db.execute(update(Person).where(Person.email.is_not(None)).values(email=sent_to))
        plan = RulePlan(supporters=2, organisations=1, days=14, leaders=(cast.sam.id,))
        await set_rule(db, await viewer_of(db, cast.mia), box, plan)
        for person in (cast.ada, cast.ben, cast.cem, cast.jo, cast.sam):
            await db.refresh(person)
    return Office(stage, sink, cast, box.url)


async def test_it_is_answered_late_and_everybody_hears_of_it(office: Office) -> None:
    cast = office.cast
    ada = await _posts(office)
    idea = re.sub(r".*(/ideas/\d+).*", r"\1", ada.page.url)
    desk = await office.stage.tab(cast.sam, "/desk")
    ben = await office.stage.tab(cast.ben, idea)
    await ben.button("Support").click()
    await office.send(cast.jo, f"{idea}/vote")
    await office.send(cast.cem, f"{idea}/following")
    await desk.sees("You owe an answer to", seconds=LATER / 1000)
    await office.mailed("You owe an answer by", [cast.sam])

    await _days_pass(office, 17)
    await office.mailed("Your answer is overdue", [cast.sam])
    anyone = await office.stage.tab(None, f"{office.box}/answers")
    await expect(anyone.page.locator("main li", has_text=TITLE)).to_contain_text("Overdue")

    await _answers_on_the_phone(office, ada)
    await ada.sees(ANSWER)
    await ada.sees("late, after 17 days")
    for tab in (ada, ben):
        await expect(tab.page.locator("#unread")).to_contain_text(re.compile(r"\d"), timeout=LATER)
    told = {"answered “Yes”": [cast.ada], "was answered": [cast.ben, cast.jo, cast.cem]}
    for subject, people in told.items():
        await office.mailed(subject, people)
    await anyone.page.reload()
    await expect(anyone.page.locator("main li", has_text=TITLE)).to_contain_text("Answered late")
    await desk.open("/desk")
    await expect(desk.page.locator("main")).not_to_contain_text("You owe an answer")
    for subject, people in told.items():
        await office.mailed(subject, people)


async def _posts(office: Office) -> Tab:
    """The clerk writes the idea, and stays on its page."""
    ada = await office.stage.tab(office.cast.ada, "/ideas/new")
    await ada.page.get_by_label("Where does it belong?").select_option(index=1)
    await ada.page.get_by_label("Your idea in one line").fill(TITLE)
    await ada.page.get_by_label("What is it?").fill(
        "Whoever has one question waits for an hour today."
    )
    await ada.button("Post this idea").click()
    await ada.page.wait_for_url(re.compile(r"/ideas/\d+"))
    return await ada.listening()


async def _days_pass(office: Office, days: int) -> None:
    """So many days lie between the threshold and now, and the clock reminds."""
    ago = timedelta(days=days)
    moved = {
        "owed_since": OwedResponse.owed_since - ago,
        "due_on": OwedResponse.due_on - days,
        "due_at": OwedResponse.due_at - ago,
        "remind_at": func.now(),
    }
    async with office.stage.served.database.transaction() as db:
        await db.execute(update(OwedResponse).values(moved))
        await remind_leaders(db)


async def _answers_on_the_phone(office: Office, ada: Tab) -> None:
    """From the desk, within the width of the window; the clerk sees that it was opened."""
    sam = await office.stage.tab(office.cast.sam, "/desk", viewport=PHONE)
    await sam.link("Answer").click()
    await ada.sees("Sam Hart has opened your idea to answer it", seconds=SOON / 1000)
    assert await sam.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await sam.page.get_by_role("radio", name="Yes", exact=False).first.check()
    await sam.page.locator("#answer-body").fill(ANSWER)
    await sam.button("Publish the answer").click()
    await sam.sees(ANSWER)
