"""The inputs of the field, and somebody who posts them."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from tests.conftest import Browse, Browser
from tests.ideas.test_attaching import open_idea
from tests.support.cast import Cast, make_campaign
from tests.support.field_inputs import field_folder


@pytest.fixture
def texts() -> Path:
    """The folder of texts."""
    return field_folder() / "texts"


@pytest.fixture
def files() -> Path:
    """The folder of pictures and documents."""
    return field_folder() / "files"


@pytest.fixture
async def campaign(db: AsyncSession, cast: Cast) -> Campaign:
    """An idea box in which anyone may post."""
    made = await make_campaign(db, cast.city)
    await db.commit()
    return made


@pytest.fixture
async def idea(db: AsyncSession, cast: Cast) -> Idea:
    """An idea of Ada's that takes files."""
    return await open_idea(db, cast)


@pytest.fixture
async def ada(cast: Cast, browse: Browse) -> Browser:
    """Ada's browser."""
    return await browse(cast.ada)


@pytest.fixture
async def stranger(browse: Browse) -> Browser:
    """A browser where nobody is signed in."""
    return await browse(None)
