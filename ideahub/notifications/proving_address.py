"""Proving again that mail arrives at one's address, after some came back."""

from ideahub.accounts.codes import spend_code, try_code
from ideahub.accounts.recognising import Browser
from ideahub.accounts.signing_in import mark_proved
from ideahub.core.db import Database
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person


async def prove_address(
    database: Database, viewer: Viewer, address: str, code: str, browser: Browser
) -> None:
    """Notes that mail arrives at the viewer's own `address`, as the code from a mail shows, so that
    they get mail again. Raises Invalid for a code that is wrong or not valid any more."""
    code_id = await try_code(database, address, code, browser)
    async with database.transaction() as db:
        await spend_code(db, code_id)
        await mark_proved(db, await db.get_one(Person, viewer.person_id))
