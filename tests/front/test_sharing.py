"""What search engines and shared links show of a page: of public pages only."""

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.config import Config
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea

SHARED = re.compile(r'<link rel="canonical"|<meta property="og:')


def address(text: str) -> str:
    """The one address of a page, as it says itself; the same for search engines and links."""
    canonical = re.findall(r'<link rel="canonical" href="([^"]*)"', text)
    assert canonical == re.findall(r'<meta property="og:url" content="([^"]*)"', text)
    return str(canonical[0])


async def test_a_public_idea(browse: Browse, db: AsyncSession, cast: Cast, config: Config) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, title='Benches "here" & there')
    for path in (f"/ideas/{idea.id}", campaign.url):
        text = (await (await browse(None)).get(f"{path}?utm_source=mail")).text
        assert address(text) == config.public_url + path
        assert re.search(r'<meta property="og:title" content="[^"]+">', text)
        assert f'data-share="{config.public_url}{path}"' in text
        assert 'href="mailto:?subject=' in text
    text = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert 'content="Benches &#34;here&#34; &amp; there"' in text


async def test_nothing_internal(browse: Browse, db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await make_idea(db, campaign, cast.ada)
    for path in (f"/ideas/{idea.id}", campaign.url):
        answer = await (await browse(cast.ada)).get(path)
        assert answer.status_code == 200 and not SHARED.search(answer.text)


async def test_nothing_that_was_taken_back(browse: Browse, db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada = await browse(cast.ada)
    await ada.post(f"/ideas/{idea.id}/withdrawal")
    answer = await ada.get(f"/ideas/{idea.id}")
    assert answer.status_code == 200 and not SHARED.search(answer.text)


@pytest.mark.parametrize("path", ["/", "/ideas", "/challenges", "/idea-boxes", "/pipeline"])
async def test_lists(browse: Browse, config: Config, path: str) -> None:
    stranger = await browse(None)
    assert address((await stranger.get(f"{path}?q=bus")).text) == config.public_url + path


@pytest.mark.parametrize("path", ["/account", "/management", "/people"])
async def test_no_page_of_ones_own(browse: Browse, cast: Cast, path: str) -> None:
    assert not SHARED.search((await (await browse(cast.ann)).get(path)).text)
