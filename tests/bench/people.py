"""Signs people in, straight in the database."""

import secrets
from datetime import UTC, datetime, timedelta

import asyncpg

from ideahub.accounts.finding_viewer import hash_token

COOKIE = "__Host-ideahub"
# The first few have roles.
FIRST = 11


async def sign_in(url: str, many: int, first: int = FIRST) -> list[str]:
    """Ends all sessions and begins one each for so many people, beginning with the person `first`;
    returns their cookies."""
    tokens = [secrets.token_urlsafe(32) for _person in range(many)]
    expires = datetime.now(UTC) + timedelta(days=1)
    rows = [(hash_token(token), first + n, expires) for n, token in enumerate(tokens)]
    db = await asyncpg.connect(url)
    await db.execute("delete from session")
    names = ("token_hash", "person_id", "expires_at")
    await db.copy_records_to_table("session", records=rows, columns=names)
    await db.execute("analyze session")
    await db.close()
    return [f"{COOKIE}={token}" for token in tokens]
