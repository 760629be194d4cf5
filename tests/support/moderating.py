"""Deciding cases of moderation as moderators do: by the form of the case's page."""

import re
from collections.abc import Mapping
from typing import Any

from httpx import Response

from tests.conftest import Browser

_SEEN = re.compile(r'name="seen" value="([^"]*)"')


def seen_on(page: str) -> list[str]:
    """The numbers of the cases in the forms of a page, each with what its text was when it was
    shown."""
    return _SEEN.findall(page)


async def decide_case(moderator: Browser, case_id: int, sent: Mapping[str, Any]) -> Response:
    """Opens the page of a case, and sends its form with these fields."""
    at = f"/moderation/cases/{case_id}"
    seen = seen_on((await moderator.get(at)).text)
    return await moderator.post(f"{at}/decision", {**sent, "seen": seen})


async def decide_chosen(moderator: Browser, sent: Mapping[str, Any]) -> Response:
    """Opens the queue, and sends its form for several cases with these fields."""
    seen = seen_on((await moderator.get("/moderation")).text)
    return await moderator.post("/moderation/decisions", {**sent, "seen": seen})
