"""Whoever may not do a thing is refused, and nothing has changed; whoever may, can.

Each deed that changes somebody's thing, tried by everyone of every role, with a form that would
do it. The thing is public, so that it is the deed that is refused and not the look.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.campaigns.changed_meanwhile import step_fingerprint
from ideahub.campaigns.documents import add_document, prepare_document
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.publication_models import CampaignReview, PlannedPublication
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.web.wizard_forms import BasicsForm, field_names
from ideahub.campaigns.writing_rules import RulesState
from ideahub.campaigns.writing_terms import TermList, terms_fingerprint
from ideahub.core import kept_forms
from ideahub.core.db import Database
from ideahub.core.fingerprints import fingerprint as fingerprint_of
from ideahub.core.viewer import Role
from ideahub.ideas.attaching import attach, prepare
from ideahub.ideas.models import Attachment, CoAuthor, Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person, RoleGrant
from ideahub.pipeline.experimenting import fingerprint, plan_experiment
from ideahub.pipeline.models import Experiment
from ideahub.pipeline.observing import take_reading
from ideahub.questions.announcing import announce
from ideahub.questions.answering import written_answer
from ideahub.questions.asking import set_aside
from ideahub.questions.hiding import hide_answer
from ideahub.questions.merging import Merge, merge_answers
from ideahub.questions.templates import TemplateText, keep_template, templates_for
from ideahub.questions.web.preview import seen_as
from tests.conftest import Browse, Browser
from tests.questions.faq import DATES, answered, asked
from tests.support.cast import (
    HOUR,
    Cast,
    make_campaign,
    make_cast,
    make_idea,
    make_person,
    viewer_of,
)
from tests.support.deed import Deed
from tests.support.deeds_of_judging import DEEDS_OF_JUDGING
from tests.support.every_role import Everyone, make_everyone
from tests.support.grounds import Ground, ground
from tests.support.judged_deeds import make_acting, make_entries, make_panels, make_results
from tests.support.moderation_deeds import DEEDS_OF_MODERATION, make_moderated
from tests.support.private_things import PDF
from tests.support.response_deeds import (
    DEEDS_OF_BATCHES,
    DEEDS_OF_CLOCKS,
    DEEDS_OF_RESPONSES,
    DEEDS_OF_SUMMARIES,
    make_answered,
)
from tests.support.ripening import PLAN, pledge
from tests.support.safe_space_deeds import DEEDS_OF_SAFE_SPACE, make_spoken_for
from tests.support.talking import answer, say
from tests.support.vote_deeds import DEEDS_OF_VOTES, make_votes
from tests.test_bad_input import undone
from tests.test_visibility import _rows, routes

AUTHORS = {"author", "co-author", "co-author elsewhere"}
OVERSEERS = {"manager", "admin", "admin everywhere"}
REVIEWERS = OVERSEERS | {"leader"}
ADMINS = {"admin", "admin everywhere"}
# Leaders and admins of any place.
SPONSORS = {"sponsor", "leader", "leader elsewhere", "admin elsewhere"} | ADMINS
OF_OWN_NAMES = ("/appeals", "/ideas/new", "/link/removal")
SOON = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
TEXT = {"title": "Mine", "body": "Mine now.", "why": "", "revision": "1"}
HOLD = {"decision": "hold", "reason": "So.", "seen_stage": "spark", "seen_review": "0"}
ANSWER = {"category": "dates", "question": "When?", "answer": "Soon.", "do": "send"}
TEST = {"hypothesis": "Mine.", "measure": "children", "target": "5"}


DEEDS = (
    Deed("/ideas/{idea_id}/revision", AUTHORS, TEXT | {"campaign_id": "1"}),
    Deed("/ideas/{idea_id}/withdrawal", {"author"}),
    Deed("/ideas/{idea_id}/entries", AUTHORS, {"phase": "{entry_phase}"}),
    Deed(
        "/ideas/{idea_id}/attachments/new",
        AUTHORS,
        {"description": "Mine"},
        {"file": ("a.pdf", PDF + b"2", "application/pdf")},
    ),
    Deed("/attachments/{token}/removal", AUTHORS),
    Deed("/contributions/{contribution_id}/withdrawal", {"contributor"}),
    Deed(
        "/contributions/{contribution_id}/withdrawal",
        {"author"},
        named={"contribution_id": "reply"},
    ),
    Deed("/contributions/{contribution_id}/adoption", AUTHORS, TEXT),
    Deed("/ideas/{idea_id}/pledges", SPONSORS,
         {"kind": "mandate", "promise": "Mine.", "expires_on": SOON}),
    Deed("/pledges/{pledge_id}/acceptance", AUTHORS),
    Deed("/pledges/{pledge_id}/refusal", AUTHORS, {"reason": "So."}),
    Deed("/pledges/{pledge_id}/withdrawal", {"sponsor"}, {"reason": "So."}),
    Deed("/pledges/{pledge_id}/fulfilment", AUTHORS | {"sponsor"}, {"note": "So."},
         named={"pledge_id": "accepted"}),
    Deed("/pledges/{pledge_id}/conditions", AUTHORS, {"met": "yes"},
         named={"pledge_id": "accepted"}),
    Deed("/pledges/{pledge_id}/confirmation", AUTHORS, named={"pledge_id": "given"}),
    Deed("/pledges/{pledge_id}/dispute", AUTHORS, {"reason": "So."}, named={"pledge_id": "given"}),
    Deed("/ideas/{idea_id}/decision", REVIEWERS, HOLD),
    Deed("/ideas/{idea_id}/experiments/new", AUTHORS | REVIEWERS, TEST),
    Deed("/experiments/{experiment_id}/adjustment", AUTHORS | REVIEWERS,
         TEST | {"why": "So.", "seen": "{seen}"}),
    Deed("/experiments/{experiment_id}/readings", AUTHORS | REVIEWERS,
         {"value": "3", "taken_on": "2026-02-03", "note": "Mine"}),
    Deed("/experiments/{experiment_id}/readings/{reading_id}/removal", AUTHORS | REVIEWERS),
    Deed("/experiments/{experiment_id}/conclusion", AUTHORS | REVIEWERS,
         {"result": "So.", "lesson": "Mine."}),
    Deed("/management/{campaign_id}/{step}", OVERSEERS, {"title": "Mine", "seen": "{box_seen}"}),
    Deed("/management/{campaign_id}/{step}", OVERSEERS, {"title": "Mine", "seen": "{draft_seen}"},
         named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/phases", OVERSEERS, {"do": "add"},
         named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/rules", OVERSEERS, {"text": "Mine.", "seen": "{rules_seen}"},
         named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/prizes", OVERSEERS,
         {"prize-0-title": "Mine", "seen": "{list_seen}"}, named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/eligibility", OVERSEERS,
         {"question-0-text": "Mine?", "seen": "{list_seen}"}, named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/partners", OVERSEERS,
         {"partner-0-name": "Mine", "seen": "{list_seen}"}, named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/documents", OVERSEERS, {"description": "Mine"},
         {"file": ("a.pdf", PDF + b"3", "application/pdf")}, named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/documents/{document_id}/removal", OVERSEERS,
         named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/publication", OVERSEERS, named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/removal", OVERSEERS, named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/restoration", OVERSEERS, named={"campaign_id": "discarded"}),
    Deed("/management/{campaign_id}/copy", OVERSEERS,
         {"title": "Mine", "organisation_id": "{city}", "opens_on": SOON}),
    Deed("/management/{campaign_id}/publication/plan", OVERSEERS,
         {"publish_at": f"{SOON}T09:00", "publish_zone": "UTC"}, named={"campaign_id": "draft"}),
    Deed("/management/{campaign_id}/publication/plan/removal", OVERSEERS,
         named={"campaign_id": "planned"}),
    Deed("/management/{campaign_id}/review", OVERSEERS, named={"campaign_id": "planned"}),
    Deed("/management/{campaign_id}/review/decision", ADMINS, {"do": "edits", "reason": "So."},
         named={"campaign_id": "waiting"}),
    Deed("/management/{campaign_id}/retraction", OVERSEERS, {"unpublish_reason": "So."},
         named={"campaign_id": "fresh"}),
    Deed("/management/{campaign_id}/archive", OVERSEERS, {"archive_reason": "So."}),
    Deed("/management/{campaign_id}/archive/removal", OVERSEERS,
         named={"campaign_id": "archived"}),
    Deed("/organisations/{organisation_id}/reviews", ADMINS, {"reviews": "no"}),
    Deed("/management/{campaign_id}/announcements", OVERSEERS,
         {"title": "Mine", "text": "Now.", "groups": "followers", "do": "send",
          "looked": fingerprint_of(("Mine", "Now.", "followers"))}),
    Deed("/management/{campaign_id}/announcements/{announcement_id}", OVERSEERS,
         {"title": "Mine", "text": "Now.", "seen": "{announcement_seen}"}),
    Deed("/management/{campaign_id}/announcements/{announcement_id}/withdrawal", OVERSEERS,
         {"why": "So."}),
    Deed("/management/{campaign_id}/answers", OVERSEERS, ANSWER | {"looked": "{answer_looked}"}),
    Deed("/management/{campaign_id}/answers/{answer_id}", OVERSEERS,
         ANSWER | {"looked": "{answer_looked}", "seen": "1"}),
    Deed("/management/{campaign_id}/answers/{answer_id}/hiding", OVERSEERS, {"why": "So."}),
    Deed("/management/{campaign_id}/answers/{answer_id}/showing", OVERSEERS,
         named={"answer_id": "hidden_answer"}),
    Deed("/management/{campaign_id}/answers/{answer_id}/separation", OVERSEERS,
         named={"answer_id": "merged_answer"}),
    Deed("/management/{campaign_id}/merged-answers", OVERSEERS,
         ANSWER | {"of": ["{answer_id}", "{other_answer}"], "versions": ["1", "1"],
                   "into": "{other_answer}", "looked": "{merge_looked}"}),
    Deed("/management/{campaign_id}/single-answers", OVERSEERS,
         {"row-0-id": "{question_id}", "row-0-category": "dates", "row-0-question": "When?",
          "row-0-answer": "Soon.", "do": "send", "looked": "{batch_looked}"}),
    Deed("/management/{campaign_id}/joined-questions", OVERSEERS,
         {"of": "{question_id}", "entry": "{answer_id}"}),
    Deed("/management/{campaign_id}/questions/templates", OVERSEERS,
         {"name": "Mine", "answer": "So."}),
    Deed("/management/{campaign_id}/questions/templates/{template_id}/removal", OVERSEERS),
    Deed("/management/{campaign_id}/questions/{question_id}/category", OVERSEERS,
         {"category": "rules"}),
    Deed("/management/{campaign_id}/questions/{question_id}/setting-aside", OVERSEERS,
         {"why": "So."}),
    Deed("/management/{campaign_id}/questions/{question_id}/reopening", OVERSEERS,
         named={"question_id": "set_aside"}),
    Deed("/people/{person_id}/roles", ADMINS, {"role": "leader", "place": "{city}"}),
    Deed("/people/{person_id}/roles/{grant_id}/revocation", ADMINS, named={"person_id": "judge"}),
    Deed("/organisations/{organisation_id}/details", ADMINS, {"name": "Mine"}),
    Deed("/account/sessions/{session_id}/sign-out", {"staff"}),
    *DEEDS_OF_JUDGING,
    *DEEDS_OF_VOTES,
    *DEEDS_OF_MODERATION,
    *DEEDS_OF_SAFE_SPACE,
    *DEEDS_OF_RESPONSES,
    *DEEDS_OF_BATCHES,
    *DEEDS_OF_CLOCKS,
    *DEEDS_OF_SUMMARIES,
    Deed("/people/{person_id}/disabling", ADMINS, {"reason": "So."}),
)  # fmt: skip
# What everyone may do, to nobody's thing but their own.
EVERYBODYS = {
    *("/ideas/{idea_id}/vote", "/ideas/{idea_id}/vote/withdrawal", "/drafts/{form_name}"),
    "/ideas/{idea_id}/vote/name",
    # Who may not: public_voting/test_voting_for_entries.py.
    *(
        "/ballot-entries/{ballot_entry_id}/vote",
        "/ballot-entries/{ballot_entry_id}/vote/withdrawal",
    ),
    *("/ideas/{idea_id}/following", "/ideas/{idea_id}/following/withdrawal"),
    *("/challenges/{campaign_id}/following", "/challenges/{campaign_id}/following/withdrawal"),
    *("/idea-boxes/{campaign_id}/following", "/idea-boxes/{campaign_id}/following/withdrawal"),
    *("/organisations/{body_id}/following", "/organisations/{body_id}/following/withdrawal"),
    *("/profiles/{profile_id}/following", "/profiles/{profile_id}/following/withdrawal"),
    # Whoever sees the answer; one speaks for oneself.
    "/ideas/{idea_id}/response/reports",
    # Only its admins: moderation/test_rules_of_conduct.py.
    "/organisations/{organisation_id}/moderation/conduct",
    # Another's is unknown: moderation/test_masking_everywhere.py.
    "/moderation/own-texts/{kind}/{text_id}/masking",
    # Only managers and moderators: form_letters/test_letters_are_shown_as_one.py.
    "/ideas/{idea_id}/letters/difference",
    # Another's is unknown: accounts/test_passkeys.py, responses/test_owing_an_answer.py.
    *("/account/passkeys/{passkey_id}/removal", "/stand-ins/{stand_in_id}/ending"),
    # Of somebody who is disabled, or has lost an app; only admins: accounts/test_disabling.py.
    *("/people/{person_id}/enabling", "/people/{person_id}/second-factor/removal"),
    # Only admins of its organisation: openid_connect/test_configuring_providers.py.
    *(
        f"/identity-providers/{{provider_id}}{deed}"
        for deed in (
            *("", "/availability", "/groups", "/groups/{group_id}/removal"),
            *("/secret", "/trial"),
        )
    ),
    # Strangers sign in there; the other is signed by the provider: openid_connect/.
    "/openid-connect/{provider_id}/sign-ins",
    "/openid-connect/{provider_id}/logout-tokens",
    *("/challenges/{campaign_id}/questions", "/idea-boxes/{campaign_id}/questions"),
    # What others were told is unknown: notifications/test_reading.py.
    *("/notifications/{notification_id}/reading", "/notifications/choices"),
    # Whoever has the signed link, tried in notifications/test_choosing_mail.py.
    "/mail-choices/{person_id}/{signature}",
    "/mail-choices/{person_id}/{signature}/undoing",
    *("/ideas/{idea_id}/contributions", "/contributions/{contribution_id}/replies"),
    *("/contributions/{contribution_id}/thanks", "/demo/sign-in/{person_id}"),
    # Whoever has the link, tried in judging/test_inviting_judges.py.
    "/judging/invitations/{secret}",
    "/judging/invitations/{secret}/refusal",
    # Begins an entry of one's own.
    "/challenges/{campaign_id}/entries",
    # One chooses for oneself; a look answers with a page: safe_space/test_looking_at_who_it_is.py.
    *("/safe-space/{campaign_id}/own-name", "/safe-space/names/{voice_id}/looks"),
    # What moderators decided about a name: safe_space/test_own_texts_under_other_names.py.
    "/safe-space/names/{voice_id}/appeals",
    # Only one's own is found there: safe_space/test_ideas_under_own_names.py.
    *(f"/safe-space/{{campaign_id}}/own-name{deed}" for deed in OF_OWN_NAMES),
    # Strangers, too: moderation/test_reporting_and_appealing.py.
    "/reports/{kind}/{text_id}",
    # One accepts for oneself.
    "/challenges/{campaign_id}/rules/{number}/acceptance",
    # Only what the browser's own cookie names.
    "/kept-forms/{kept_id}",
    # These show what would change; the first only to the authors, the second to managers.
    "/contributions/{contribution_id}/adoption/changes",
    "/management/{campaign_id}/phases/schedule",
    # Makes a draft of one's own, in an organisation that one manages.
    "/management/new/{template}",
}
# Sent by the page, not by a person.
BY_THEMSELVES = {"/assignments/{assignment_id}/scores"}


@dataclass
class World:
    """Ada's idea with all that hangs on it, a draft, and everyone's browser."""

    db: AsyncSession
    browsers: dict[str, Browser]
    numbers: dict[str, Any]
    everyone: Everyone

    async def send(self, name: str, deed: Deed) -> httpx.Response:
        """Somebody tries it."""
        numbers = self.numbers | {key: self.numbers[one] for key, one in deed.named.items()}
        fields = {
            key.format(**numbers): [one.format(**numbers) for one in value]
            if isinstance(value, list)
            else value.format(**numbers)
            for key, value in deed.fields.items()
        }
        return await self.browsers[name].post(deed.path.format(**numbers), fields, files=deed.files)


@pytest.fixture(scope="module")
async def world_ground(database_url: str, template: str) -> AsyncIterator[Ground]:
    """Made once for all tests here."""
    async with ground_of_deeds(database_url, template) as made:
        yield made


@pytest.fixture
def its_ground(world_ground: Ground) -> Ground:
    """All tests here find the same."""
    return world_ground


@pytest.fixture
async def world(world_ground: Ground, db: AsyncSession, browse: Browse) -> World:
    return await world_on(world_ground, db, browse)


@asynccontextmanager
async def ground_of_deeds(server_url: str, template: str) -> AsyncIterator[Ground]:
    """The cast, everyone, and the things that somebody may do something to."""

    async def fill(db: AsyncSession) -> tuple[Cast, Everyone, dict[str, Any]]:
        cast = await make_cast(db)
        return cast, *await make_things(db, cast)

    async with ground(server_url, f"t_{os.getpid()}_deeds", template, fill) as made:
        yield made


async def world_on(made: Ground, db: AsyncSession, browse: Browse) -> World:
    """What stands on this ground, and everyone's browser."""
    _cast, everyone, numbers = made.filled
    browsers = {"a stranger": await browse(None)}
    for name, person in everyone.people.items():
        browsers[name] = await browse(person)
    own = Session.person_id == everyone.people["staff"].id
    session = await db.scalar(select(Session.id).where(own))
    return World(db, browsers, numbers | {"session_id": session}, everyone)


