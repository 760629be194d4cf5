"""What a link in a mail ends, in words."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.core.i18n import _
from ideahub.notifications.followed import titles_of
from ideahub.notifications.labels import kind_name
from ideahub.notifications.signed_links import DIGESTS, kind_in


async def ends_words(db: AsyncSession, person: int, what: str) -> str:
    """What ends: a sentence for its reader."""
    if what == DIGESTS:
        return _("You get no more digests, neither each day nor each week.")
    if kind := kind_in(what):
        return _("You get no more mail of this kind: %(kind)s.", kind=kind_name(kind))
    titles = await titles_of(db, await somebody(db, person), [what])
    if what in titles:
        return _("You get no more mail on “%(title)s”.", title=titles[what])
    return _("You get no more mail on this.")


def ended_words(what: str) -> str:
    """What still reaches them."""
    if kind_in(what) or what == DIGESTS:
        return _("What you are told stays on your page, and mail of other kinds comes as before.")
    return _(
        "You still follow it: what you are told stays on your page. You still get mail where "
        "something waits for you, or is decided about what you wrote."
    )
