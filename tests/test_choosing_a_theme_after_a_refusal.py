"""After a form was refused, choosing a theme or a language leads back to a page that there is."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from tests.conftest import Browse
from tests.public_voting.votes import make_vote
from tests.support.cast import Cast


def back_to(page: str) -> set[str]:
    """Where the forms for theme and language lead."""
    return set(re.findall(r'name="next" value="([^"]*)"', page))


async def test_to_the_page_of_the_form_where_its_address_has_none(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast, fill=False)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{made.campaign.id}/vote"
    from_there = {"referer": f"{mia.client.base_url}{at}"}
    refused = await mia.post(f"{at}/{made.phase.id}/ballot", {}, headers=from_there)
    assert refused.status_code == 422
    assert back_to(refused.text) == {at}
    # Of no page is known that it stood on.
    refused = await mia.post(f"{at}/{made.phase.id}/ballot", {})
    assert back_to(refused.text) == {"/"}


async def test_to_its_own_address_where_that_has_a_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, at = await browse(cast.mia), "/management/new"
    await db.commit()
    page = await mia.get(at)
    assert page.status_code == 200 and back_to(page.text) == {at}
    refused = await mia.post(at, {})
    assert refused.status_code == 422 and at in back_to(refused.text)
