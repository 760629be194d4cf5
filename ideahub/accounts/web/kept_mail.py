"""Handlers for the mail that is kept instead of sent, in development only."""

import asyncio
import re
from email import message_from_bytes
from email.policy import default as policy
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from ideahub.core.mailing import kept_mail, mail_folder
from ideahub.core.refusals import NotFound
from ideahub.http.pages import AnyRequest, page
from ideahub.http.requests import config_of, viewer_now

MOST_LISTED = 50
NAME = re.compile(r"\d{10,20}-[0-9a-f]{8}")


class KeptMail(msgspec.Struct, frozen=True):
    """A message that was kept instead of sent."""

    name: str
    to: str
    subject: str
    date: str
    text: str


@get("/development/mail")
async def letter_box(request: AnyRequest) -> Response[Any]:
    """The list of the newest messages; raises NotFound outside development."""
    config = config_of(request)
    if not config.development:
        raise NotFound
    paths = (await asyncio.to_thread(kept_mail, config))[:MOST_LISTED]
    mails = [await asyncio.to_thread(_read, path) for path in paths]
    return page(request, await viewer_now(request), "accounts/mail_list.html", mails=mails)


@get("/development/mail/{name:str}")
async def letter(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    """The page of one message; raises NotFound, also outside development."""
    config = config_of(request)
    if not config.development or not NAME.fullmatch(name):
        raise NotFound
    path = mail_folder(config) / f"{name}.eml"
    if not path.is_file():
        raise NotFound
    mail = await asyncio.to_thread(_read, path)
    return page(request, await viewer_now(request), "accounts/mail.html", mail=mail)


def _read(path: Path) -> KeptMail:
    message = message_from_bytes(path.read_bytes(), policy=policy)
    body = message.get_body(("plain",))
    return KeptMail(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=body.get_content() if body else "",
    )


ROUTES: list[ControllerRouterHandler] = [letter_box, letter]
