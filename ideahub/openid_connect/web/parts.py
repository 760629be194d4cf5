"""The part of OpenID Connect on the page to sign in."""

from typing import Any

from ideahub.http.slots import Part, PartContext
from ideahub.openid_connect.queries import buttons


async def providers_to_sign_in(context: PartContext, _next: str) -> dict[str, Any]:
    """The providers where people can sign in."""
    return {"providers": await buttons(context.db)}


PARTS = (
    Part(
        page="sign-in",
        key="openid_connect",
        find=providers_to_sign_in,
        templates={"ways": "openid_connect/_ways.html"},
        queries=1,
    ),
)
