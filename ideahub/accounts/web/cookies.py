"""What a browser is given to keep about its account."""

from typing import Any
from urllib.parse import quote, unquote

from litestar import Response

from ideahub.accounts.recognising import Browser
from ideahub.accounts.sessions import LASTS
from ideahub.accounts.signing_in import SignedIn
from ideahub.core.config import Config
from ideahub.core.text.cleaning import clean_line
from ideahub.http.cookies import known_cookie, read_cookies, session_cookie, set_cookie
from ideahub.http.local_paths import local_path
from ideahub.http.negotiating import remember_language
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import config_of

CODE_SECONDS = 15 * 60
TICKET_SECONDS = 30 * 60
YEAR_SECONDS = 365 * 24 * 60 * 60


def next_of(request: AnyRequest) -> str:
    """Where the visitor wants to go after this, as the address says; not checked yet."""
    return request.query_params.get("next", "")


def browser_of(request: AnyRequest) -> Browser:
    """The browser that asks."""
    config, cookies = config_of(request), read_cookies(request)
    return Browser(
        agent=clean_line(request.headers.get("user-agent", "")[:400]),
        client=request.client.host if request.client else "",
        secret=cookies.get(session_cookie(config)),
        known=cookies.get(known_cookie(config)),
        asked=cookies.get(code_cookie(config)),
    )


def let_in(request: AnyRequest, who: SignedIn, url: str, notice: str) -> Response[Any]:
    """Gives the browser its new session and sends it to where it wanted to go."""
    config = config_of(request)
    response = see_other(local_path(url), notice)
    seconds = int(LASTS.total_seconds())
    set_cookie(response, config, session_cookie(config), who.secret, seconds)
    if who.known:
        set_cookie(response, config, known_cookie(config), who.known, YEAR_SECONDS)
    if who.language:
        remember_language(request, response, who.language)
    # What was proved on the way in is worth nothing now.
    for name in (address_cookie(config), code_cookie(config), ticket_cookie(config)):
        if name in read_cookies(request):
            set_cookie(response, config, name, "", 0)
    return response


def let_out(request: AnyRequest, notice: str) -> Response[Any]:
    """Takes the session from the browser, which stays known."""
    config = config_of(request)
    response = see_other("/", notice)
    set_cookie(response, config, session_cookie(config), "", 0)
    return response


def address_cookie(config: Config) -> str:
    """The name of the cookie that remembers, for minutes, where a code was sent."""
    return "__Host-address" if config.secure else "ideahub_address"


def code_cookie(config: Config) -> str:
    """The name of the cookie that keeps, for minutes, the secret of the code it asked for."""
    return "__Host-code" if config.secure else "ideahub_code"


def ticket_cookie(config: Config) -> str:
    """The name of the cookie that proves an address while its owner joins."""
    return "__Host-ticket" if config.secure else "ideahub_ticket"


def remember_address(request: AnyRequest, response: Response[Any], address: str) -> None:
    """The page that asks for the code knows where it was sent; no address stands in a URL."""
    config = config_of(request)
    set_cookie(response, config, address_cookie(config), quote(address, safe="@"), CODE_SECONDS)


def remembered_address(request: AnyRequest) -> str:
    """Where the last code of this browser was sent, if it was just now."""
    return unquote(read_cookies(request).get(address_cookie(config_of(request)), ""))[:300]


def keep_code_secret(request: AnyRequest, response: Response[Any], secret: str) -> None:
    """The code that was just sent works in this browser, and in no other."""
    config = config_of(request)
    set_cookie(response, config, code_cookie(config), secret, CODE_SECONDS)


def give_ticket(request: AnyRequest, response: Response[Any], ticket: str) -> None:
    """The address is proved; its owner has half an hour to join."""
    config = config_of(request)
    set_cookie(response, config, ticket_cookie(config), ticket, TICKET_SECONDS)


def ticket_of(request: AnyRequest) -> str | None:
    """The ticket this browser holds."""
    return read_cookies(request).get(ticket_cookie(config_of(request)))
