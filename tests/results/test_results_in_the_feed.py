"""The feed of a challenge tells of its results: once published, and once final."""

from sqlalchemy.ext.asyncio import AsyncSession

from tests.campaigns.test_feed import feed, texts
from tests.conftest import Browse
from tests.results.judged import judged
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.support.cast import Cast


async def test_first_preliminary_then_final_under_the_same_name(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, guest, url = await browse(cast.mia), await browse(None), made.campaign.url
    assert (await mia.post(f"{made.at}/runs")).status_code == 303
    assert "#result-" not in " ".join(texts(await feed(guest, url), "id"))
    result = await publish(db, mia, made)
    before = await feed(guest, url)
    assert f"Preliminary result: {made.panel.name}" in texts(before, "title")
    await end_appeals(db, result)
    assert (await mia.post(f"{made.at}/finality")).status_code == 303
    after = await feed(guest, url)
    assert f"Final result: {made.panel.name}" in texts(after, "title")
    (name,) = [one for one in texts(after, "id") if "#result-" in one]
    assert name in texts(before, "id")
    assert name.endswith(f"{url}#result-{result.id}")
    place = f"{url}/results/{result.id}"
    assert any(
        link.attrib["href"].endswith(place) for link in after.iter() if "href" in link.attrib
    )
    assert (await guest.get(place)).status_code == 200
