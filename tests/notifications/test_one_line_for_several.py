"""What several people added to one idea becomes one line, which is read as one."""

from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.core.db import Database
from ideahub.following.following import follow
from ideahub.ideas.queries import find_idea
from ideahub.notifications.reading import note_read, notifications_of
from ideahub.notifications.telling import tell_people
from tests.support.cast import make_campaign, make_cast, make_idea, viewer_of


async def test_several_contributions_to_one_idea_are_one_line(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        cem = await viewer_of(db, cast.cem)
        await follow(db, cem, await find_idea(db, cem, idea.id))
    for person, text in ((cast.ben, "Yes, and one"), (cast.mia, "And two"), (cast.ben, "Three")):
        async with committing.transaction() as db:
            viewer = await viewer_of(db, person)
            found = await find_idea(db, viewer, idea.id)
            await contribute(db, viewer, found, ContributionKind.BUILD, text)
    for _tick in range(5):
        async with committing.transaction() as db:
            await tell_people(db)
    async with committing.transaction() as db:
        (group,) = (await notifications_of(db, cem)).new
        (line,) = group.lines
        assert group.title == "A walking bus"
        assert line.size == 3 and line.is_new
        plain = line.subject.replace("\u2068", "").replace("\u2069", "")
        assert plain == "Ben Okoye and Mia Sato added to “A walking bus”"
        await note_read(db, cem, line.newest.id)
        assert (await notifications_of(db, cem)).unread == 0
