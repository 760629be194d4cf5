"""One pure ASGI layer in front of everything: headers on every answer, no foreign origins."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
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
FOREIGN = (
    b"This request came from another site, so nothing was done. Open the page here and try again."
)
ELSEWHERE = "Nothing is shown under this name. Open %s instead (IDEAHUB_PUBLIC_URL sets it)."
UNREADABLE = b"There is a character in this address that cannot be read."


class Guard:
    """Refuses what comes from other sites and puts the security headers on every answer.

    With `own_address`, for demo and development, only that name, names of this machine and
    numbers are answered to: any other name may belong to a page elsewhere that points it here.
    """

    def __init__(self, app: ASGIApp, *, secure: bool, own_address: str | None = None) -> None:
        self.app = app
        self.secure = secure
        self.own_address = own_address
        self.headers = [*HEADERS, *(TRANSPORT if secure else ())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through, or answers 403 or 421 (closes a socket) where it is foreign."""
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

        astray = self.own_address is not None and _is_astray(scope, self.own_address)
        if scope["type"] == ScopeType.HTTP and _has_nul(scope):
            await _refuse(send_guarded, 400, UNREADABLE)
        elif not astray and not _is_foreign(scope):
            await self.app(scope, receive, send_guarded)
        elif scope["type"] == ScopeType.WEBSOCKET:
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": "foreign origin"})
        elif astray:
            await _refuse(send_guarded, 421, (ELSEWHERE % self.own_address).encode())
        else:
            await _refuse(send_guarded, 403, FOREIGN)


def _only_by_https(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = header
    if name.lower() == b"set-cookie" and b"; secure" not in value.lower():
        return name, value + b"; Secure"
    return header


def _is_astray(scope: Scope, own_address: str) -> bool:
    # No browser leaves the name out.
    sent = dict(scope["headers"]).get(b"host", b"localhost").decode("latin-1")
    try:
        name = urlsplit(f"//{sent}").hostname or ""
        if name not in {urlsplit(own_address).hostname, "localhost"}:
            ip_address(name)
    except ValueError:  # no name of ours, and no number either
        return True
    return False


def _has_nul(scope: Scope) -> bool:
    # PostgreSQL stores no NUL, so an address with one can never mean anything.
    return b"%00" in scope["query_string"] or "\x00" in scope["path"]


def _is_foreign(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    if scope["type"] == ScopeType.HTTP:
        if scope["method"] in SAFE_METHODS:
            return False
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site not in {b"same-origin", b"none"}
    origin = headers.get(b"origin", b"").decode("latin-1")
    try:
        # Without either header it is no browser, so nobody's cookies are being borrowed.
        return bool(origin) and urlsplit(origin).netloc.encode("latin-1") != headers.get(b"host")
    except ValueError:  # an address that nobody can read is not ours
        return True


async def _refuse(send: Send, status: int, sentence: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence, "more_body": False})
