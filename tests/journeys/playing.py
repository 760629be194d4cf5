"""What the journeys are played on: a small site with one idea of Ada's."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Locator, expect
from sqlalchemy import update

from ideahub.accounts.passwords import hash_secret
from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person
from tests.accounts.arriving import PASSWORD
from tests.journeys.browsing import SOON, Stage, Tab
from tests.support.cast import Cast, make_cast
from tests.support.ripening import contribute, posted, support

# Sentences that people write in several journeys.
BUILD = "Grandparents walk along, so that nobody has to leave work."
PROMISE = "You may close the street for two mornings."
REASON = "Clear problem, real support."
REFUSAL = "Yes, but who pays the guards?"
# Said once to whoever sends the refusal.
STOPPED = "Nothing is posted yet."


@dataclass
class Play:
    """A stage, its cast, an idea box that takes everything, and an idea ready for its gate."""

    stage: Stage
    cast: Cast
    campaign: Campaign
    idea: Idea

    @property
    def place(self) -> str:
        """Where the idea is read."""
        return f"/ideas/{self.idea.id}"

    async def at_idea(self, person: Person | None, **options: Any) -> Tab:
        """Somebody opens the idea."""
        return await self.stage.tab(person, self.place, **options)

    def part(self, tab: Tab, name: str) -> Locator:
        """A region of the idea's page."""
        return tab.page.locator(f"#idea-{self.idea.id}-{name}")

    async def sees_count(self, tab: Tab, number: int) -> None:
        """Waits for the number of supporters."""
        count = self.part(tab, "support").locator("strong")
        await expect(count).to_have_text(str(number), timeout=SOON)


async def prepare(stage: Stage) -> Play:
    """Fills an empty site; the idea has five supporters and a build of Ben's."""
    async with stage.served.database.transaction() as db:
        cast = await make_cast(db)
        campaign, idea = await posted(db, cast)
        await support(db, idea, 5)
        await contribute(db, idea, cast.ben)
        await db.refresh(idea)
    return Play(stage, cast, campaign, idea)


async def give_password(play: Play, person: Person) -> None:
    """So that they can sign in by themselves."""
    kept = await hash_secret(PASSWORD)
    async with play.stage.served.database.transaction() as db:
        await db.execute(update(Person).where(Person.id == person.id).values(password_hash=kept))


async def sign_in(tab: Tab, person: Person) -> None:
    """On the page to sign in, from which they come to an idea."""
    await tab.page.wait_for_url("**/sign-in**")
    await tab.page.locator("#email").fill(person.email or "")
    await tab.page.locator("#password").fill(PASSWORD)
    await tab.button("Sign in").click()
    await tab.page.wait_for_url(re.compile(r"//[^/]+/ideas/\d+"))
    await tab.listening()


async def write_build(tab: Tab, text: str = BUILD) -> None:
    """Posts a "Yes, and…" under the idea that is open; without scripts, on a page of its own."""
    if not tab.scripts:
        await tab.link("Add yours").click()
    await tab.page.locator("#contribute-body").fill(text)
    await tab.button("Build on this").click()


async def send_refusal(tab: Tab) -> None:
    """Sends what comes back once, with a suggestion."""
    # At once, as a slow machine may show the suggestion before the press.
    await tab.page.evaluate(
        """(words) => {
          const field = document.getElementById("contribute-body");
          field.value = words;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.form.requestSubmit();
        }""",
        REFUSAL,
    )
    await tab.sees(STOPPED)


async def pledge(tab: Tab, promise: str = PROMISE) -> None:
    """Fills and sends the sponsor's form."""
    await tab.link("Sponsor this idea").click()
    await tab.page.get_by_label("A mandate").check()
    await tab.page.get_by_label("Your promise, in one sentence").fill(promise)
    ends = datetime.now(UTC) + timedelta(days=90)
    await tab.page.get_by_label("Last day on which it holds").fill(f"{ends:%Y-%m-%d}")
    await tab.button("Offer this pledge").click()


async def let_it_pass(tab: Tab) -> None:
    """Decides, on the page of its own, that the idea goes on."""
    await tab.link("Decide at this gate").click()
    await tab.page.get_by_label("Move on to Concept").check()
    await tab.page.get_by_label("Why?", exact=True).fill(REASON)
    await tab.button("Send the decision").click()
