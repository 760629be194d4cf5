"""Providers of OpenID Connect that really run, and what people do at them."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import Browser
from tests.support.wiring import NO_TLS

FOLDER = Path(__file__).with_name("provider")
CLIENT, SECRET = "ideahub", "of tests only"
OWN_NODE = Path(__file__).parents[2] / ".node" / "bin"
# The number of the provider in every test, as the strict one knows our addresses from its start.
NUMBER = 701
ADA = {
    "name": "Ada Lind",
    "email": "ada.lind@city.example",
    "email_verified": True,
    "groups": ["Leads"],
}

People = Mapping[str, Mapping[str, Any]]


class StrictProvider:
    """The certified `oidc-provider`, as a process of its own."""

    def __init__(self, issuer: str, process: subprocess.Popen[str]) -> None:
        self.issuer = issuer
        self.process = process

    def set_people(self, people: People) -> None:
        """Replaces everybody it knows."""
        httpx.put(f"{self.issuer}/people", json=people, verify=NO_TLS).raise_for_status()


@contextmanager
def strict_provider(
    clients: list[dict[str, Any]], people: People, tls: Mapping[str, str] | None = None
) -> Iterator[StrictProvider]:
    """Runs it until the block ends, by https with the `tls` given: a `cert` and its `key`. Skips
    the test where its packages are not installed."""
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("`make test` installs the provider that this needs")
    settings = json.dumps({"clients": clients, "people": people, "tls": tls})
    environment = {
        **os.environ,
        "PROVIDER_SETTINGS": settings,
        "PATH": f"{OWN_NODE}{os.pathsep}{os.environ['PATH']}",
    }
    with subprocess.Popen(
        ["node", "provider.mjs"],
        cwd=FOLDER,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield StrictProvider(process.stdout.readline().strip(), process)
        finally:
            process.terminate()


def client_of_site(public_url: str, provider_id: int, **more: Any) -> dict[str, Any]:
    """How this site is registered at the strict provider."""
    return {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [f"{public_url}/openid-connect/{provider_id}/callback"],
        "post_logout_redirect_uris": [f"{public_url}/"],
        "scope": "openid profile email groups",
        **more,
    }


class AtProvider:
    """A browser at the strict provider, with its cookies."""

    def __init__(self, trusting: SSLContext = NO_TLS) -> None:
        self.client = httpx.Client(follow_redirects=False, verify=trusting)

    def __enter__(self) -> "AtProvider":
        return self

    def __exit__(self, *_fault: object) -> None:
        self.client.close()

    def sign_in(self, url: str, who: str = "ada") -> str:
        """Signs in and agrees, where asked to; the address that it leads back to."""
        answer = self._follow(self.client.get(url))
        while "location" not in answer.headers:
            place, fields = _filled(answer, who)
            answer = self._follow(self.client.post(place, data=fields))
        return str(answer.headers["location"])

    def refuse(self, url: str) -> str:
        """Cancels at the page to sign in; the address that it leads back to."""
        answer = self._follow(self.client.get(url))
        found = re.search(r'href="([^"]*/abort)"', answer.text)
        assert found, answer.text
        answer = self._follow(self.client.get(str(answer.url.join(found[1]))))
        return str(answer.headers["location"])

    def sign_out(self, url: str) -> httpx.Response:
        """Opens the page to sign out, and says yes."""
        answer = self.client.get(url)
        found = re.search(r'name="xsrf" value="([^"]*)"', answer.text)
        assert found, answer.text
        place = str(answer.url.join("/session/end/confirm"))
        return self.client.post(place, data={"xsrf": found[1], "logout": "yes"})

    def _follow(self, answer: httpx.Response) -> httpx.Response:
        home = answer.url.host, answer.url.port
        while "location" in answer.headers:
            onward = answer.url.join(answer.headers["location"])
            if (onward.host, onward.port) != home:
                break
            answer = self.client.get(str(onward))
        return answer


def _filled(page: httpx.Response, who: str) -> tuple[str, Any]:
    found = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    assert found, page.text
    fields = dict(re.findall(r'name="(prompt)" value="([^"]*)"', page.text))
    if fields.get("prompt") == "login":
        fields |= {"login": who, "password": "any"}
    return str(page.url.join(found[1])), fields


def path_of(url: str) -> str:
    """The path and query of an address of this site."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def leave(browser: Browser, number: int = NUMBER, next_url: str = "") -> str:
    """Presses the provider's button; its page to which it leads."""
    page = await browser.post(f"/openid-connect/{number}/sign-ins", {"next": next_url})
    assert page.status_code == 200, page.text
    refresh: str = page.headers["refresh"]
    return refresh.removeprefix("0; url=")


async def sign_in_there(browser: Browser, who: str = "ada", next_url: str = "") -> httpx.Response:
    """Signs in at the strict provider and comes back; the answer."""
    with AtProvider() as there:
        back = there.sign_in(await leave(browser, next_url=next_url), who)
    return await browser.get(path_of(back))
