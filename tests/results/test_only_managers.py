"""Every page and every deed of those who manage results is closed to everybody else."""

import re

from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from tests.conftest import Browse
from tests.results.judged import judged
from tests.results.test_awards import awarded
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast

MANAGED = re.compile(r"^/management/\{campaign_id:int\}/results")


def managed(app: Litestar, method: str) -> list[str]:
    """The addresses of managers' pages or deeds about results, as their routes have them."""
    return [
        path
        for route in app.routes
        for path in [route.path_format]
        if MANAGED.match(path.replace("{campaign_id}", "{campaign_id:int}"))
        and method in getattr(route, "methods", ())
    ]


async def test_nobody_else_opens_or_does_anything(
    db: AsyncSession, app: Litestar, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    award = await awarded(db, mia, made)
    numbers = {
        "campaign_id": made.campaign.id,
        "panel_id": made.panel.id,
        "award_id": award.id,
        "number": 1,
    }

    def address(path: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda name: str(numbers.get(name[1], 1)), path)

    pages, deeds = managed(app, "GET"), managed(app, "POST")
    assert len(pages) > 12
    assert len(deeds) > 15
    before = await db.scalar(select(func.count(Event.id)))
    for person in (None, cast.ada, cast.zed, cast.jo, cast.sam, made.captains[0]):
        browser = await browse(person)
        for path in pages:
            opened = await browser.get(address(path))
            assert opened.status_code in {303, 403, 404}, (person, path)
            assert "Secret title" not in opened.text
        for path in deeds:
            done = await browser.post(address(path), {"reason": "So.", "text": "So."})
            assert done.status_code in {303, 403, 404}, (person, path)
            if person is None and done.status_code == 303:
                assert done.headers["location"].startswith("/sign-in"), path
            else:
                assert done.status_code != 303, path
    assert await db.scalar(select(func.count(Event.id))) == before
