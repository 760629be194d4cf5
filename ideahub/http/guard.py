"""The outermost ASGI layer: sets security headers and refuses requests from other sites.

Deeds are protected against cross-site request forgery (CSRF) here, and nowhere else: forms carry
no token, so pages and pushes can be the same bytes for everybody. Cookies are SameSite=Lax, and
under https their names begin with __Host-, so that no other host, not even a subdomain, sets them.

Our own: the framework's middleware knows no Fetch Metadata, leaves sockets out and is slower.
"""

import re
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ideahub.core.i18n import N_, _

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Deeds at these addresses may come from anywhere: mail programs and pages of mail providers send
# them (RFC 8058). The address itself is signed; the session of whoever sends them does not matter.
SIGNED = re.compile(r"/mail-choices/\d+/[\w-]+", re.ASCII)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
TRANSPORT = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),)
FOREIGN = N_(
    "This was sent from another site, or your browser hides from which page it was sent. "
    "Nothing was done. Open the page on this site and send it from there. "
    "If that does not help, use a newer browser."
)
WRONG_HOST = N_(
    "Nothing is shown under this name. Open %(address)s instead (IDEAHUB_PUBLIC_URL sets it)."
)
UNREADABLE = N_("There is a character in this address that cannot be read.")
PORTS = {"http": 80, "https": 443}


class Guard:
    """Refuses what comes from other sites and puts the security headers on every answer.

    `own_address` is the address that people use. With `only_here`, for demo and development,
    only requests to its host, to localhost and to IP addresses are answered: with any other name
    a page elsewhere could reach this machine (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, *, own_address: str, only_here: bool = False) -> None:
        self.app = app
        self.own_address = own_address
        self.only_here = only_here
        self.secure = own_address.startswith("https://")
        self.headers = [*HEADERS, *(TRANSPORT if self.secure else ())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 400 (unreadable address), 403 (sent by another site)
        or 421 (wrong host); sockets are closed with 4403."""
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = (
                    map(_only_by_https, message["headers"]) if self.secure else message["headers"]
                )
                message["headers"] = [*given, *self.headers]
            await send(message)

        wrong_host = self.only_here and _is_wrong_host(scope, self.own_address)
        if scope["type"] == ScopeType.HTTP and _has_nul(scope):
            await _refuse(send_guarded, 400, _(UNREADABLE))
        elif not wrong_host and not is_foreign(scope, self.own_address):
            await self.app(scope, receive, send_guarded)
        elif scope["type"] == ScopeType.WEBSOCKET:
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": "foreign origin"})
        elif wrong_host:
            await _refuse(send_guarded, 421, _(WRONG_HOST, address=self.own_address))
        else:
            await _refuse(send_guarded, 403, _(FOREIGN))


def _only_by_https(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = header
    if name.lower() == b"set-cookie" and b"; secure" not in value.lower():
        return name, value + b"; Secure"
    return header


def _is_wrong_host(scope: Scope, own_address: str) -> bool:
    # Every browser sends `Host`; a program without it is let through. A proxy in front may send its
    # own, and say in `X-Forwarded-Host` under which name people reach it.
    sent = _by_name(scope)
    named = sent.get(b"host", [b"localhost"])[-1:]
    forwarded = [one for many in sent.get(b"x-forwarded-host", []) for one in many.split(b",")]
    return not all(_is_here(one.strip(), own_address) for one in (*named, *forwarded))


def _is_here(host: bytes, own_address: str) -> bool:
    try:
        name = urlsplit(f"//{host.decode('latin-1')}").hostname or ""
        if name not in {urlsplit(own_address).hostname, "localhost"}:
            ip_address(name)
    except ValueError:  # neither a name of ours nor an IP address
        return False
    return True


def _has_nul(scope: Scope) -> bool:
    # PostgreSQL stores no NUL, so an address with one can never mean anything.
    return b"%00" in scope["query_string"] or "\x00" in scope["path"]


def is_foreign(scope: Scope, own_address: str) -> bool:
    """Whether a page of another site may have sent this deed, or may be opening this socket.

    The rules are those of `http.CrossOriginProtection` of Go 1.25 (net/http/csrf.go); the first
    that applies decides:

    1. Safe methods pass: they change nothing here.
    2. `Sec-Fetch-Site` must be `same-origin` or `none` (typed, or a bookmark). Since 2023 every
       browser sends it over https and to its own machine, and no page can set it.
    3. `Origin` must be ours. Older browsers send it with every deed, and over plain http all do.
       `null`, which comes from a sandbox or after a redirect from elsewhere, is not ours.
    4. A request without both is not from a browser, and passes.

    Stricter than Go, where it costs no real user: a header that is there twice or is empty is
    refused, as no browser sends that. Over https, `Origin` must be https. Without both headers,
    `Referer` must be ours if it is there, and it must be there if a cookie is: browsers before
    2020 (Firefox 69, Internet Explorer) send no `Origin`, but a `Referer`, which a page can
    suppress but not forge. Without cookies no account can be misused, so programs need no header;
    what remains possible is that a page elsewhere signs somebody in who has such a browser and no
    cookie of ours. A socket is judged by `Origin` alone, which every browser sends there.
    """
    if scope["type"] == ScopeType.HTTP and _comes_from_anywhere(scope["method"], scope["path"]):
        return False
    is_deed = scope["type"] == ScopeType.HTTP
    sent = _by_name(scope)
    if is_deed and b"sec-fetch-site" in sent:
        return sent[b"sec-fetch-site"] not in ([b"same-origin"], [b"none"])
    pages = sent.get(b"origin", [])
    if is_deed and not pages:
        pages = sent.get(b"referer", [b""] if b"cookie" in sent else [])
    return bool(pages) and not (len(pages) == 1 and _is_own(pages[0], sent, own_address))


def _comes_from_anywhere(method: str, path: str) -> bool:
    return method in SAFE_METHODS or (method == "POST" and bool(SIGNED.fullmatch(path)))


def _by_name(scope: Scope) -> dict[bytes, list[bytes]]:
    sent: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        sent.setdefault(name.lower(), []).append(value)
    return sent


def _is_own(page: bytes, sent: dict[bytes, list[bytes]], own_address: str) -> bool:
    """Whether the page is at the requested host or, under https, at our own address.

    Our own address too, because proxies may pass on another `Host` than people use. Not under
    plain http: unless somebody set it, it is an address that any site on the user's machine can
    have.
    """
    try:
        place = _place(page.decode("latin-1"))
        here = [f"{place.scheme}://{host.decode('latin-1')}" for host in sent.get(b"host", [])]
        if own_address.startswith("https://"):
            here = [own_address, *(here if place.scheme == "https" else [])]
        return place in map(_place, here)
    except ValueError:  # an address that cannot be parsed is not ours
        return False


class _Place(NamedTuple):
    scheme: str
    host: str
    port: int


def _place(address: str) -> _Place:
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(address)
    return _Place(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme])


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode(), "more_body": False})
