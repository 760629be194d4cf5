"""Imports challenges from the JSON feeds of Challenge.gov.

Each becomes a public challenge whose entries are collected elsewhere. What cannot be read of it
(a date, a link) stays unknown, and the report notes it. A record without a title, or without
anything to recognise it by, is refused.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import NOW
from ideahub.core.db import Database
from ideahub.core.events import Kind, Ref, record
from ideahub.importing.challenge_fields import challenges_in, fields_of
from ideahub.importing.challenge_reading import ImportedChallenge, read_call, ref_of
from ideahub.importing.challenge_terms import fill_in_terms, put_terms
from ideahub.importing.foreign_files import BadRecord, Unreadable, read_json
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress, put_organisation, reason_of

FILLED_IN = "It was imported before; its prize, authority and partners were filled in."


async def import_challenge_gov(database: Database, path: Path, progress: Progress) -> Report:
    """Imports the challenges of a feed that were not imported yet, each in its own transaction; in
    those that an earlier version imported it fills in what that kept as texts only.

    Faults in the file are in the report, not raised.
    """
    report = Report()
    try:
        value, guessed = read_json(path)
        records = challenges_in(value)
    except Unreadable as fault:
        report.fail(path.name, str(fault))
        return report
    if guessed:
        report.note(f"{path.name} is not UTF-8; it was read as Windows-1252.")
    await _import_all(database, path.name, records, report, progress)
    return report


async def _import_all(
    database: Database, file: str, records: Sequence[Any], report: Report, progress: Progress
) -> None:
    seen: dict[str, int] = {}
    for number, sent in enumerate(records, 1):
        progress("Challenges", number - 1, len(records))
        try:
            fields = fields_of(sent)
            where = _place(file, number, fields)
            ref = ref_of(fields)
            _must_be_first(seen, ref, number)
            await _import_one(database, where, ref, fields, report)
        except (ValueError, RecursionError) as fault:
            report.refuse(_place(file, number, sent), str(fault))
        except DBAPIError as fault:
            report.refuse(_place(file, number, sent), reason_of(fault))
    progress("Challenges", len(records), len(records))


def _must_be_first(seen: dict[str, int], ref: str, number: int) -> None:
    if seen.setdefault(ref, number) != number:
        raise BadRecord(f"It is known by the same number as challenge {seen[ref]} of this file.")


def _place(file: str, number: int, fields: Any) -> str:
    known = fields if isinstance(fields, dict) else {}
    named = known.get("id") or known.get("challenge-id")
    return f"{file}: challenge {number}" + (f" (id {str(named)[:40]})" if named else "")


async def _import_one(
    database: Database, where: str, ref: str, fields: dict[str, Any], report: Report
) -> None:
    async with database.transaction() as db:
        known = await db.scalar(select(Campaign.id).where(Campaign.source_ref == ref))
        challenge = read_call(ref, fields)
        if known is not None:
            report.campaigns.unchanged += 1
            if await fill_in_terms(db, known, challenge.columns, challenge.terms):
                on = Ref(Campaign, known)
                await record(db, Kind.IMPORTED, None, on=on, source="challenge-gov")
                report.note(f"{where}: {FILLED_IN}")
            return
        new = await _store(db, challenge)
    report.campaigns.count(new=new)
    for note in challenge.notes:
        report.note(f"{where}: {note}")


async def _store(db: AsyncSession, challenge: ImportedChallenge) -> bool:
    organisation_id = await put_organisation(db, challenge.agency, challenge.agency_ref)
    stored = await db.execute(
        insert(Campaign)
        .values(
            kind=CampaignKind.CHALLENGE,
            audience=Audience.PUBLIC,
            organisation_id=organisation_id,
            published_at=func.now(),
            source_ref=challenge.ref,
            entries_elsewhere=True,
            **challenge.columns,
        )
        .on_conflict_do_nothing(index_elements=["source_ref"])
        .returning(Campaign.id)
    )
    campaign_id = stored.scalar_one_or_none()
    if campaign_id is None:
        return False
    await _add_phase(db, campaign_id, challenge)
    await put_terms(db, campaign_id, challenge.terms)
    await record(db, Kind.IMPORTED, None, on=Ref(Campaign, campaign_id), source="challenge-gov")
    return True


async def _add_phase(db: AsyncSession, campaign_id: int, challenge: ImportedChallenge) -> None:
    now = (await db.execute(select(NOW))).scalar_one()
    passed = {
        # An opening or closing in the past is not announced any more.
        f"{name}_announced_at": now
        for name, at in (("opening", challenge.opens_at), ("closing", challenge.closes_at))
        if challenge.dates_known and at and at <= now
    }
    db.add(
        Phase(
            campaign_id=campaign_id,
            position=1,
            name="Submissions",
            opens_at=challenge.opens_at,
            closes_at=challenge.closes_at,
            timezone=challenge.timezone,
            # Whoever asks reads no ideas here: entries go to them.
            accepts=[],
            dates_known=challenge.dates_known,
            **passed,
        )
    )
    await db.flush()
