"""Chooses the language of a request by its cookie and its Accept-Language header."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from litestar import Request, Response
from litestar.types import ASGIApp, Receive, Scope, Send

from ideahub.core.config import Config
from ideahub.core.languages import in_language, offered
from ideahub.http.cookies import cookies_in, set_cookie

LANGUAGE_COOKIE = "ideahub_language"
YEAR_SECONDS = 365 * 24 * 60 * 60
AnyRequest = Request[Any, Any, Any]
# More languages, and a longer header, than any browser sends; what is beyond is not read.
MOST_ASKED, LONGEST = 20, 400
_RANGE = re.compile(
    r"\s*(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*"
    r"(?:;\s*q=(?P<quality>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)


class InLanguage:
    """ASGI layer that sets the language of each request: that of its cookie, else the one that
    the browser asks for, else the site's. Once the person is found, `change_language` changes it
    to their own.

    It is in front of everything else, so that refusals and errors are in that language too, and
    so that the next request on the same connection does not inherit it.
    """

    def __init__(self, app: ASGIApp, default: str) -> None:
        self.app = app
        self.default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, with its language set."""
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]
            await self.app(scope, receive, send)
            return
        with in_language(chosen(scope, self.default)):
            await self.app(scope, receive, send)


def chosen(scope: Scope, default: str) -> str:
    """The language of the cookie, else of the browser, else the default."""
    if len(offered()) == 1:
        return offered()[0]
    headers = dict(scope["headers"])
    cookie = cookies_in(headers.get(b"cookie", b"").decode("latin-1")).get(LANGUAGE_COOKIE, "")
    return cookie if cookie in offered() else as_asked(scope, default)


def as_asked(scope: Scope, default: str) -> str:
    """The language that the browser asks for, if it is offered, else the default."""
    header = dict(scope["headers"]).get(b"accept-language", b"")[:LONGEST].decode("latin-1")
    return preferred(header, offered()) or default


@lru_cache(maxsize=512)
def preferred(header: str, languages: Sequence[str]) -> str | None:
    """The best of the languages for an Accept-Language header, None if it names none of them.

    The qualities are those of RFC 9110, 12.4.2; names are looked up as in RFC 4647, 3.4.
    """
    ranges = sorted(_ranges(header), key=lambda wish: -wish[1])
    unwanted = {tag for tag, quality in ranges if not quality}
    acceptable = [code for code in languages if code.casefold() not in unwanted]
    for tag, quality in ranges:
        if quality and (found := _look_up(tag, acceptable)):
            return found
    return None


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for written in header.split(",", MOST_ASKED)[:MOST_ASKED]:
        if found := _RANGE.fullmatch(written):
            yield found["tag"].casefold(), float(found["quality"] or 1)


def _look_up(tag: str, languages: Sequence[str]) -> str | None:
    """The language of that tag, else of a shorter one ("de" for "de-AT"), else one that begins
    with it ("pt-BR" for "pt")."""
    by_tag = {code.casefold(): code for code in languages}
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        if found := by_tag.get("-".join(parts[:length])):
            return found
    return next((code for name, code in by_tag.items() if name.startswith(f"{parts[0]}-")), None)


def remember_language(request: AnyRequest, response: Response[Any], code: str | None) -> None:
    """Keeps a language in this browser's cookie; None deletes it: then the browser's own holds."""
    config: Config = request.app.state.config
    set_cookie(response, config, LANGUAGE_COOKIE, code or "", YEAR_SECONDS if code else 0)
