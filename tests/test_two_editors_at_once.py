"""Two people change the same thing at once, in each form that changes what exists: whoever is
second is shown what stands there now, and what their form would change in it."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from tests.campaigns.setting_up import DESCRIPTION, begin
from tests.conftest import Browse
from tests.pipeline.test_trying_it_out import planned
from tests.support.cast import Cast


def seen_on(page: str) -> str:
    """The fingerprint of what the form was opened on."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


async def test_a_step_of_a_challenge(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    url = f"{await begin(mia, cast.city.id)}/details"
    sent = {"description": DESCRIPTION, "timezone": "UTC"}
    await mia.post(url, sent)
    opened = seen_on((await mia.get(url)).text)
    theirs = sent | {"description": "What Ann knows, and **who decides**.", "seen": opened}
    assert (await ann.post(url, theirs)).status_code == 303
    answer = await mia.post(url, sent | {"description": f"{DESCRIPTION} In May.", "seen": opened})
    assert answer.status_code == 409
    assert "What your form would change in it" in answer.text
    assert re.search(r"<del>.*Ann", answer.text)
    assert re.search(r"<ins>.*May", answer.text)
    newer = seen_on(answer.text)
    await ann.post(url, sent | {"description": "Once more.", "seen": newer})
    again = await mia.post(url, sent | {"seen": newer})
    assert again.status_code == 409  # each further change is noticed again
    assert "Once more." in again.text


async def test_an_experiment(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    _idea, number = await planned(db, cast)
    ada, mia = await browse(cast.ada), await browse(cast.mia)
    url = f"/experiments/{number}/adjustment"
    plan = {"measure": "Children who walk", "target": "20", "why": "Because."}
    opened = {"seen": seen_on((await ada.get(url)).text)}
    theirs = plan | {"hypothesis": "Children walk to school by themselves."} | opened
    assert (await ada.post(url, theirs)).status_code == 303
    mine = plan | {"hypothesis": "Children ride to school by themselves."} | opened
    answer = await mia.post(url, mine)
    assert answer.status_code == 409
    assert "What your form would change in the newest plan" in answer.text
    assert re.search(r"<del>.*walk", answer.text)
    assert re.search(r"<ins>.*ride", answer.text)
    assert (await mia.post(url, mine | {"seen": seen_on(answer.text)})).status_code == 303


async def test_an_organisation(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    ann, other = await browse(cast.ann), await browse(cast.ann)
    url = f"/organisations/{cast.city.id}/details"
    opened = {"mail_domain": "city.example", "seen": seen_on((await ann.get(url)).text)}
    theirs = opened | {"name": "Town of Brookfield"}
    assert (await other.post(url, theirs)).status_code == 303
    assert (await other.post(url, theirs)).status_code == 303  # pressed twice
    mine = opened | {"name": "Brookfield"}
    answer = await ann.post(url, mine)
    assert answer.status_code == 409
    assert "It reads now: Town of Brookfield" in answer.text
    assert 'value="Brookfield"' in answer.text
    await db.refresh(cast.city)
    assert cast.city.name == "Town of Brookfield"
    assert (await ann.post(url, mine | {"seen": seen_on(answer.text)})).status_code == 303


async def test_one_s_own_account(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    here, there = await browse(cast.ada), await browse(cast.ada)
    opened = {"seen": seen_on((await here.get("/account")).text)}
    name = opened | {"name": "Ada Lind", "title": "Clerk"}
    assert (await there.post("/account", name)).status_code == 303
    answer = await here.post("/account", opened | {"name": "Ada Lind", "title": "Nurse"})
    assert answer.status_code == 409
    assert "Clerk" in answer.text
    await db.refresh(cast.ada)
    assert cast.ada.title == "Clerk"
    again = {"name": "Ada Lind", "title": "Nurse", "seen": seen_on(answer.text)}
    assert (await here.post("/account", again)).status_code == 303
