"""The preview of a Markdown text while it is being written."""

from collections import Counter
from time import monotonic

from litestar import Response, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import TooMany
from ideahub.core.text.cleaning import TooLong
from ideahub.core.text.rendering import markdown_html
from ideahub.http.pages import AnyRequest, partial
from ideahub.http.receiving import sent_form
from ideahub.http.requests import BY_ITSELF, viewer_now

# A person's previews in a minute: more than anybody needs.
MOST_A_MINUTE = 120


class PerMinute:
    """A limit per person and minute, counted in memory: cheaper than core/limits.py, but each
    process counts for itself."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = 0
        self._counts: Counter[int] = Counter()

    def count(self, person_id: int) -> None:
        """Counts a request of this person; raises TooMany after `most` of them in this minute."""
        minute = int(monotonic() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[person_id] += 1
        if self._counts[person_id] > self._most:
            raise TooMany(_("That was too often in a short time. Try again in a minute."))


_previews = PerMinute(MOST_A_MINUTE)


@post("/preview", opt=BY_ITSELF)
async def preview(request: AnyRequest, field: FromQuery[str] = "body") -> Response[bytes]:
    """The text of one field of the form that was sent, rendered."""
    # No connection to the database is held while the text waits for its turn.
    viewer = await viewer_now(request)
    _previews.count(viewer.person_id)
    typed = sent_form(request).get(field, "")
    try:
        html = await markdown_html(typed if isinstance(typed, str) else "")
    except TooLong as too_long:
        return partial("components/_preview.html", html="", problem=_too_long(too_long))
    return partial("components/_preview.html", html=html, problem="")


def _too_long(fault: TooLong) -> str:
    return ngettext(
        "This is too long to show: %(num)s character; at most %(most)s fit.",
        "This is too long to show: %(num)s characters; at most %(most)s fit.",
        fault.length,
        most=fault.maximum,
    )


ROUTES: list[ControllerRouterHandler] = [preview]
