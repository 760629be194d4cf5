"""The site as sessions know it: its address, language and time zone."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import SOURCE_LANGUAGE

# The key under which a session's `info` has it.
SITE = "site"


class Site(NamedTuple):
    """`url` is the public address, without a slash at its end; `timezone` that of those who chose
    none."""

    url: str = ""
    language: str = SOURCE_LANGUAGE
    timezone: str = "UTC"


def site_of(db: AsyncSession) -> Site:
    """The site that this session belongs to; for letters, which need whole addresses."""
    site: Site = db.info.get(SITE, Site())
    return site
