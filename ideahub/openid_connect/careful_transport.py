"""Connects to providers only where that is safe: by https, not within our own network, and with
little room for what they answer. Imported late, with httpx: not every site has a provider."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import httpx

from ideahub.core.i18n import _
from ideahub.openid_connect.fetching import SECONDS, ProviderUnusable

MOST_BYTES = 256_000


class CarefulTransport(httpx.AsyncHTTPTransport):
    """Connects to public addresses by https only, and reads at most MOST_BYTES of an answer.

    The address is looked up once and connected to, so that it cannot be another one than was
    checked. `inside` are names that may be within the own network; with `at_home`, a provider on
    this machine may be asked, also by http. Certificates are trusted as this machine trusts them,
    and those that the authorities in `authorities`, a file in PEM, vouch for.
    """

    def __init__(
        self, *, inside: frozenset[str], at_home: bool, authorities: Path | None = None
    ) -> None:
        super().__init__(retries=0, verify=trusted(authorities))
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


@cache
def trusted(authorities: Path | None) -> ssl.SSLContext:
    """Whom we trust: reading it takes longer than a page, so it is done once in a process."""
    made = ssl.create_default_context()
    if authorities:
        made.load_verify_locations(authorities)
    return made


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


async def _addresses(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        raise ProviderUnusable(_("There is no server named %(host)s.", host=host)) from None
    return [str(one[4][0]).partition("%")[0] for one in found]
