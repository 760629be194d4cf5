"""The file with which anybody can compute a result again, in pieces, as it was stored."""

import json
from collections.abc import AsyncIterator

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, func, select

from ideahub.core.db import Database
from ideahub.results.canonical import canonical
from ideahub.results.computing import EXPORT_FORMAT
from ideahub.results.models import ScoreRun
from ideahub.results.scoring_rule import ScoringRule, checked_rule

RUN_ID = bindparam("run_id", type_=BigInteger)
START = bindparam("start", type_=Integer)
# Characters in a piece.
PIECE = 512 * 1024
ABOUT = select(
    ScoreRun.rule,
    ScoreRun.output_hash,
    func.length(ScoreRun.inputs),
    func.length(ScoreRun.output),
).where(ScoreRun.id == RUN_ID)
PIECES = {
    column: select(func.substr(getattr(ScoreRun, column), START, PIECE)).where(
        ScoreRun.id == RUN_ID
    )
    for column in ("inputs", "output")
}


async def run_file(database: Database, run_id: int) -> AsyncIterator[bytes]:
    """The same bytes as `export` of computing.py gives. What is stored is canonical already, so
    nothing of it is read into structures."""
    async with database.reading() as db:
        stored, output_hash, inputs, output = (await db.execute(ABOUT, {"run_id": run_id})).one()
    rule = msgspec.convert(stored, ScoringRule, strict=False)
    written = canonical(checked_rule(rule, rule.ties)).decode().rstrip("\n")
    yield f'{{"format":{json.dumps(EXPORT_FORMAT)},"inputs":'.encode()
    async for piece in _pieces(database, run_id, "inputs", inputs):
        yield piece
    yield b',"output":'
    async for piece in _pieces(database, run_id, "output", output):
        yield piece
    yield f',"output_sha256":{json.dumps(output_hash)},"rule":{written}}}\n'.encode()


async def _pieces(
    database: Database, run_id: int, column: str, length: int
) -> AsyncIterator[bytes]:
    """A stored text without the line end at its end."""
    for start in range(1, length, PIECE):
        async with database.reading() as db:
            asked = {"run_id": run_id, "start": start}
            piece: str = (await db.execute(PIECES[column], asked)).scalar_one()
        yield (piece.rstrip("\n") if start + PIECE > length - 1 else piece).encode()
