"""The files that were sent with an entry's form, checked and made ready to be kept."""

from dataclasses import dataclass, field

from ideahub.core.files.preparing import PreparedUpload
from ideahub.core.viewer import Viewer
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.queries import find_own_entry
from ideahub.http.forms import button_form
from ideahub.http.pages import AnyRequest
from ideahub.http.receiving import SentFile, sent_form
from ideahub.http.requests import database_of
from ideahub.http.sent_files import prepared_file
from ideahub.ideas.attaching import MOST_BYTES, count_try, prepare, too_large


@dataclass(slots=True)
class Uploads:
    """The files by the keys of their questions, and what is wrong with others."""

    prepared: dict[str, PreparedUpload] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


async def receive_files(request: AnyRequest, viewer: Viewer, entry_id: int) -> Uploads:
    """Prepares the files that were sent. Raises SignInNeeded, and NotFound where the viewer does
    not write this entry. Holds no connection while a file is prepared."""
    form, prepared = button_form(), {}
    async with database_of(request).transaction() as db:
        entry = await find_own_entry(db, viewer, entry_id)
        asked = await form_in_use(db, entry.phase_id)
        keys = [one.key for one in asked.files] if asked else []
        sent = {key: file for key in keys if isinstance(file := _sent(request, key), SentFile)}
        for key in sent:
            async with form.attempt(db, key):
                await count_try(db, viewer)
    for key, file in sent.items():
        if form.error(key):
            continue
        async with form.attempt(None, key):
            prepared[key] = await prepared_file(request, file, prepare, MOST_BYTES, too_large())
    return Uploads(prepared, form.errors)


def _sent(request: AnyRequest, key: str) -> object:
    return sent_form(request).get(key)
