"""Rules for the files that answer questions of an entry form."""

from collections.abc import Awaitable, Callable

import msgspec
from sqlalchemy import BigInteger, String, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import must_accept_in
from ideahub.campaigns.queries import MANAGES
from ideahub.core.db import rows_of
from ideahub.core.events import Kind
from ideahub.core.files.keeping import TOKEN, file_columns
from ideahub.core.files.preparing import PreparedUpload
from ideahub.core.locking import locked
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.entries.entering import record_on, touch
from ideahub.entries.form_versions import FormView
from ideahub.entries.models import Entry, EntryFile, EntryRevision
from ideahub.entries.queries import IS_MEMBER, IS_STAND_IN, find_own_entry

# Who else may open the files of an entry that was submitted, such as its judges, as later features
# know; features.py fills it. Each gets a session, the viewer, and the number of the entry.
MayRead = Callable[[AsyncSession, Viewer, int], Awaitable[bool]]
MAY_READ_ENTRY: list[MayRead] = []


class EntryFileView(msgspec.Struct, frozen=True):
    """A file of an entry without its bytes."""

    id: int
    entry_id: int
    token: str
    media_type: str
    file_name: str
    size: int
    stored_as: str | None
    # Whether the viewer reads it as its team or as a manager; else as a judge.
    is_own: bool


# Whether any revision names it; what was replaced in a draft, only its writers see.
IS_SUBMITTED = exists().where(
    EntryRevision.entry_id == EntryFile.entry_id,
    EntryRevision.answers[EntryFile.field_key].astext == EntryFile.token,
)
WRITES = or_(IS_MEMBER, IS_STAND_IN)
FIND = (
    select(
        EntryFile.id,
        EntryFile.entry_id,
        EntryFile.token,
        EntryFile.media_type,
        EntryFile.file_name,
        EntryFile.size,
        EntryFile.stored_as,
        or_(WRITES, MANAGES),
    )
    .join(Entry, Entry.id == EntryFile.entry_id)
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .where(EntryFile.token == bindparam("token", type_=String), or_(WRITES, IS_SUBMITTED))
)
CONTENT = select(EntryFile.content).where(EntryFile.id == bindparam("file_id", type_=BigInteger))


async def find_file(db: AsyncSession, viewer: Viewer, token: str) -> EntryFileView:
    """The file with this token, for those who write its entry; once it was submitted also for the
    managers, and for whom MAY_READ_ENTRY names. Raises SignInNeeded and NotFound."""
    viewer.must_sign_in()
    asked = {"token": token, **viewer.bound}
    found = await rows_of(db, FIND, asked) if TOKEN.fullmatch(token) else ()
    if not found:
        # The same work as for a file that is there, so that its time tells nothing.
        await _may_read(db, viewer, 0)
        raise NotFound
    file = EntryFileView(*found[0])
    if not file.is_own and not await _may_read(db, viewer, file.entry_id):
        raise NotFound
    return file


async def submitted_file(db: AsyncSession, token: str) -> EntryFileView:
    """A file that a revision names; raises NotFound. Checks no permission: the caller does."""
    asked = {"token": token, **STRANGER.bound}
    found = await rows_of(db, FIND, asked) if TOKEN.fullmatch(token) else ()
    if not found:
        raise NotFound
    return EntryFileView(*found[0])


async def _may_read(db: AsyncSession, viewer: Viewer, entry_id: int) -> bool:
    for may in MAY_READ_ENTRY:
        if await may(db, viewer, entry_id):
            return True
    return False


async def content_of(db: AsyncSession, file: EntryFileView) -> bytes:
    """The bytes of a file that lies in the database; raises NotFound where there are none."""
    found: bytes | None = await db.scalar(CONTENT, {"file_id": file.id})
    if found is None:
        raise NotFound
    return found


async def keep_file(
    db: AsyncSession,
    viewer: Viewer,
    entry_id: int,
    form: FormView,
    key: str,
    prepared: PreparedUpload,
) -> None:
    """Makes a prepared file the answer to this question, in place of the one before. Raises
    NotFound, and Conflict where the phase takes no entries now."""
    row = await _held(db, viewer, entry_id)
    if key not in {one.key for one in form.files}:
        raise NotFound
    kept = EntryFile(
        entry_id=row.id,
        field_key=key,
        added_by=viewer.person_id,
        **file_columns(prepared),
    )
    db.add(kept)
    await db.flush()
    row.answers = {**row.answers, key: kept.token}
    await touch(db, row)
    await record_on(db, Kind.ENTRY_CHANGED, viewer, row)


async def remove_file(db: AsyncSession, viewer: Viewer, entry_id: int, key: str) -> None:
    """Takes a file out of what the team is writing; a revision that names it keeps it. Raises
    NotFound, and Conflict where the phase takes no entries now."""
    row = await _held(db, viewer, entry_id)
    if key in row.answers:
        row.answers = {name: value for name, value in row.answers.items() if name != key}
        await touch(db, row)
        await record_on(db, Kind.ENTRY_CHANGED, viewer, row)


async def _held(db: AsyncSession, viewer: Viewer, entry_id: int) -> Entry:
    entry = await find_own_entry(db, viewer, entry_id)
    row = await locked(db, Entry, entry.id)
    await must_accept_in(db, row.phase_id, Accepts.ENTRIES)
    return row
