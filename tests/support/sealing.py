"""Keys for sessions of tests that run outside the application."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import read_config
from ideahub.core.site_keys import IN_SESSION, SiteKeys

SECRET = "A" * 44


def give_keys(db: AsyncSession) -> None:
    """Lets the session seal, with a key of its own where it has none."""
    db.info.setdefault(IN_SESSION, SiteKeys(read_config({"IDEAHUB_SECRET_KEY": SECRET})))
