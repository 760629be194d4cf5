"""Two people send a form that changes what exists at the very same moment: the second waits for
the first, and is told what stands there now."""

import asyncio
import re

import pytest
from sqlalchemy import text

from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config
from ideahub.core.db import Database
from tests.support.cast import Cast, make_cast
from tests.support.waiting import waits_for_a_row
from tests.support.wiring import client_of

# Who changes what, where, and what somebody else is changing it to meanwhile.
FORMS = {
    "an organisation": (
        "ann",
        "/organisations/{city}/details",
        {"name": "Brookfield", "mail_domain": "city.example"},
        "update organisation set name = 'Town of Brookfield' where id = :city",
    ),
    "one's own account": (
        "ada",
        "/account",
        {"name": "Ada Linde", "title": "Clerk"},
        "update person set name = 'Ada Lindqvist' where id = :ada",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
async def test_the_second_is_told_of_the_first(
    committing: Database, config: Config, form: str
) -> None:
    who, address, sent, elsewhere = FORMS[form]
    async with committing.transaction() as db:
        cast: Cast = await make_cast(db)
        numbers = {"city": cast.city.id, "ada": cast.ada.id}
        secret = await begin_session(db, getattr(cast, who).id)
    url = address.format(**numbers)
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"ideahub={secret}"}
    async with client_of(config, committing) as client:
        page = (await client.get(url, headers=headers)).text
        seen = re.search(r'name="seen" value="([^"]+)"', page)
        assert seen
        async with committing.transaction() as db:
            used = {name: one for name, one in numbers.items() if f":{name}" in elsewhere}
            await db.execute(text(elsewhere), used)
            posted = client.post(url, data=sent | {"seen": seen[1]}, headers=headers)
            request = asyncio.create_task(posted)
            assert await waits_for_a_row(committing, request)
        answer = await request
    assert answer.status_code == 409
    assert "It reads now:" in answer.text
    stored = "select name from {} where id = :number"
    table, number = ("organisation", "city") if who == "ann" else ("person", "ada")
    async with committing.reading() as db:
        name = await db.scalar(text(stored.format(table)), {"number": numbers[number]})
    assert name in {"Town of Brookfield", "Ada Lindqvist"}
