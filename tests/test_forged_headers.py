"""Whatever a request says of its host, its proxy and where it comes from: nothing is made of that
unless somebody whom the operator trusts says it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import guarded
from ideahub.core.config import Config
from ideahub.core.mailing import kept_mail
from ideahub.server.serving import SignalSafeServer, settings_of_server
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.letters import read_letter
from tests.support.wiring import NO_TLS

OWN, FORGED = "https://ideas.example", "elsewhere.example"
PROXY, VISITOR, OTHER = "198.51.100.7", "203.0.113.9", "192.0.2.66"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Tells where it thinks that the request comes from."""
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    said = json.dumps([scope["client"][0], scope["scheme"]]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said})


@asynccontextmanager
async def echoing(config: Config) -> AsyncIterator[httpx.AsyncClient]:
    """Serves that as the site is served."""
    settings = settings_of_server(echo, config)
    settings.port = 0
    server = SignalSafeServer(settings)
    listening = settings.bind_socket()
    running = asyncio.create_task(server.serve(sockets=[listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        async with asyncio.timeout(5):
            while not server.started:
                await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=url, verify=NO_TLS) as client:
            yield client
    finally:
        server.should_exit = True
        await running


async def test_only_a_trusted_proxy_says_where_somebody_comes_from(config: Config) -> None:
    """So nobody is a new stranger with each request, or https where it is not."""
    forged = {"X-Forwarded-For": VISITOR, "X-Forwarded-Proto": "https", "Forwarded": "for=8.8.8.8"}
    async with echoing(replace(config, trusted_proxies=PROXY)) as client:
        assert (await client.get("/", headers=forged)).json() == ["127.0.0.1", "http"]
    async with echoing(replace(config, trusted_proxies="")) as client:
        assert (await client.get("/", headers=forged)).json() == ["127.0.0.1", "http"]
    async with echoing(replace(config, trusted_proxies="127.0.0.1")) as client:
        assert (await client.get("/", headers=forged)).json() == [VISITOR, "https"]


@pytest.mark.parametrize(
    ("chain", "found"),
    [
        (f"{OTHER}, {VISITOR}", VISITOR),
        (f"{OTHER}, {VISITOR}, {PROXY}", VISITOR),
        (f"127.0.0.1, {VISITOR}", VISITOR),
        (f"{PROXY}, {OTHER}, {VISITOR}", VISITOR),
    ],
)
async def test_what_a_visitor_wrote_before_the_proxy_counts_for_nothing(
    config: Config, chain: str, found: str
) -> None:
    """Proxies add at the end; whatever stands before it came with the request."""
    async with echoing(replace(config, trusted_proxies=f"127.0.0.1,{PROXY}")) as client:
        headers = {"X-Forwarded-For": chain}
        assert (await client.get("/", headers=headers)).json()[0] == found


FORGERIES = (
    {"Host": FORGED},
    {"Host": "ideas.example", "X-Forwarded-Host": FORGED},
    {"Host": "ideas.example", "X-Forwarded-Host": FORGED, "X-Forwarded-Proto": "http"},
    {"Host": "ideas.example", "Forwarded": f"host={FORGED};proto=http"},
    {"Host": "ideas.example", "X-Original-URL": f"//{FORGED}/", "X-Rewrite-URL": "/account"},
    {"Host": f"ideas.example:443@{FORGED}"},
)


@pytest.mark.parametrize("forged", FORGERIES, ids=str)
async def test_no_address_is_made_of_what_a_request_says(
    app: Litestar, config: Config, db: AsyncSession, cast: Cast, forged: dict[str, str]
) -> None:
    """Neither in pages, which somebody may keep for others, nor in redirects, nor in mails."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    public = replace(config, public_url=OWN, demo=False)
    app.state.config = public
    for path in kept_mail(public):
        path.unlink()
    transport = httpx.ASGITransport(app=guarded(app, replace(public, development=False)))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=OWN) as client:
        answers = [
            await client.get(url, headers=forged)
            for url in ("/", f"/ideas/{idea.id}", "/ideas", "/sign-in", "/account", "/nowhere")
        ]
        headers = forged | {"Sec-Fetch-Site": "same-origin"}
        fields = {"email": "ada@city.example", "how": "code"}
        answers.append(await client.post("/sign-in", data=fields, headers=headers))
        answers.append(await client.post(f"/ideas/{idea.id}/vote", headers=headers))
    assert answers[-2].status_code == answers[-1].status_code == 303
    for answer in answers:
        assert FORGED not in answer.text + repr(answer.headers), answer.url
        assert answer.status_code != 200 or answer.url.path != "/account"
    (letter,) = kept_mail(public)
    assert FORGED not in read_letter(letter)
    assert OWN in read_letter(letter)