async def make_things(db: AsyncSession, cast: Cast) -> tuple[Everyone, dict[str, Any]]:
    """Everyone, and the numbers of the things that somebody may do something to."""
    everyone = await make_everyone(db, cast)
    people = everyone.people
    people["contributor"] = await make_person(db, "Contributor")
    people["facilitator"] = await make_person(db, "Facilitator", cast.city)
    people["sponsor"] = await make_person(db, "Sponsor", cast.ministry, Role.LEADER)
    acting = await make_acting(db)
    people.update(acting.people)
    box = await make_campaign(db, cast.city)
    idea = await make_idea(db, box, cast.ada)
    ready: dict[str, Any] = {
        "kind": CampaignKind.CHALLENGE,
        "description": "Why we ask",
        "closes": 9 * HOUR,
    }
    draft = await make_campaign(db, cast.city, published=False, **ready)
    discarded = await make_campaign(db, cast.city, published=False, **ready)
    discarded.discarded_at = datetime.now(UTC)
    # Here an admin looks at drafts before they are published.
    cast.transport.reviews_before_publishing = True
    planned = await make_campaign(db, cast.transport, published=False, **ready)
    local = datetime.combine(date.fromisoformat(SOON), datetime.min.time())
    plan = {"planned_by": people["manager"].id, "local_time": local, "timezone": "UTC"}
    db.add(PlannedPublication(campaign_id=planned.id, at=local.replace(tzinfo=UTC), **plan))
    waiting = await make_campaign(db, cast.transport, published=False, **ready)
    db.add(CampaignReview(campaign_id=waiting.id, asked_by=people["manager"].id))
    archived = await make_campaign(db, cast.city, archived_at=datetime.now(UTC))
    for name in AUTHORS - {"author"}:
        db.add(CoAuthor(idea_id=idea.id, person_id=people[name].id))
    build = await say(db, people["contributor"], idea.id)
    judge = select(RoleGrant.id).where(RoleGrant.person_id == people["judge"].id)
    return everyone, {
        "idea_id": idea.id,
        "campaign_id": box.id,
        "draft": draft.id,
        "discarded": discarded.id,
        "planned": planned.id,
        "waiting": waiting.id,
        "archived": archived.id,
        "fresh": (await make_campaign(db, cast.city)).id,
        "step": "basics",
        "box_seen": await _basics_seen(db, box),
        "draft_seen": await _basics_seen(db, draft),
        "rules_seen": RulesState(None, "").fingerprint,
        # Of a list that is empty.
        "list_seen": terms_fingerprint(await terms_of(db, draft.id), TermList.PRIZES),
        "document_id": await _make_document(db, cast.mia, draft),
        "contribution_id": build,
        "reply": await answer(db, cast.ada, build),
        "pledge_id": (await pledge(db, idea, people["sponsor"], accepted_at=None)).id,
        "accepted": (await pledge(db, idea, people["sponsor"], conditions="So.")).id,
        "given": (await pledge(db, idea, people["sponsor"], kept_at=func.now())).id,
        "person_id": people["staff"].id,
        "judge": people["judge"].id,
        "grant_id": await db.scalar(judge),
        "city": cast.city.id,
        "organisation_id": cast.transport.id,
        **await _make_tried(db, cast.ada, idea),
        **await _make_asked(db, cast, box),
        **await make_entries(db, cast, acting, people["manager"]),
        **await make_panels(db, cast, acting),
        **await make_results(db, cast, acting),
        **await make_votes(db, cast),
        **await make_answered(db, cast, people["leader"]),
        **await make_moderated(db, cast, people["contributor"], idea.id, build),
        **await make_spoken_for(db, cast, people["facilitator"], box, idea),
    }


