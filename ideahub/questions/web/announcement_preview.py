"""An announcement as it goes out, for whoever makes it to look at before."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.fingerprints import fingerprint
from ideahub.core.telling import Words
from ideahub.core.text.rendering import markdown_html, markdown_letter
from ideahub.core.viewer import Viewer
from ideahub.questions.announcement_groups import FOLLOWERS, count_addressed
from ideahub.questions.announcing import announced_to
from ideahub.questions.telling import LONGEST, announcement_words
from ideahub.questions.web.forms import AnnouncementForm


class AnnouncementPreview(NamedTuple):
    """What goes out: the words of the mail, and the text as pages show it; how many people are
    told. `looked` is its fingerprint."""

    mail: Words
    title: str
    html: str
    is_for_all: bool
    groups: list[str]
    people: int
    looked: str


def looked_at(values: AnnouncementForm) -> str:
    """The fingerprint of what goes out."""
    return fingerprint((values.title, values.text, *sorted(values.groups)))


def was_looked_at(values: AnnouncementForm) -> bool:
    """Whether it is to be sent, and whoever made it has seen it as it goes out."""
    return values.do == "send" and values.looked == looked_at(values)


async def preview_of(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, values: AnnouncementForm
) -> AnnouncementPreview:
    """The announcement in this form, and how many people are told of it now; raises what
    `announced_to` raises."""
    groups = announced_to(campaign, values.groups)
    text = await markdown_letter(values.text, LONGEST)
    return AnnouncementPreview(
        announcement_words(campaign, values.title, text),
        values.title,
        await markdown_html(values.text),
        FOLLOWERS in groups,
        groups,
        await count_addressed(db, viewer, campaign.id, groups),
        looked_at(values),
    )
