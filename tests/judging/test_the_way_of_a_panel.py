"""A panel from its setting up to final scorecards, on the pages: by a manager and three judges."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.outbox import OutgoingMail
from ideahub.judging.models import Assignment
from tests.conftest import Browse, Browser
from tests.judging.panels_made import enter_some, make_judging
from tests.support.cast import Cast, make_person
from tests.support.letters import notice_of


def criterion(index: int, **fields: object) -> dict[str, object]:
    """The fields of one row of the criteria's form."""
    row: dict[str, object] = {
        "id": "",
        "name": f"Criterion {index}",
        "weight": "50",
        "scale": "points",
        "least": "0",
        "most": "10",
        "step": "1",
        "labels": "",
        "entrant": "optional",
        "internal": "none",
    }
    return {f"criterion-{index}-{name}": value for name, value in (row | fields).items()}


async def invitation_of(db: AsyncSession, address: str) -> str:
    """The address of the page in the newest mail to somebody."""
    sent = select(OutgoingMail.body).where(OutgoingMail.to == address)
    body = await db.scalar(sent.order_by(OutgoingMail.id.desc()).limit(1))
    found = re.search(r"(/judging/invitations/\S+)", body or "")
    assert found, body
    return found[1]


async def join(db: AsyncSession, browser: Browser, address: str) -> None:
    """Accepts an invitation, and declares no conflict."""
    url = await invitation_of(db, address)
    page = await browser.get(url)
    assert "I accept the terms" in page.text
    answer = await browser.post(url, {"accepts": "yes", "expertise": "roads, schools"})
    assert answer.status_code == 303, answer.text
    conflicts = answer.headers["location"]
    shown = re.findall(r'name="shown" value="(\d+)"', (await browser.get(conflicts)).text)
    declared = conflicts.replace("/conflicts", "/declaration")
    answer = await browser.post(declared, {"shown": shown})
    assert answer.status_code == 303, answer.text


async def test_from_setting_up_to_the_last_scorecard(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 4)
    mia = await browse(cast.mia)
    at = f"/management/{judging.campaign.id}/judging"
    for address in (f"/management/{judging.campaign.id}", at, f"{at}/new"):
        assert (await mia.get(address)).status_code == 200
    answer = await mia.post(
        f"{at}/new",
        {
            "name": "The second jury",
            "entries_phase_id": judging.entries_phase.id,
            "phase_id": judging.scoring_phase.id,
            "reading": "blind",
            "judges_per_entry": "2",
            "terms": "Keep it *confidential*.",
        },
    )
    assert answer.status_code == 303, answer.text
    criteria = answer.headers["location"]
    panel = criteria.removesuffix("/criteria")
    assert (await mia.get(criteria)).status_code == 200
    rating = criterion(1, scale="rating", labels="Low\nFair\nHigh")
    answer = await mia.post(criteria, {**criterion(0), **rating, "do": "save"})
    assert answer.status_code == 303, answer.text
    people = [await make_person(db, f"Judge{name} Klug") for name in "abc"]
    addresses = [person.email or "" for person in people]
    answer = await mia.post(f"{panel}/judges", {"addresses": ", ".join(addresses)})
    assert answer.status_code == 303, answer.text
    assert "3 people are invited" in notice_of(answer)
    judges = [await browse(person) for person in people]
    for browser, address in zip(judges, addresses, strict=True):
        await join(db, browser, address)
    tried = (await mia.get(f"{panel}/assignment")).text
    seen = re.search(r'name="seen"\s+value="(\w+)"', tried)
    seed = re.search(r'type="hidden" name="seed"\s+value="(\w+)"', tried)
    assert seen and seed, tried
    sent = {"k": "2", "seed": seed[1], "seen": seen[1]}
    answer = await mia.post(f"{panel}/assignment", sent)
    assert answer.status_code == 303, answer.text
    assert len((await db.scalars(select(Assignment))).all()) == 8
    for browser in judges:
        await score_all(browser, panel.rpartition("/")[2])
    page = (await mia.get(panel)).text
    assert re.search(r"8 of 8</span><span[^>]*>scorecards finished", page), page
    answer = await mia.post(f"{panel}/closing")
    assert answer.status_code == 303
    assert (await mia.get(panel)).status_code == 200


async def score_all(browser: Browser, panel: str) -> None:
    """Scores one entry after the other, as the pages lead."""
    page = (await browser.get(f"/judging/{panel}")).text
    assert (await browser.get("/judging")).status_code == 200
    found = re.search(r'href="(/assignments/\d+)"', page)
    address = found[1] if found else ""
    while address.startswith("/assignments"):
        page = (await browser.get(address)).text
        names = dict.fromkeys(re.findall(r'name="(score-\d+)"', page))
        hidden = dict(re.findall(r'name="(page|seen)" value="(\w+)"', page))
        scores = dict.fromkeys(names, "2")
        answer = await browser.post(address, {**hidden, **scores, "do": "finish"})
        assert answer.status_code == 303, answer.text
        done = (await browser.get(address)).text
        assert "score-sheet" in done
        address = answer.headers["location"]
