"""The demo's sign-in and the page with everyone's mail: however the settings are wrong, nobody
from outside finds them open."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import guarded
from ideahub.core.config import Config, Misconfigured, must_be_safe_to_serve, read_config
from ideahub.core.db import Database
from ideahub.core.mailing import mail_folder
from tests.support.cast import Cast
from tests.support.wiring import client_of

LETTER = "1234567890123-0123abcd"
SECRET = "a code for somebody else"
# The addresses under which people may reach a site, and whether strangers are among them.
ADDRESSES = {
    "": False,
    "http://localhost:8000": False,
    "http://127.0.0.1:8000": False,
    "http://[::1]:8000": False,
    "https://localhost": False,
    "http://192.168.1.20:8000": False,
    "http://10.0.0.7": False,
    "https://192.168.1.20": True,
    "http://8.8.8.8": True,
    "http://0.0.0.0.ideas.example": True,
    "http://ideas.example": True,
    "http://IDEAS.example:8000": True,
    "https://ideas.example": True,
    "HTTPS://Ideas.Example/": True,
    "https://127.0.0.1.ideas.example": True,
    "https://localhost.ideas.example": True,
}
FLAGS = ("", "0", "1")


def settings(url: str, demo: str, mail: str, trial: str) -> dict[str, str]:
    return {
        "IDEAHUB_PUBLIC_URL": url,
        "IDEAHUB_DEMO": demo,
        "IDEAHUB_DEVELOPMENT": mail,
        "IDEAHUB_DEMO_IN_PUBLIC": trial,
    }


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_public_site_starts_only_with_its_doors_shut(url: str) -> None:
    """All combinations: where strangers come, mail is never shown, and the demo is open only to
    whoever asked for that by its own name."""
    for demo, mail, trial in product(FLAGS, FLAGS, FLAGS):
        config = read_config(settings(url, demo, mail, trial))
        opened = mail == "1" or (demo == "1" and trial != "1")
        if ADDRESSES[url] and opened:
            with pytest.raises(Misconfigured):
                must_be_safe_to_serve(config)
        else:
            must_be_safe_to_serve(config)
            assert config.demo is (demo == "1" or (demo == "" and config.development))
        if ADDRESSES[url] and not opened:
            assert not config.development
            assert config.demo is (demo == "1")


@pytest.fixture
async def doors(db: AsyncSession, config: Config, cast: Cast, tmp_path: Path) -> Config:
    """Settings with all doors shut; behind them are a letter, and somebody of the demo."""
    cast.ben.demo = True
    await db.commit()
    config = replace(config, var=tmp_path)
    folder = mail_folder(config)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{LETTER}.eml").write_text(f"Subject: {SECRET}\n\n{SECRET}")
    return replace(config, demo=False, development=False)


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8000", "https://ideas.example"])
@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize("development", [True, False])
async def test_each_door_has_a_switch_of_its_own(
    doors: Config, database: Database, cast: Cast, public_url: str, *, demo: bool, development: bool
) -> None:
    config = replace(doors, public_url=public_url, demo=demo, development=development)
    async with client_of(config, database) as client:
        listed = await client.get("/development/mail")
        letter = await client.get(f"/development/mail/{LETTER}")
        headers = {"Sec-Fetch-Site": "same-origin"}
        pressed = await client.post(f"/demo/sign-in/{cast.ben.id}", headers=headers)
        signed_in = (await client.get("/account")).status_code == 200
    for answer in (listed, letter):
        assert answer.status_code == (200 if development else 404)
        assert (SECRET in answer.text) is development
    assert pressed.status_code == (303 if demo else 404)
    assert signed_in is demo


@pytest.mark.parametrize("url", ["/development/mail", "/sign-in", "/"])
@pytest.mark.parametrize(
    ("host", "forwarded", "opens"),
    [
        ("localhost:8000", None, True),
        ("localhost:8000", "localhost:8000", True),
        # A proxy that hands on its own name for us, and says by which it is reached.
        ("127.0.0.1:8000", "ideas.example", False),
        ("localhost:8000", "ideas.example:443", False),
        ("localhost", "localhost, ideas.example", False),
        ("localhost", "ideas.example, localhost", False),
        ("localhost", "", False),
        ("ideas.example", None, False),
        ("ideas.example", "localhost", False),
    ],
)
async def test_a_proxy_that_nobody_told_us_of_opens_no_door(
    app: Litestar, doors: Config, url: str, host: str, forwarded: str | None, *, opens: bool
) -> None:
    """The default settings on a server, with a proxy in front that the world can reach."""
    config = replace(doors, demo=True, development=True)
    transport = httpx.ASGITransport(app=guarded(app, config))  # type: ignore[arg-type]
    headers = {"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    if forwarded is not None:
        headers["X-Forwarded-Host"] = forwarded
    async with httpx.AsyncClient(transport=transport, base_url=config.public_url) as client:
        answer = await client.get(url, headers=headers)
    assert (answer.status_code != 421) is opens
    assert opens or SECRET not in answer.text
