"""Who the person behind a name is, sealed with the site's key."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.site_keys import CannotUnseal, keys_of
from ideahub.safe_space.models import VoiceLink

PURPOSE, FINDS = "safe space link", "safe space voice"


class RealPerson(msgspec.Struct, frozen=True):
    """Who somebody is: an account, or what a facilitator wrote about somebody without one."""

    account: int = 0
    name: str = ""
    contact: str = ""
    note: str = ""


def seal(db: AsyncSession, link: VoiceLink, identity: RealPerson) -> bytes:
    """The identity sealed for the link, which has its number already."""
    return keys_of(db).seal(PURPOSE, msgspec.json.encode(identity), of=_row(link))


def unseal(db: AsyncSession, link: VoiceLink) -> RealPerson:
    """Who it is; raises Conflict where it was deleted, and where the key is missing."""
    if link.sealed is None:
        raise Conflict(_("It is not kept any more who this is. What was said stays."))
    try:
        opened = keys_of(db).unseal(PURPOSE, link.sealed, of=_row(link))
    except CannotUnseal:
        raise Conflict(
            _(
                "The site has another key than when this was sealed, so nobody can read it. Ask "
                "whoever runs the site to give it the earlier key as well. No look was recorded."
            )
        ) from None
    return msgspec.json.decode(opened, type=RealPerson)


def signatures_of(db: AsyncSession, campaign_id: int, person_id: int) -> list[str]:
    """Under what the voice of an account in a campaign is found, the present key's first."""
    return keys_of(db).signatures(FINDS, f"{campaign_id}:{person_id}")


def _row(link: VoiceLink) -> str:
    return f"voice_link:{link.id}"
