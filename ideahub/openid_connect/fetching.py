"""Asks providers over the network, with little time."""

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

from ideahub.core.config import Config
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict

if TYPE_CHECKING:
    import httpx

SECONDS = 5.0
MOST_SECONDS = 15.0
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class ProviderUnusable(Conflict):
    """A provider cannot be reached, or answers what cannot be used; the sentence says what."""

    status = 502


async def fetch_json(config: Config, url: str, token: str = "") -> dict[str, Any]:
    """The JSON object at this address, asked for with the access token if given; raises
    ProviderUnusable."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer, found = await _ask(config, "GET", url, headers=headers)
    if answer.status_code != 200:
        raise _strange(url, answer)
    return found


async def send_form(
    config: Config, url: str, form: dict[str, str], auth: "httpx.BasicAuth | None"
) -> dict[str, Any]:
    """What the form is answered with: a JSON object, which has `error` where it was refused; raises
    ProviderUnusable."""
    answer, found = await _ask(config, "POST", url, data=form, auth=auth)
    if answer.status_code != 200 and "error" not in found:
        raise _strange(url, answer)
    return found


async def refuses(config: Config, url: str) -> bool:
    """Whether the provider says that this is no right request; raises ProviderUnusable."""
    return (await _send(config, "GET", url)).status_code == 400


async def _ask(
    config: Config, method: str, url: str, **how: Any
) -> "tuple[httpx.Response, dict[str, Any]]":
    answer = await _send(config, method, url, **how)
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _strange(url, answer)
    return answer, found


async def _send(config: Config, method: str, url: str, **how: Any) -> "httpx.Response":
    # Imported late: not every site has a provider.
    import httpx

    from ideahub.openid_connect.careful_transport import CarefulTransport

    transport = CarefulTransport(
        inside=frozenset(config.openid_inside),
        at_home=config.development,
        authorities=config.openid_authorities,
    )
    # Past no proxy, and following nothing.
    client = httpx.AsyncClient(
        transport=transport, timeout=SECONDS, trust_env=False, headers=HEADERS
    )
    try:
        async with asyncio.timeout(MOST_SECONDS), client:
            return await client.request(method, url, **how)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as problem:
        why = _distrust(problem)
        raise untrusted(url, why) if why else away(url) from None


def _strange(url: str, answer: "httpx.Response") -> ProviderUnusable:
    return ProviderUnusable(
        _(
            "%(url)s was answered with status %(status)s, and not with what a provider says.",
            url=url,
            status=answer.status_code,
        )
    )


def _distrust(problem: BaseException | None) -> str:
    """What is wrong with the certificate, if that is the problem; else empty."""
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return problem.verify_message
        problem = problem.__cause__ or problem.__context__
    return ""


def untrusted(url: str, why: str) -> ProviderUnusable:
    """The refusal where the provider's certificate is not trusted."""
    return ProviderUnusable(
        _(
            "The certificate of %(url)s is not trusted here (%(why)s). If an authority of your own "
            "issued it, whoever runs this site names that one in IDEAHUB_OPENID_AUTHORITIES.",
            url=url,
            why=why,
        )
    )


def away(url: str) -> ProviderUnusable:
    """The refusal where a provider does not answer."""
    return ProviderUnusable(_("%(url)s does not answer, or cannot be read.", url=url))
