"""What a manager does to set up a challenge, for several tests."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import typed_time
from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.web.phase_rows import phase_fingerprint
from ideahub.core.events import Event, Kind
from tests.conftest import Browser

DESCRIPTION = "What we know, and **who decides**."
QUESTION = "How might we make the ring road quiet at night?"
LATER = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}T18:00"


async def begin(browser: Browser, organisation_id: int, kind: str = "challenge") -> str:
    """Starts one and returns the address of its steps."""
    answer = await browser.post(
        "/management/new", {"kind": kind, "organisation_id": str(organisation_id)}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[0]


def phase(index: int = 0, **fields: Any) -> dict[str, Any]:
    """The fields of one row of the phases form."""
    row = {
        "id": "",
        "name": "Ideas",
        "opens": "2026-01-01T08:00",
        "closes": LATER,
        "timezone": "Europe/Berlin",
        "accepts": ["ideas", "votes"],
    }
    return {f"phase-{index}-{name}": value for name, value in (row | fields).items()}


def stored_phase(index: int, one: Phase, **changed: Any) -> dict[str, Any]:
    """A stored phase as its row would be sent, with these fields changed."""
    fields: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "opens": typed_time(one.opens_at, one.timezone),
        "closes": typed_time(one.closes_at, one.timezone),
        "timezone": one.timezone,
        "purpose": one.purpose,
        "accepts": one.accepts,
        "grace": one.grace_seconds // 60 or "",
        "invited_from": one.invited_from_id or "",
        "seen": phase_fingerprint(one),
    }
    return phase(index, **(fields | changed))


async def only(db: AsyncSession) -> Campaign:
    """The one there is, as it is stored now."""
    stored = select(Campaign).execution_options(populate_existing=True)
    return (await db.scalars(stored)).one()


async def phases(db: AsyncSession) -> list[Phase]:
    """All phases in their order, as stored now."""
    stored = select(Phase).order_by(Phase.position)
    found = await db.scalars(stored.execution_options(populate_existing=True))
    return list(found.all())


async def events(db: AsyncSession, kind: Kind) -> list[Event]:
    """Every deed of this kind."""
    return list((await db.scalars(select(Event).where(Event.kind == kind))).all())


def seen_on(page: str) -> str:
    """What a form of this page says that it was opened on."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found, page
    return found[1]


async def save(
    browser: Browser, at: str, step: str, fields: dict[str, Any] | None = None
) -> httpx.Response:
    """Opens a step and sends its form."""
    seen = seen_on((await browser.get(f"{at}/{step}")).text)
    return await browser.post(f"{at}/{step}", {"seen": seen, **(fields or {})})


async def fill_in(browser: Browser, at: str) -> None:
    """Everything a challenge needs."""
    await save(browser, at, "basics", {"title": "A quiet ring road", "audience": "public"})
    await save(browser, at, "framing", {"question": QUESTION, "whys": ["Lorries", "", "No depot"]})
    await save(
        browser,
        at,
        "details",
        {"description": DESCRIPTION, "topics": "noise, Noise ,night", "timezone": "Europe/Berlin"},
    )
    await browser.post(f"{at}/phases", phase())
