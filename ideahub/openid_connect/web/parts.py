"""The parts of OpenID Connect on the page to sign in, on that of a person, and on one's own."""

from typing import Any

from ideahub.http.slots import Part, PartContext
from ideahub.openid_connect.known_people import known_at, origins_of
from ideahub.openid_connect.queries import buttons
from ideahub.organisations.queries import PersonView


async def providers_to_sign_in(context: PartContext, _next: str) -> dict[str, Any]:
    """The providers where people can sign in."""
    return {"providers": await buttons(context.db)}


async def on_person(context: PartContext, person: PersonView) -> dict[str, Any]:
    """Which roles came from groups, and where the person signs in."""
    return {
        "origins": await origins_of(context.db, person.id),
        "accounts": await known_at(context.db, person.id),
    }


async def on_account(context: PartContext, person: PersonView) -> dict[str, Any]:
    """Which of one's own roles came from groups."""
    return {"origins": await origins_of(context.db, person.id)}


PARTS = (
    Part(
        page="sign-in",
        key="openid_connect",
        find=providers_to_sign_in,
        templates={"ways": "openid_connect/_ways.html"},
        queries=1,
    ),
    Part(
        page="person",
        key="group_roles",
        find=on_person,
        templates={
            "grant": "openid_connect/_origin.html",
            "body": "openid_connect/_on_person.html",
        },
        queries=2,
    ),
    Part(
        page="account",
        key="group_roles",
        find=on_account,
        templates={"grant": "openid_connect/_origin.html"},
        queries=1,
    ),
)
