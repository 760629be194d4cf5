"""The part of notifications on the account's page."""

from typing import Any

from ideahub.http.slots import Part, PartContext
from ideahub.notifications.reading import count_unread
from ideahub.organisations.queries import PersonView


async def unread_on_account(context: PartContext, _person: PersonView) -> dict[str, Any]:
    """How many notifications the viewer has not read."""
    return {"unread": await count_unread(context.db, context.viewer)}


PARTS = (
    Part(
        page="account",
        key="notifications",
        find=unread_on_account,
        templates={"body": "notifications/_on_account.html"},
        queries=1,
    ),
)
