"""How much of the database a statement reads: pages of 8 kB, wherever they lie."""

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection


async def pages_read(connection: AsyncConnection, statement: str, values: Any) -> int:
    """Runs a statement as the driver got it, with its values; returns how many pages it read."""
    explain = f"explain (analyze, buffers, timing off, format json) {statement}"
    plan = (await connection.exec_driver_sql(explain, values)).scalar_one()
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])
