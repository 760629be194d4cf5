"""The stage of a whole challenge, who plays on it, and what the clock does there."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.async_api import Locator
from sqlalchemy import func, select, update

from ideahub.campaigns.models import Phase
from ideahub.core.outbox import OutgoingMail
from ideahub.organisations.models import Person
from ideahub.results.models import PanelResult
from tests.journeys.browsing import SOON, Stage, Tab
from tests.support.cast import Cast, make_cast, make_person

# Milliseconds from setting an opening or a closing until it is there, and until it is seen.
TURNED = 1_000 + SOON
PRIZE = "First prize"
# The entries, and what judges write to the people behind them.
CEMS, ADAS = "A zebra that glows", "The walking bus"
TO_CEM = "Excellent, the best that I have read."
TO_ADA = "A clear plan; say who walks on rainy days."


@dataclass
class Whole:
    """The stage, who plays on it, and what they have made so far."""

    stage: Stage
    cast: Cast
    lea: Person
    # Their numbers, once Mia has made them.
    campaign: int = 0
    panel: int = 0
    # Each person has one tab; a stranger's name is empty.
    tabs: dict[str, Tab] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where everyone reads the challenge."""
        return f"/challenges/{self.campaign}"

    @property
    def managed(self) -> str:
        """Where Mia manages it."""
        return f"/management/{self.campaign}"

    async def tab(self, name: str, path: str) -> Tab:
        """Somebody of the cast goes to a page, in the tab that they have."""
        if name in self.tabs:
            # What they have just pressed leads to a page, which is not to cross this one.
            await self.tabs[name].page.wait_for_load_state("networkidle")
            return await self.tabs[name].open(path)
        people = {"": None, "lea": self.lea}
        person = people[name] if name in people else getattr(self.cast, name)
        self.tabs[name] = await self.stage.tab(person, path)
        return self.tabs[name]

    async def link_in_mail(self, to: Person, part: str) -> str:
        """The path of the last link that begins like this and was sent to somebody."""
        newest = select(OutgoingMail.body).where(OutgoingMail.to == to.email)
        async with self.stage.served.database.reading() as db:
            bodies = (await db.scalars(newest.order_by(OutgoingMail.id.desc()))).all()
        found = [link for body in bodies for link in re.findall(rf"{part}\S+", body)]
        return str(found[0])

    async def turn(self, name: str, *, opens: timedelta | None, closes: timedelta | None) -> None:
        """The clock comes to the opening or closing of a phase, which is so long from now."""
        values: dict[str, Any] = {}
        if opens is not None:
            values |= {"opens_at": func.now() + opens, "opening_announced_at": None}
        if closes is not None:
            values |= {"closes_at": func.now() + closes, "closing_announced_at": None}
        async with self.stage.served.database.transaction() as db:
            own = (Phase.campaign_id == self.campaign, Phase.name == name)
            await db.execute(update(Phase).where(*own).values(values))

    async def end_of_appeals(self) -> None:
        """The clock comes to the end of the time for appeals."""
        async with self.stage.served.database.transaction() as db:
            await db.execute(update(PanelResult).values(appeals_until=func.now()))


async def prepare(stage: Stage) -> Whole:
    """An empty site with its cast, and Lea, who judges from outside."""
    async with stage.served.database.transaction() as db:
        cast = await make_cast(db)
        lea = await make_person(db, "Lea Roth")
    return Whole(stage, cast, lea)


def row(tab: Tab, words: str) -> Locator:
    """The row of a list or table in which these words stand."""
    return tab.page.locator("main").locator("li, tr").filter(has_text=words)
