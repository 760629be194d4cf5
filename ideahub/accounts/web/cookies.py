"""Reads and sets the cookies of accounts, and answers that sign in or out."""

from typing import Any
from urllib.parse import quote, unquote

from litestar import Response
from litestar.response import Redirect

from ideahub.accounts.recognising import Browser
from ideahub.accounts.session_limits import SESSION_VALID
from ideahub.accounts.signing_in import SignedIn
from ideahub.core.config import Config
from ideahub.core.i18n import sentences
from ideahub.core.text.cleaning import clean_line
from ideahub.http.cookies import (
    kept_cookie,
    known_cookie,
    read_cookies,
    session_cookie,
    set_cookie,
)
from ideahub.http.keeping import go_on
from ideahub.http.local_paths import local_path
from ideahub.http.negotiating import remember_language
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import config_of

CODE_SECONDS = 15 * 60
TICKET_SECONDS = 30 * 60
STEP_SECONDS = 5 * 60
YEAR_SECONDS = 365 * 24 * 60 * 60


def next_of(request: AnyRequest) -> str:
    """The page to go to afterwards, from the request's query; not checked yet."""
    return request.query_params.get("next", "")


def browser_of(request: AnyRequest) -> Browser:
    """The browser that sent the request, with its cookies."""
    config, cookies = config_of(request), read_cookies(request)
    return Browser(
        agent=clean_line(request.headers.get("user-agent", "")[:400]),
        client=request.client.host if request.client else "",
        secret=cookies.get(session_cookie(config)),
        known=cookies.get(known_cookie(config)),
        asked=cookies.get(code_cookie(config)),
    )


async def answer_signed_in(request: AnyRequest, who: SignedIn, url: str, notice: str) -> Redirect:
    """Goes on with what they signed in for, redirects there, and sets the cookies of the new
    session."""
    config = config_of(request)
    onward = await go_on(request, who.secret, local_path(url))
    response = see_other(onward.url, sentences(notice, onward.notice))
    keep_session(request, response, who.secret)
    if who.known:
        set_cookie(response, config, known_cookie(config), who.known, YEAR_SECONDS)
    if who.language:
        remember_language(request, response, who.language)
    # The cookies of the steps before signing in are not needed any more.
    for name in _of_steps(config):
        if name in read_cookies(request):
            set_cookie(response, config, name, "", 0)
    return response


def answer_signed_out(request: AnyRequest, notice: str, url: str = "/") -> Response[Any]:
    """Redirects to the home page, or another one, and deletes what the browser has of the person:
    the cookies of the session and of kept forms, and the script's copies of what was typed. The
    browser stays known."""
    config = config_of(request)
    response = see_other(url, notice)
    for name in (session_cookie(config), kept_cookie(config)):
        set_cookie(response, config, name, "", 0)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def answer_proved(request: AnyRequest, secret: str, url: str, notice: str) -> Redirect:
    """Goes on after a proof of who one is, with the new secret of the session."""
    config = config_of(request)
    response = see_other(local_path(url), notice)
    keep_session(request, response, secret)
    for name in (passkey_cookie(config), code_cookie(config)):
        if name in read_cookies(request):
            set_cookie(response, config, name, "", 0)
    return response


def keep_session(request: AnyRequest, response: Response[Any], secret: str) -> None:
    """Sets the cookie of the session."""
    config = config_of(request)
    seconds = int(SESSION_VALID.total_seconds())
    set_cookie(response, config, session_cookie(config), secret, seconds)


def _of_steps(config: Config) -> tuple[str, ...]:
    return (
        address_cookie(config),
        code_cookie(config),
        ticket_cookie(config),
        half_cookie(config),
        passkey_cookie(config),
    )


def half_cookie(config: Config) -> str:
    """The name of the cookie of somebody who still has to type a code of their app."""
    return "__Host-half" if config.secure else "ideahub_half"


def passkey_cookie(config: Config) -> str:
    """The name of the cookie of the browser that asked for a passkey."""
    return "__Host-passkey" if config.secure else "ideahub_passkey"


def keep_half(request: AnyRequest, response: Response[Any], secret: str) -> None:
    """Sets the cookie of the second step of signing in."""
    config = config_of(request)
    set_cookie(response, config, half_cookie(config), secret, STEP_SECONDS)


def half_of(request: AnyRequest) -> str | None:
    """The secret of the second step in this browser's cookie, if any."""
    return read_cookies(request).get(half_cookie(config_of(request)))


def keep_passkey_asked(request: AnyRequest, response: Response[Any], secret: str) -> None:
    """Sets the cookie that binds what a passkey is asked for to this browser."""
    config = config_of(request)
    set_cookie(response, config, passkey_cookie(config), secret, STEP_SECONDS)


def passkey_asked(request: AnyRequest) -> str:
    """The secret of the browser that asked for a passkey; empty where it did not."""
    return read_cookies(request).get(passkey_cookie(config_of(request)), "")


def address_cookie(config: Config) -> str:
    """The name of the cookie with the address that a code was sent to."""
    return "__Host-address" if config.secure else "ideahub_address"


def code_cookie(config: Config) -> str:
    """The name of the cookie with the secret of the code that the browser asked for."""
    return "__Host-code" if config.secure else "ideahub_code"


def ticket_cookie(config: Config) -> str:
    """The name of the cookie with the ticket, which proves an address while its owner joins."""
    return "__Host-ticket" if config.secure else "ideahub_ticket"


def remember_address(request: AnyRequest, response: Response[Any], address: str) -> None:
    """Sets the cookie with the address that a code was sent to, for the page that asks for it: so
    no address is in a URL."""
    config = config_of(request)
    set_cookie(response, config, address_cookie(config), quote(address, safe="@"), CODE_SECONDS)


def remembered_address(request: AnyRequest) -> str:
    """The address that this browser's last code was sent to; empty after CODE_SECONDS."""
    return unquote(read_cookies(request).get(address_cookie(config_of(request)), ""))[:300]


def keep_code_secret(request: AnyRequest, response: Response[Any], secret: str) -> None:
    """Sets the cookie with the secret of a code, without which the code does not work."""
    config = config_of(request)
    set_cookie(response, config, code_cookie(config), secret, CODE_SECONDS)


def give_ticket(request: AnyRequest, response: Response[Any], ticket: str) -> None:
    """Sets the cookie with the ticket, which is valid for half an hour."""
    config = config_of(request)
    set_cookie(response, config, ticket_cookie(config), ticket, TICKET_SECONDS)


def ticket_of(request: AnyRequest) -> str | None:
    """The ticket in this browser's cookie, if any."""
    return read_cookies(request).get(ticket_cookie(config_of(request)))