async def _basics_seen(db: AsyncSession, campaign: Campaign) -> str:
    await db.refresh(campaign)
    return step_fingerprint(campaign, field_names(BasicsForm))


async def _make_document(db: AsyncSession, mia: Person, draft: Campaign) -> int:
    prepared = await prepare_document(PDF, "call.pdf")
    return await add_document(db, await viewer_of(db, mia), draft, prepared, "The call")


async def _make_asked(db: AsyncSession, cast: Cast, box: Campaign) -> dict[str, Any]:
    mia = await viewer_of(db, cast.mia)
    numbers = [await asked(db, box, cast.cem, f"When is {word}?") for word in ("it", "that")]
    await set_aside(db, mia, box, numbers[1], "So.")
    entry, other, hidden, merged = [
        await answered(db, box, cast.mia, [], question=f"Answer {number}?") for number in range(4)
    ]
    await hide_answer(db, mia, box, hidden.id, "So.")
    now = await written_answer(box, DATES, other.question, other.answer, "")
    await merge_answers(db, mia, box, Merge(merged.id, 1, other.id, 1), now)
    await keep_template(db, mia, box, TemplateText("Dates", "Soon.", ""))
    (template,) = await templates_for(db, box)
    new = await written_answer(box, DATES, ANSWER["question"], ANSWER["answer"], "")
    return {
        "question_id": numbers[0],
        "set_aside": numbers[1],
        "answer_id": entry.id,
        "answer_looked": seen_as(new, []),
        "other_answer": other.id,
        "hidden_answer": hidden.id,
        "merged_answer": merged.id,
        "merge_looked": seen_as(new, [entry.id, other.id, other.id]),
        "batch_looked": fingerprint_of([seen_as(new, [numbers[0]])]),
        "template_id": template.id,
        "announcement_id": await announce(db, mia, box, "News", "So.", "<p>So.</p>"),
        "announcement_seen": fingerprint_of(("News", "So.")),
    }


