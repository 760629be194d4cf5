"""Asks providers over the network, and only where that is safe: by https, not within our own
network, with little time and room."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import httpx

from ideahub.core.config import Config
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict

SECONDS = 5.0
MOST_SECONDS = 15.0
MOST_BYTES = 256_000
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class ProviderUnusable(Conflict):
    """A provider cannot be reached, or answers what cannot be used; the sentence says what."""

    status = 502


class CarefulTransport(httpx.AsyncHTTPTransport):
    """Connects to public addresses by https only, and reads at most MOST_BYTES of an answer.

    The address is looked up once and connected to, so that it cannot be another one than was
    checked. `inside` are names that may be within the own network; with `at_home`, a provider on
    this machine may be asked, also by http.
    """

    def __init__(self, *, inside: frozenset[str], at_home: bool) -> None:
        super().__init__(retries=0)
        self._inside = inside
        self._at_home = at_home

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request; raises ProviderUnusable where it may not be sent."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = await self._checked(request.url.scheme, host, port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        response = await self._first_answer(request, addresses)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ProviderUnusable(_("The provider compresses its answer, though not asked to."))
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Bounded(response.stream)
        return response

    async def _first_answer(self, request: httpx.Request, addresses: list[str]) -> httpx.Response:
        url = request.url
        for address in addresses[:-1]:
            request.url = url.copy_with(host=address)
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await super().handle_async_request(request)
        request.url = url.copy_with(host=addresses[-1])
        return await super().handle_async_request(request)

    async def _checked(self, scheme: str, host: str, port: int) -> list[str]:
        addresses = await _addresses(host, port)
        at_home = self._at_home and all(ip_address(one).is_loopback for one in addresses)
        if scheme != "https" and not at_home:
            raise ProviderUnusable(_("A provider is asked by https only."))
        is_public = all(ip_address(one).is_global for one in addresses)
        if not (is_public or at_home or host in self._inside):
            raise ProviderUnusable(
                _(
                    "%(host)s is within a private network. If that is right, whoever runs this "
                    "site adds it to IDEAHUB_OPENID_INSIDE.",
                    host=host,
                )
            )
        return addresses


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise ProviderUnusable(_("The provider's answer is too long."))
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def fetch_json(config: Config, url: str, token: str = "") -> dict[str, Any]:
    """The JSON object at this address, asked for with the access token if given; raises
    ProviderUnusable."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer, found = await _ask(config, "GET", url, headers=headers)
    if answer.status_code != 200:
        raise _strange(url, answer)
    return found


async def send_form(
    config: Config, url: str, form: dict[str, str], auth: httpx.BasicAuth | None
) -> dict[str, Any]:
    """What the form is answered with: a JSON object, which has `error` where it was refused; raises
    ProviderUnusable."""
    answer, found = await _ask(config, "POST", url, data=form, auth=auth)
    if answer.status_code != 200 and "error" not in found:
        raise _strange(url, answer)
    return found


async def _ask(
    config: Config, method: str, url: str, **how: Any
) -> tuple[httpx.Response, dict[str, Any]]:
    transport = CarefulTransport(inside=frozenset(config.openid_inside), at_home=config.development)
    # Past no proxy, and following nothing.
    client = httpx.AsyncClient(
        transport=transport, timeout=SECONDS, trust_env=False, headers=HEADERS
    )
    try:
        async with asyncio.timeout(MOST_SECONDS), client:
            answer = await client.request(method, url, **how)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        raise away(url) from None
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _strange(url, answer)
    return answer, found


def _strange(url: str, answer: httpx.Response) -> ProviderUnusable:
    return ProviderUnusable(
        _(
            "%(url)s was answered with status %(status)s, and not with what a provider says.",
            url=url,
            status=answer.status_code,
        )
    )


def away(url: str) -> ProviderUnusable:
    """The refusal where a provider does not answer."""
    return ProviderUnusable(_("%(url)s does not answer, or cannot be read.", url=url))


async def _addresses(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        raise ProviderUnusable(_("There is no server named %(host)s.", host=host)) from None
    return [str(one[4][0]).partition("%")[0] for one in found]
