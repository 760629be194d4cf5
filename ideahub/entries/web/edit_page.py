"""The page on which an entry is written."""

from typing import Any

import msgspec
from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.entries.form_versions import FormView
from ideahub.entries.labels import deadline_words, seen_by_words, state_badge
from ideahub.entries.models import Entry
from ideahub.entries.queries import EntryView, may_submit
from ideahub.entries.reading import FrozenFile, preview_answers
from ideahub.entries.rules_accepted import not_accepted_by
from ideahub.entries.team import members_of
from ideahub.entries.web.answer_form import in_words, labels_of, names_in, stored_form
from ideahub.http.forms import Form
from ideahub.http.overtaken import OvertakenForm, compare
from ideahub.http.pages import AnyRequest, page
from ideahub.ideas.attaching import MOST_BYTES, too_large


def draft_key(entry_id: int) -> str:
    """The name of an entry's form among drafts."""
    return f"entry-{entry_id}"


async def overtaken_by(form: Form[Any], row: Entry, asked: FormView) -> OvertakenForm:
    """The form beside what somebody in the team has saved meanwhile."""
    now = stored_form(row, asked, None)
    return await compare(form, now, names_in(asked), in_words(asked))


async def edit_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    entry: EntryView,
    row: Entry,
    asked: FormView,
    form: Form[Any],
    *,
    restored: bool = False,
    overtaken: OvertakenForm | None = None,
    status: int = 0,
) -> Response[bytes]:
    """The page with this form; `status` where that is another than the form's."""
    members = await members_of(db, entry.id)
    missing = set(await not_accepted_by(db, entry.campaign_id, [one.person_id for one in members]))
    return page(
        request,
        viewer,
        "entries/edit.html",
        status=status or form.status,
        rooms=(f"entry:{entry.id}", f"campaign:{entry.campaign_id}"),
        entry=entry,
        badge_of=state_badge(entry),
        closes=deadline_words(entry),
        form=form,
        **await _questions(db, asked, row),
        members=members,
        not_accepted=[one for one in members if one.person_id in missing],
        may_submit=may_submit(viewer, entry),
        changed_form=row.form_id != asked.id,
        restored=restored,
        overtaken=overtaken,
        draft_key=draft_key(entry.id),
        seen_by=seen_by_words(entry.organisation),
        most_bytes=MOST_BYTES,
        too_large=too_large(),
    )


async def _questions(db: AsyncSession, asked: FormView, row: Entry) -> dict[str, Any]:
    """What is asked, and how it is said."""
    return {
        "asked": asked,
        "labels": labels_of(asked),
        "said": in_words(asked),
        "files": await _files(db, asked, row),
    }


async def _files(db: AsyncSession, asked: FormView, row: Entry) -> dict[str, FrozenFile]:
    only = msgspec.structs.replace(asked, fields=asked.files)
    answers = await preview_answers(db, only, row.answers)
    return {one.key: one.file for one in answers if one.file}
