"""Of a new idea each follower gets mail as they chose for what they follow: its challenge, its
author, one of its tags or who asks; and the link in a mail ends mail about just that."""

from typing import Any

import pytest
from sqlalchemy import select

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.core.telling import MessageKind
from ideahub.following.following import follow
from ideahub.following.things import Host, Tag
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.notifications.choices import choices_of
from ideahub.notifications.models import Rhythm
from ideahub.notifications.wishing import choose
from ideahub.organisations.profiles import profile_of
from tests.notifications.test_telling import drain, stage, told
from tests.support.cast import viewer_of

THINGS = ["campaign", "person", "tag", "organisation"]


@pytest.mark.parametrize("kind", THINGS)
async def test_the_choice_for_it_holds_and_the_link_ends_it(
    config: Config, committing: Database, kind: str
) -> None:
    committing.serve(Site("https://ideas.lindenau"), SiteKeys(config))
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        cem = await viewer_of(db, cast.cem)
        things: dict[str, Any] = {
            "campaign": campaign,
            "person": await profile_of(db, cast.ada.id),
            "tag": Tag("night bus"),
            "organisation": Host(cast.city.id, cast.city.name),
        }
        await follow(db, cem, things[kind])
        key = f"{kind}:{things[kind].id}"
        assert [one.key for one in (await choices_of(db, cem, "UTC")).things.things] == [key]
        await choose(db, cast.cem.id, {MessageKind.ACTIVITY: Rhythm.NEVER}, {})
    for title, rhythm in (("One", Rhythm.AT_ONCE), ("Two", Rhythm.NEVER)):
        async with committing.transaction() as db:
            await choose(db, cast.cem.id, {}, {key: rhythm})
            ada = await viewer_of(db, cast.ada)
            await post_idea(db, ada, campaign, IdeaText(title, "How.", "Why.", ["night bus"]))
        await drain(committing, times=3)
    async with committing.reading() as db:
        assert [name for name, _subject in await told(db)] == ["Cem Aydin"] * 2
        [mail] = await db.scalars(select(OutgoingMail))
    assert mail.subject == "New idea: “One”"
    named = {"tag": "tag%3Anight%20bus"}.get(kind, key.replace(":", "%3A"))
    assert mail.headers["List-Unsubscribe"].endswith(f"?of={named}>")
