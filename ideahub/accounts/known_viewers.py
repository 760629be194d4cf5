"""Remembers for seconds who is behind a session, so that not every request asks the database."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Deed, Kind
from ideahub.core.viewer import FindViewer, Viewer

KNOWN_SECONDS = 10.0
MOST_KNOWN = 10_000
# The subject of these deeds is the session, or the person; after others of them anybody may have
# another organisation above their own.
OF_SESSION = frozenset({Kind.SESSION_ENDED, Kind.IDENTITY_PROVED})
OF_PERSON = frozenset(
    {
        Kind.ROLE_GRANTED,
        Kind.ROLE_REVOKED,
        Kind.PERSON_CHANGED,
        Kind.PERSON_DISABLED,
        Kind.PERSON_SUSPENDED,
        Kind.SUSPENSION_ENDED,
        Kind.JUDGE_ACCEPTED,
    }
)
OF_ALL = frozenset({Kind.ORGANISATION_CHANGED})


class KnownViewers:
    """Finds viewers as `find` does, and remembers those that are signed in.

    `horizon` gives the number up to which this process has heard of all deeds, None while it may
    have missed some: then nothing is remembered. Whoever was forgotten by a deed is found anew, so
    an ended session is refused as soon as the deed is heard of.
    """

    def __init__(
        self,
        find: FindViewer,
        horizon: Callable[[], int | None],
        *,
        seconds: float = KNOWN_SECONDS,
        find_unused: FindViewer | None = None,
    ) -> None:
        self._find = find
        self._find_unused = find_unused or find
        self._horizon = horizon
        self._seconds = seconds
        self._heard = 0
        # Secret → when it was found, until when that holds, who it is.
        self._known: OrderedDict[str, tuple[float, float, Viewer]] = OrderedDict()

    async def find(self, db: AsyncSession, secret: str | None) -> Viewer:
        """The viewer whose session has this secret; a stranger where it is not valid.

        The cursor of somebody remembered is a little lower than it need be, never higher.
        """
        if known := self.remembered(secret):
            return known
        heard, began = self._heard, monotonic()
        found = await self._find(db, secret)
        if secret and found.signed_in and heard == self._heard and self._horizon() is not None:
            self._remember(secret, found, began)
        return found

    async def find_unused(self, db: AsyncSession, secret: str | None) -> Viewer:
        """`find` for what a page asks for by itself, which does not keep its session from ending.

        Nobody is remembered by it: their next page has to be counted as a use.
        """
        return self.remembered(secret) or await self._find_unused(db, secret)

    def remembered(self, secret: str | None) -> Viewer | None:
        """The viewer, where no query is needed to find them."""
        horizon = self._horizon()
        if horizon is None:
            return None
        return self._known_as(secret, horizon) if secret else Viewer(cursor=horizon)

    def heed(self, deeds: Iterable[Deed]) -> None:
        """Forgets those whom the deeds concern."""
        concern = [deed for deed in deeds if deed.kind in OF_SESSION | OF_PERSON | OF_ALL]
        if not concern:
            return
        self._heard += 1
        sessions = {deed.subject_id for deed in concern if deed.kind in OF_SESSION}
        people = {deed.subject_id for deed in concern if deed.kind in OF_PERSON}
        if any(deed.kind in OF_ALL for deed in concern):
            self._known.clear()
        for secret, (_found, _until, viewer) in tuple(self._known.items()):
            if viewer.session_id in sessions or viewer.id in people:
                del self._known[secret]

    def _known_as(self, secret: str, horizon: int) -> Viewer | None:
        known = self._known.get(secret)
        if known is None:
            return None
        found, until, viewer = known
        now = monotonic()
        if now >= until:
            del self._known[secret]
            return None
        left, proved, ago = viewer.session_seconds, viewer.proved_seconds, now - found
        return replace(
            viewer,
            cursor=horizon,
            session_seconds=None if left is None else left - ago,
            proved_seconds=None if proved is None else proved + ago,
        )

    def _remember(self, secret: str, viewer: Viewer, began: float) -> None:
        left = self._seconds if viewer.session_seconds is None else viewer.session_seconds
        self._known[secret] = began, began + min(self._seconds, left), viewer
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
