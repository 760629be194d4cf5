"""Saves, finds and deletes drafts of forms."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
    any_,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Numbered, rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid, NotFound, TooMuch
from ideahub.core.text.cleaning import clean_text
from ideahub.core.viewer import VIEWER_ID, Viewer

FORM = re.compile(r"[a-z][a-z-]{0,50}(-\d{1,18})?")
MOST_DRAFTS = 50
MOST_FIELDS = 500
MOST_TEXT = 64_000
# Hidden fields of a form that say which draft it has, and whose page it stands on.
NAMING = frozenset({"draft", "drafter"})
# What would say, in plain, who somebody is that takes part without their name: it is in no draft.
UNKEPT = frozenset({"voice", "ruling", "real_name", "real_contact", "real_note"})

# A field's value, or a list of values where the form has several fields of one name.
Fields = dict[str, Any]


class Draft(Numbered, Base):
    """What a person has typed into a form and not sent yet."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "form"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form: Mapped[str] = mapped_column(String(80))
    fields: Mapped[Fields] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


FIND = select(Draft.fields).where(
    Draft.person_id == VIEWER_ID, Draft.form == bindparam("form", type_=String)
)

FIND_SOME = select(Draft.form, Draft.fields).where(
    Draft.person_id == VIEWER_ID, Draft.form == any_(bindparam("forms", type_=ARRAY(String)))
)


async def save_draft(
    db: AsyncSession, viewer: Viewer, form: str, typed: Mapping[str, list[str]]
) -> None:
    """Saves what is typed into the form; deletes the draft where the form is empty.

    Keeps the MOST_DRAFTS newest drafts of a person. Raises NotFound for a form's name that cannot
    be one, and what `clean_fields` raises.
    """
    if not FORM.fullmatch(form):
        raise NotFound
    fields = clean_fields(typed)
    if not any(fields.values()):
        await discard_draft(db, viewer, form)
        return
    saved = {"fields": fields, "saved_at": func.now()}
    await db.execute(
        insert(Draft)
        .values(person_id=viewer.person_id, form=form, **saved)
        .on_conflict_do_update(index_elements=[Draft.person_id, Draft.form], set_=saved)
    )
    await _forget_oldest(db, viewer)


async def find_draft(db: AsyncSession, viewer: Viewer, form: str) -> Fields | None:
    """What the viewer had typed into this form; None where nothing is kept, and for strangers."""
    if not viewer.signed_in:
        return None
    found = await rows_of(db, FIND, {"form": form, VIEWER_ID.key: viewer.id})
    fields: Fields | None = found[0].fields if found else None
    return fields


async def find_drafts(db: AsyncSession, viewer: Viewer, forms: Sequence[str]) -> dict[str, Fields]:
    """Of several forms on one page, what the viewer had typed into each; for strangers nothing."""
    if not viewer.signed_in:
        return {}
    found = await rows_of(db, FIND_SOME, {"forms": list(forms), VIEWER_ID.key: viewer.id})
    return {row.form: row.fields for row in found}


async def discard_draft(db: AsyncSession, viewer: Viewer, form: str) -> None:
    """Deletes the viewer's draft of this form; for strangers it does nothing."""
    if viewer.signed_in:
        own = Draft.person_id == viewer.person_id
        await db.execute(delete(Draft).where(own, Draft.form == form))


def clean_fields(typed: Mapping[str, list[str]]) -> Fields:
    """The fields as they are stored, without those that only name the draft, or
    must not be kept.

    Counts characters, not the bytes they were sent as. Raises TooMuch for more than MOST_TEXT of
    them, Invalid for more than MOST_FIELDS fields.
    """
    texts = {
        name[:80]: [clean_text(value) for value in values]
        for name, values in typed.items()
        if name not in NAMING | UNKEPT
    }
    if len(texts) > MOST_FIELDS:
        raise Invalid(_("This is too much to keep as a draft."))
    if sum(len(value) for values in texts.values() for value in values) > MOST_TEXT:
        raise TooMuch(_("This is too much to keep as a draft."))
    return {name: values[0] if len(values) == 1 else values for name, values in texts.items()}


async def _forget_oldest(db: AsyncSession, viewer: Viewer) -> None:
    own = Draft.person_id == viewer.person_id
    newest = select(Draft.id).where(own).order_by(Draft.saved_at.desc(), Draft.id.desc())
    beyond = newest.offset(MOST_DRAFTS).scalar_subquery()
    await db.execute(delete(Draft).where(own, Draft.id.in_(beyond)))
