"""The texts that moderators look at: what they say, who wrote them, and where they stand."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import CampaignKind
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import TextKind
from ideahub.moderation.text_sources import SEEN, STATEMENTS

TEXT_ID = bindparam("text_id", type_=BigInteger)
IDS = bindparam("ids", type_=ARRAY(BigInteger))


class TextView(msgspec.Struct, frozen=True):
    """A text as moderators read it, with the name of its author as everyone sees it."""

    kind: TextKind
    id: int
    title: str
    words: str
    author_id: int
    author_name: str
    idea_id: int | None
    campaign_id: int | None
    campaign_kind: CampaignKind | None
    campaign_title: str
    # Of where it stands, in which its moments are shown.
    timezone: str
    organisation_id: int | None
    is_hidden: bool
    is_withdrawn: bool

    @property
    def paragraphs(self) -> list[str]:
        """Its words in paragraphs, as they stand there."""
        return [part for part in self.words.split("\n\n") if part.strip()]

    @property
    def fingerprint(self) -> str:
        """The same as long as it reads the same: what a moderator decides about."""
        return blake2b(self.whole.encode(), digest_size=16).hexdigest()

    @property
    def whole(self) -> str:
        """Its title and its words, as decisions keep them."""
        return f"{self.title}\n\n{self.words}"

    @property
    def path(self) -> str:
        """The page on which others read it."""
        return {
            TextKind.IDEA: f"/ideas/{self.id}",
            TextKind.CHANGE: f"/ideas/{self.idea_id}",
            TextKind.CONTRIBUTION: f"/contributions/{self.id}",
            TextKind.QUESTION: f"{self.campaign_path}/questions/{self.id}",
            TextKind.ANNOUNCEMENT: f"{self.campaign_path}/announcements/{self.id}",
            TextKind.PLEDGE: f"/pledges/{self.id}",
            TextKind.RESPONSE: f"/ideas/{self.idea_id}/response",
            TextKind.CONDITION: f"/ideas/{self.idea_id}/response#report-{self.id}",
            TextKind.LESSON: f"/ideas/{self.idea_id}#idea-lesson-{self.id}",
            TextKind.EXPERIMENT: f"/experiments/{self.id}",
            TextKind.ATTACHMENT: f"/ideas/{self.idea_id}#attachment-{self.id}",
            TextKind.ENTRY: f"{self.campaign_path}",
            TextKind.PERSON: f"/profiles/{self.id}",
        }[self.kind]

    @property
    def is_part(self) -> bool:
        """Whether it stands under an idea, whose title it has."""
        return self.idea_id is not None and self.kind not in {TextKind.IDEA, TextKind.CHANGE}

    @property
    def campaign_path(self) -> str:
        """The page of the challenge or idea box in which it stands."""
        place = "challenges" if self.campaign_kind is CampaignKind.CHALLENGE else "idea-boxes"
        return f"/{place}/{self.campaign_id}"


FIND = {
    kind: statement.where(number == TEXT_ID, SEEN[kind])
    for kind, (statement, number) in STATEMENTS.items()
}
SEVERAL = {
    kind: statement.where(number == any_(IDS)) for kind, (statement, number) in STATEMENTS.items()
}
# Those of them that the viewer may read.
READABLE = {
    kind: statement.where(number == any_(IDS), SEEN[kind])
    for kind, (statement, number) in STATEMENTS.items()
}


async def find_text(db: AsyncSession, viewer: Viewer, kind: TextKind, number: int) -> TextView:
    """The text; raises NotFound where there is none that the viewer may read."""
    found = await rows_of(db, FIND[kind], {"text_id": number, **viewer.bound})
    if not found:
        raise NotFound
    return _view(kind, found[0])


async def texts_of(db: AsyncSession, kind: TextKind, numbers: Sequence[int]) -> dict[int, TextView]:
    """The texts with these numbers, also hidden ones. Checks no permission."""
    found = await rows_of(db, SEVERAL[kind], {"ids": list(numbers)}) if numbers else ()
    return {row.id: _view(kind, row) for row in found}


async def readable_texts(
    db: AsyncSession, viewer: Viewer, kind: TextKind, numbers: Sequence[int]
) -> dict[int, TextView]:
    """Those of the texts with these numbers that the viewer may read, as who reads them in lists:
    their own that others do not see are not among them, but for ideas."""
    asked = {"ids": list(numbers), **viewer.bound}
    found = await rows_of(db, READABLE[kind], asked) if numbers else ()
    return {row.id: _view(kind, row) for row in found}


async def text_of(db: AsyncSession, kind: TextKind, number: int) -> TextView:
    """One of them; raises NotFound. Checks no permission."""
    found = await texts_of(db, kind, [number])
    if number not in found:
        raise NotFound
    return found[number]


def kind_name(kind: TextKind) -> str:
    """What the text is, in the current language."""
    return {
        TextKind.IDEA: _("Idea"),
        TextKind.CHANGE: _("Change of an idea"),
        TextKind.CONTRIBUTION: _("Contribution"),
        TextKind.QUESTION: _("Answer to a question"),
        TextKind.ANNOUNCEMENT: _("Announcement"),
        TextKind.PLEDGE: _("Pledge"),
        TextKind.RESPONSE: _("A leader’s answer"),
        TextKind.CONDITION: _("Note that a condition has come true"),
        TextKind.LESSON: _("Lesson"),
        TextKind.EXPERIMENT: _("Experiment"),
        TextKind.ATTACHMENT: _("Attached file"),
        TextKind.ENTRY: _("Entry"),
        TextKind.PERSON: _("Profile"),
    }[kind]


def _view(kind: TextKind, row: Any) -> TextView:
    values = row._asdict()
    values["campaign_kind"] = values["campaign_kind"] and CampaignKind(values["campaign_kind"])
    return TextView(kind=kind, **values)