async def _make_tried(db: AsyncSession, ada: Person, idea: Idea) -> dict[str, Any]:
    viewer = await viewer_of(db, ada)
    found = await find_idea(db, viewer, idea.id)
    experiment = await plan_experiment(db, viewer, found, PLAN)
    day = date(2026, 3, 1)
    reading = await take_reading(db, viewer, found, experiment, value=Decimal(3), taken_on=day)
    await attach(db, viewer, found, await prepare(PDF, "plan.pdf"), "The plan")
    token = await db.scalar(select(Attachment.token))
    seen = fingerprint(await db.get_one(Experiment, experiment))
    return {"experiment_id": experiment, "reading_id": reading, "token": token, "seen": seen}


def test_every_deed_is_here(app: Litestar) -> None:
    known = {deed.path for deed in DEEDS} | EVERYBODYS
    there = {path for path, names in routes(app, "POST") if names}
    assert there <= known, "say in DEEDS who may do this, or in EVERYBODYS that everyone may"


@pytest.mark.slow
async def test_whoever_may_not_is_refused_and_nothing_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stranger sends more forms than are kept for one network.
    monkeypatch.setattr(kept_forms, "MOST_KEPT", 1_000)
    tried = 0
    before = await _rows(world.db)
    for deed in DEEDS:
        for name in set(world.browsers) - deed.may:
            answer = await world.send(name, deed)
            if name == "a stranger":
                # What a page sends by itself is not led to where one signs in.
                if deed.path not in BY_THEMSELVES:
                    assert answer.status_code == 303, deed.path
                    assert answer.headers["location"].startswith("/sign-in"), deed.path
                else:
                    assert answer.status_code == 401, deed.path
            else:
                # Nothing is kept of a draft: managers are not told one that is gone from none.
                forgotten = deed.path == "/management/{campaign_id}/removal"
                told = {303} if forgotten and "elsewhere" in name else set()
                # Captains are told to hand their entry over before they leave.
                told |= {409} if name == "captain" and deed.path.endswith("/departure") else set()
                assert answer.status_code in {403, 404} | told, (name, deed.path)
            tried += 1
        assert await _rows(world.db) == before, deed.path
    assert tried > 1_000


@pytest.mark.slow
async def test_whoever_may_can(world: World, database: Database) -> None:
    """So the refusals were for who sent the forms, not for what stood in them."""
    before = await _rows(world.db)
    for deed in DEEDS:
        for name in deed.may:
            async with undone(database):
                answer = await world.send(name, deed)
                done = 204 if deed.path in BY_THEMSELVES else 303
                assert answer.status_code == done, (name, deed.path, answer.text)
                assert await _rows(world.db) != before, (name, deed.path)
