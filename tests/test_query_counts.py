"""How many queries each page takes, written down: a page that needs more has to say so here.

Looked at are the richest pages of the demo, as a stranger, as the admin who sees and may do
most, and as an author. A new page needs a line.
"""

import os
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import create_app, guarded
from ideahub.campaigns.models import Campaign, CampaignKind, Phase
from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.core.db import Base
from ideahub.core.events import Event, Kind
from ideahub.core.site_keys import keys_of
from ideahub.entries.inviting import hash_of
from ideahub.entries.models import (
    Entry,
    EntryField,
    EntryFile,
    EntryInvitation,
    EntryMember,
    EntryRevision,
)
from ideahub.ideas.models import Idea
from ideahub.judging.inviting import hash_invitation
from ideahub.judging.models import (
    Assignment,
    CalibrationSample,
    Panel,
    PanelJudge,
    Score,
    Scorecard,
)
from ideahub.moderation.models import ModerationDecision
from ideahub.notifications.models import Notification
from ideahub.notifications.signed_links import DIGESTS, link_that_ends
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.organisations.models import Person
from ideahub.public_voting.models import BallotEntry
from ideahub.questions.models import AskedQuestion, FaqEntry
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer
from ideahub.responses.models import OwedResponse
from ideahub.results import kept_figures
from ideahub.results.models import (
    Appeal,
    Award,
    DecisionKind,
    DeliberationDecision,
    DeliberationItem,
    EntrantAnswer,
    EntrantLetter,
    LetterBatch,
    PanelResult,
    RunPlace,
)
from ideahub.safe_space.models import Voice
from ideahub.you_said.models import OutcomeSummary, SummaryVersion
from tests.support.crawling import RICH, Site, ask_for_a_code, attach_a_picture, starts
from tests.support.databases import own_database
from tests.support.growing import multiply
from tests.support.statements import made_anew, statements_run
from tests.support.visiting import ROLES, Answer, page_routes, walk

# Page → the queries that it takes for a stranger (0: refused, or not led there), and for
# whomever it takes most. The first is always the one that finds who is looking.
QUERIES = {
    # Whoever is signed in sees what is their own, too: eight more.
    "/": (10, 22),
    "/accessibility": (1, 1),
    "/account": (1, 8),
    "/account/password": (1, 2),
    "/account/sessions": (1, 2),
    "/attachments/{token}": (0, 3),
    "/ballot-entries/{id}": (8, 11),
    "/ballot-entries/{id}/files/{token}": (9, 9),
    "/attachments/{token}/small": (0, 3),
    "/challenges": (6, 6),
    "/challenges/{id}/calendar.ics": (5, 5),
    "/challenges/{id}": (18, 20),
    "/challenges/{id}/announcements": (3, 3),
    "/challenges/{id}/announcements/{id}": (3, 3),
    "/challenges/{id}/changes": (3, 3),
    "/challenges/{id}/feed.atom": (9, 9),
    "/challenges/{id}/questions": (4, 6),
    "/challenges/{id}/questions/{id}": (4, 4),
    # What one has accepted oneself takes three.
    "/challenges/{id}/rules": (5, 7),
    "/challenges/{id}/rules/{id}": (6, 8),
    # While the vote is open; what one voted for oneself, and whether one may, takes three.
    "/challenges/{id}/vote": (11, 14),
    "/challenges/{id}/vote/counts.csv": (4, 4),
    "/challenges/{id}/vote?phase": (11, 13),
    "/challenges?show": (6, 6),
    "/challenges?topic": (5, 5),
    "/challenges/{id}/conduct": (4, 4),
    "/challenges/{id}/moderation": (4, 4),
    "/challenges/{id}/moderation.csv": (4, 4),
    "/conduct": (2, 2),
    "/conduct/organisations/{id}": (4, 4),
    "/conduct/versions/{id}": (4, 4),
    "/idea-boxes/{id}/conduct": (3, 3),
    "/idea-boxes/{id}/moderation": (4, 4),
    "/idea-boxes/{id}/moderation.csv": (4, 4),
    "/management/{id}/moderation": (0, 6),
    "/moderation": (1, 12),
    "/moderation/appeals": (1, 4),
    "/moderation/appeals/{id}": (0, 6),
    "/moderation/cases/{id}": (0, 10),
    "/moderation/log": (3, 3),
    "/moderation/log.csv": (3, 3),
    "/moderation/own-reports": (1, 2),
    "/moderation/own-texts": (1, 4),
    "/moderation/own-texts/idea/{id}": (0, 4),
    "/moderation/settings": (1, 4),
    "/moderation?show": (0, 9),
    "/ideas/{id}/safe-space": (2, 10),
    "/management/{id}/safe-space": (0, 8),
    "/safe-space/names/{id}": (0, 13),
    "/safe-space/names/{id}/ideas/new": (0, 7),
    "/safe-space/{id}": (0, 6),
    "/safe-space/{id}/own-name": (0, 12),
    "/safe-space/{id}/own-name/ideas/new": (0, 8),
    "/safe-space/{id}/people/new": (0, 4),
    "/contributions/{id}/letters": (6, 6),
    "/reports/announcement/{id}": (3, 3),
    "/reports/contribution/{id}": (3, 4),
    "/reports/entry/{id}": (3, 4),
    "/reports/experiment/{id}": (3, 4),
    "/reports/idea/{id}": (3, 4),
    "/reports/lesson/{id}": (3, 3),
    "/reports/person/{id}": (3, 4),
    "/reports/pledge/{id}": (3, 4),
    "/reports/question/{id}": (3, 3),
    "/reports/received": (1, 1),
    "/contact": (1, 1),
    "/contributions/{id}": (7, 10),
    "/contributions/{id}/adoption": (3, 5),
    "/contributions/{id}/replies/new": (4, 10),
    "/contributions/{id}/replies/form": (0, 4),
    "/desk": (1, 7),
    "/desk/gates": (0, 7),
    "/desk/seeking": (0, 7),
    "/documents/{token}": (3, 3),
    "/development/mail": (1, 1),
    "/development/mail/{token}": (1, 1),
    "/entries": (1, 4),
    "/experiments/{id}": (7, 9),
    "/experiments/{id}/conclusion": (0, 7),
    "/experiments/{id}/adjustment": (0, 7),
    "/gallery": (1, 1),
    "/healthz": (0, 0),
    "/idea-boxes": (5, 5),
    "/idea-boxes/{id}": (15, 17),
    "/idea-boxes/{id}/changes": (3, 3),
    "/idea-boxes?topic": (5, 5),
    "/idea-boxes/{id}/announcements": (3, 3),
    "/idea-boxes/{id}/announcements/{id}": (3, 3),
    "/idea-boxes/{id}/feed.atom": (9, 9),
    "/idea-boxes/{id}/questions": (4, 6),
    "/idea-boxes/{id}/questions/{id}": (4, 4),
    "/ideas": (7, 8),
    # For a stranger the places that are open to everyone.
    "/ideas/new": (2, 4),
    "/ideas/new?within": (3, 4),
    "/ideas/similar": (2, 2),
    "/ideas/similar?but_not": (0, 2),
    # One is for which ideas are the newest.
    "/ideas/similar?title": (5, 5),
    "/ideas/{id}": (19, 29),
    "/ideas/{id}/attachments/new": (0, 6),
    "/ideas/{id}/contributions": (5, 7),
    "/ideas/{id}/contributions/new": (0, 4),
    "/ideas/{id}/contributions?kind": (6, 8),
    "/ideas/{id}/revision": (0, 6),
    "/ideas/{id}/decision": (0, 14),
    "/ideas/{id}/decision?to": (0, 14),
    "/ideas/{id}/experiments/new": (2, 4),
    "/ideas/{id}/history": (3, 3),
    "/ideas/{id}/history/{id}": (3, 3),
    "/ideas/{id}/pledges/new": (0, 5),
    "/ideas/{id}/supporters": (4, 5),
    "/ideas/{id}/letters": (8, 8),
    "/ideas/{id}/letters/difference": (3, 4),
    "/ideas?after&order": (7, 8),
    "/ideas?by": (0, 8),
    "/ideas?order": (7, 8),
    "/ideas?order&tag": (7, 9),
    "/ideas?stage": (7, 8),
    "/ideas?tag": (7, 9),
    "/ideas?within": (8, 9),
    "/assignments/{id}": (0, 9),
    "/assignments/{id}/recusal": (0, 4),
    "/joining": (1, 1),
    "/joining/name": (1, 1),
    "/imprint": (1, 1),
    "/judging": (1, 4),
    "/judging/invitations/{token}": (0, 6),
    "/judging/{id}": (0, 9),
    "/judging/{id}/conflicts": (0, 7),
    "/judging/{id}/conflicts/{id}": (0, 7),
    "/judging/{id}/expertise": (0, 4),
    "/judging/{id}/samples/{id}": (0, 5),
    "/judging/{id}/scores": (0, 9),
    "/lessons": (2, 2),
    "/management": (1, 3),
    "/management/new": (1, 3),
    "/management/new/{template}": (0, 4),
    "/management/reviews": (1, 2),
    "/management/{id}": (0, 20),
    "/management/{id}/announcements": (0, 7),
    "/management/{id}/announcements/{id}": (0, 5),
    "/management/{id}/single-answers": (0, 4),
    "/management/{id}/single-answers?of": (0, 6),
    "/management/{id}/answers": (0, 4),
    "/management/{id}/answers/new": (0, 5),
    "/management/{id}/answers/new?of": (0, 7),
    "/management/{id}/answers/{id}": (0, 6),
    "/management/{id}/archive": (0, 4),
    "/management/{id}/basics": (0, 7),
    "/management/{id}/check": (0, 14),
    "/management/{id}/copy": (0, 5),
    "/management/{id}/details": (0, 7),
    "/management/{id}/documents": (0, 5),
    "/management/{id}/eligibility": (0, 5),
    "/management/{id}/framing": (0, 7),
    "/management/{id}/vote": (0, 10),
    "/management/{id}/vote/entries/{id}/removal": (0, 5),
    "/management/{id}/vote?phase": (0, 10),
    "/management/{id}/partners": (0, 6),
    "/management/{id}/judging": (0, 4),
    "/management/{id}/judging/new": (0, 4),
    "/management/{id}/judging/{id}": (0, 11),
    "/management/{id}/judging/{id}/assignment": (0, 12),
    "/management/{id}/judging/{id}/criteria": (0, 5),
    "/management/{id}/judging/{id}/judges/{id}": (0, 6),
    "/management/{id}/judging/{id}/judges/{id}/names": (0, 6),
    "/management/{id}/judging/{id}/samples": (0, 5),
    "/management/{id}/judging/{id}/settings": (0, 5),
    "/management/{id}/phases": (0, 7),
    "/management/{id}/publication/plan": (1, 2),
    "/management/{id}/retraction": (1, 6),
    "/management/{id}/review": (1, 18),
    "/management/{id}/questions": (0, 5),
    "/management/{id}/questions/templates": (0, 5),
    "/management/{id}/questions?category": (0, 5),
    "/management/{id}/questions?show": (0, 5),
    "/management/{id}/merged-answers": (0, 3),
    "/management/{id}/merged-answers?of": (0, 5),
    "/notifications": (1, 3),
    "/notifications/choices": (1, 5),
    "/management/{id}/prizes": (0, 5),
    "/notifications/unread": (1, 2),
    "/management/{id}/rules": (0, 7),
    "/challenges/{id}/results": (16, 16),
    "/challenges/{id}/results/{id}": (12, 12),
    "/challenges/{id}/results/{id}/scores.json": (6, 6),
    "/deliberation/{id}": (0, 11),
    "/deliberation/{id}/minutes": (0, 12),
    "/entries/{id}": (0, 24),
    "/challenges/{id}/entries/new": (0, 10),
    "/entries/files/{token}": (0, 3),
    "/entries/files/{token}/neutral": (0, 3),
    "/entries/{id}/draft": (0, 10),
    "/invitations/{token}": (0, 7),
    "/management/{id}/entries": (0, 6),
    "/management/{id}/entries/new": (0, 4),
    "/management/{id}/entries?show": (0, 6),
    "/management/{id}/form": (0, 7),
    "/entries/{id}/receipts/{id}": (0, 4),
    "/entries/{id}/receipts/{id}/content": (0, 5),
    "/entries/{id}/result": (0, 10),
    "/management/{id}/results": (0, 3),
    "/management/{id}/results/{id}/advancements": (0, 9),
    "/management/{id}/results/{id}/answers": (0, 7),
    "/management/{id}/results/{id}/answers/{id}": (0, 6),
    "/management/{id}/results/{id}/answers?left": (0, 7),
    "/management/{id}/results/{id}/appeals": (0, 6),
    "/management/{id}/results/{id}/appeals/{id}": (0, 8),
    "/management/{id}/results/{id}/entries/{id}/readings": (0, 22),
    "/management/{id}/results/{id}/entries/{id}/scores": (0, 7),
    "/management/{id}/results/{id}/entries/{id}/scores/{id}/{id}": (0, 8),
    "/management/{id}/results/{id}/appeals/{id}/scores/{id}/{id}": (0, 8),
    "/management/{id}/results/{id}/awards": (0, 11),
    "/management/{id}/results/{id}/awards/{id}": (0, 7),
    "/management/{id}/results/{id}/exports": (0, 4),
    # A statement for each table of decisions; in portions of 500 rows.
    "/management/{id}/results/{id}/exports/decisions.csv": (0, 11),
    "/management/{id}/results/{id}/exports/decisions.json": (0, 11),
    "/management/{id}/results/{id}/exports/decisions.xlsx": (0, 11),
    "/management/{id}/results/{id}/exports/entries.csv": (0, 6),
    "/management/{id}/results/{id}/exports/entries.json": (0, 6),
    "/management/{id}/results/{id}/exports/entries.xlsx": (0, 6),
    "/management/{id}/results/{id}/exports/runs.csv": (0, 4),
    "/management/{id}/results/{id}/exports/runs.json": (0, 4),
    "/management/{id}/results/{id}/exports/runs.xlsx": (0, 4),
    "/management/{id}/results/{id}/exports/scores.csv": (0, 6),
    "/management/{id}/results/{id}/exports/scores.json": (0, 6),
    "/management/{id}/results/{id}/exports/scores.xlsx": (0, 6),
    "/management/{id}/results/{id}/letters": (0, 6),
    "/management/{id}/results/{id}/letters/{id}": (0, 5),
    "/management/{id}/results/{id}/letters?template": (0, 6),
    "/management/{id}/results/{id}/publication": (0, 6),
    "/management/{id}/results/{id}/readings": (0, 12),
    "/management/{id}/results/{id}/rule": (0, 5),
    "/management/{id}/results/{id}/runs/{id}": (0, 11),
    "/organisations": (1, 3),
    "/organisations/{id}": (6, 6),
    "/organisations/{id}/details": (0, 3),
    "/organisations/{id}/moderation": (0, 5),
    "/organisations/{id}/reviews": (0, 2),
    "/people": (1, 2),
    "/people/{id}": (0, 9),
    "/pipeline": (5, 5),
    "/pipeline?after&column": (5, 5),
    "/pledges": (1, 4),
    "/pledges/{id}": (4, 6),
    "/preferences": (1, 1),
    "/privacy": (1, 1),
    "/profiles/{id}": (9, 10),
    "/sign-in": (3, 3),
    "/sign-in/code": (1, 1),
    "/stand-ins": (1, 3),
    "/ideas/{id}/response": (6, 11),
    "/owed-answers": (1, 4),
    "/batches-of-answers/{id}": (0, 5),
    "/batches-of-answers/{id}/answers": (0, 4),
    "/batches-of-answers/{id}/answers/{id}": (0, 4),
    "/batches-of-answers/{id}/answers?after": (0, 4),
    "/management/{id}/leaders-answers/templates": (0, 5),
    "/challenges/{id}/answers": (5, 5),
    "/challenges/{id}/answers.csv": (3, 3),
    "/challenges/{id}/answers?show": (5, 5),
    "/organisations/{id}/answers": (5, 5),
    "/organisations/{id}/answers.csv": (3, 3),
    "/organisations/{id}/answers?show": (5, 5),
    "/management/{id}/response-clock": (0, 5),
    "/idea-boxes/{id}/answers": (0, 5),
    "/idea-boxes/{id}/answers.csv": (0, 3),
    "/account/authenticator": (1, 3),
    "/account/session": (1, 1),
    "/account/ways": (1, 6),
    "/challenges/{id}/you-said": (0, 8),
    "/challenges/{id}/you-said/versions/{id}": (0, 8),
    "/idea-boxes/{id}/you-said": (0, 4),
    "/idea-boxes/{id}/you-said/versions/{id}": (0, 4),
    "/ideas/{id}/response/brief": (0, 15),
    "/identity-providers": (1, 2),
    "/identity-providers/new": (1, 3),
    "/identity-providers/{id}": (0, 5),
    "/mail-choices/{id}/{token}?of": (0, 2),
    "/management/{id}/you-said": (0, 3),
    "/moderation/decisions/{id}": (0, 6),
    "/my-page": (1, 12),
    "/my-page/builds": (1, 2),
    "/my-page/following": (1, 6),
    "/my-page/ideas": (1, 2),
    "/my-page/support": (1, 2),
    "/notifications/{id}": (0, 2),
    "/openid-connect/connection": (2, 2),
    "/openid-connect/signed-out": (1, 1),
    "/openid-connect/{id}/keys": (0, 1),
    "/organisations/{id}/quarters": (5, 5),
    "/organisations/{id}/quarters/{id}/{id}": (8, 8),
    "/organisations/{id}/quarters/{id}/{id}/versions/{id}": (0, 8),
    "/profiles/{id}/record": (0, 5),
    "/proof": (1, 4),
    "/sign-in/second-factor": (1, 1),
    "/summaries/{id}": (0, 12),
    "/summaries/{id}/preview": (0, 10),
}
# At an idea whose experiment runs; and where it makes a difference that the idea is one's own.
BEGIN = "/ideas/1"
# Nothing leads there while nobody has asked for a review.
REVIEW = "/management/1/review"
# Where people have taken part, or it is published, these only lead back.
PLAN, RETRACTION = "/management/1/publication/plan", "/management/1/retraction"
OWN = [
    RICH,
    f"{RICH}/experiments/new",
    "/experiments/2",
    "/contributions/16/adoption",
    "/ideas?by=1",
]
SECRET = "s" * 43
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
# What is set up for a site and does not grow with its use, and what lists are made of.
SET_UP = {"gate", "gate_criterion", "email_code", "attempt", "outcome_summary"}
# Only a provider sends people there, with what belongs to their sign-in; only one that knows this
# site by a key has the certificate. And only links of before lead to the page of reviews.
NOT_LINKED = {
    "/openid-connect/{provider_id:int}/callback",
    "/openid-connect/{provider_id:int}/certificate",
    "/ideas/{idea_id:int}/review",
}
# Who speaks in the demo for people who cannot be named.
# Who is looked at in the safe space alone.
UNNAMED = {"facilitator": "Clara Nguyen", "hidden": "Elena Petrova"}
GROWS = ("campaign", "idea", "revision", "contribution", "pledge", "review", "reading", "event")


@pytest.fixture(scope="module")
async def demo(database_url: str, demo_template: str, config: Config) -> AsyncIterator[Site]:
    """The demo, filled in, with a file and a letter."""
    name = f"t_{os.getpid()}_query_counts"
    async with own_database(database_url, name, demo_template) as database:
        config = replace(config, demo=True)
        app = create_app(config, database, background=False)
        site = Site(app, guarded(app, config), config.public_url, database, Event)
        async with site.visit() as guest, site.visit(ROLES["author"]) as author:
            await ask_for_a_code(guest)
            await attach_a_picture(author)
        yield site


async def panel_pages(demo: Site) -> tuple[list[str], list[str]]:
    """Where the walks begin of who runs the panel that scores now, and of who judges in it."""
    async with demo.database.transaction() as db:
        panel = (await db.scalars(select(Panel).where(Panel.closed_at.is_(None)).limit(1))).one()
        of_phase = EntryMember.entry_id == Entry.id, Entry.phase_id == panel.entries_phase_id
        entrant = await db.scalar(select(EntryMember.person_id).where(*of_phase).limit(1))
        samples = select(CalibrationSample).where(CalibrationSample.panel_id == panel.id)
        sample = (await db.scalars(samples.limit(1))).one()
        invited = select(PanelJudge).where(PanelJudge.panel_id == panel.id).limit(1)
        (await db.scalars(invited)).one().secret_hash = hash_invitation(SECRET)
        await db.flush()
        finished = await _scores_opened(db)
    at = f"/judging/{panel.id}"
    own = [f"{at}/conflicts/{entrant}", f"{at}/samples/{sample.id}", f"/judging/{finished}/scores"]
    own.append(f"/judging/invitations/{SECRET}")
    managed = f"/management/{panel.campaign_id}/judging/{panel.id}"
    return [managed], ["/judging", at, f"{at}/conflicts", *own]


async def _scores_opened(db: AsyncSession) -> int:
    """The panel with a final result, whose judges have looked at what the others gave."""
    panel = (await db.scalars(select(Panel).where(Panel.closed_at.is_not(None)).limit(1))).one()
    panel.shares_scores = True
    for judge in await db.scalars(select(PanelJudge).filter_by(panel_id=panel.id)):
        judge.scores_opened_at = panel.closed_at
    number: int = panel.id
    return number


async def entry_pages(demo: Site) -> tuple[list[str], list[str]]:
    """Where the walks begin of who manages a challenge that takes entries again, and of somebody of
    the team of one, with a file and an invitation. To be called after all other walks."""
    async with demo.database.transaction() as db:
        panel = (await db.scalars(select(Panel).where(Panel.closed_at.is_(None)).limit(1))).one()
        phase = await db.get_one(Phase, panel.entries_phase_id)
        phase.closes_at = datetime.now(UTC) + timedelta(days=1)
        of_team = EntryMember.entry_id == Entry.id, EntryMember.person_id == Person.id
        own = select(Entry.id, Person.id).where(*of_team, Entry.phase_id == phase.id)
        own = own.where(Person.name == ROLES["citizen"])
        entry, person = (await db.execute(own)).one()
        file = {"token": "f" * 32, "media_type": "application/pdf", "file_name": "plan.pdf"}
        kept = {"digest": b"", "size": len(PDF), "content": PDF}
        db.add(EntryFile(entry_id=entry, field_key="q1", added_by=person, **file, **kept))
        judge = select(Person.email).where(Person.name == ROLES["judge"])
        invited = {"address": await db.scalar(judge), "secret_hash": hash_of(SECRET)}
        until = phase.closes_at
        db.add(EntryInvitation(entry_id=entry, invited_by=person, expires_at=until, **invited))
    managed = f"/management/{panel.campaign_id}"
    files = f"/entries/files/{file['token']}"
    own_pages = [f"/challenges/{panel.campaign_id}/entries/new", f"/entries/{entry}/draft"]
    own_pages += [files, f"{files}/neutral"]
    return [f"{managed}/form", f"{managed}/entries", f"{managed}/entries/new"], own_pages


async def vote_pages(demo: Site) -> tuple[list[str], list[str]]:
    """Where the walks begin of who reads a public vote that is open, and of who manages it."""
    async with demo.database.transaction() as db:
        phase = (
            await db.scalars(
                select(Phase).where(
                    Phase.accepts.contains(["public_voting"]), Phase.closes_at > datetime.now(UTC)
                )
            )
        ).one()
        first = select(BallotEntry).where(BallotEntry.phase_id == phase.id).order_by("id").limit(1)
        entry = (await db.scalars(first)).one()
        written = await db.get_one(EntryRevision, entry.revision_id)
        token = "v" * 32
        field = EntryField(
            form_id=written.form_id, position=99, key="q99", kind="file", label="Plan"
        )
        field.shown_public = True
        file = {"token": token, "media_type": "application/pdf", "file_name": "plan.pdf"}
        kept = {"digest": b"", "size": len(PDF), "content": PDF}
        by = {"entry_id": entry.entry_id, "field_key": "q99", "added_by": entry.added_by}
        written.answers = {**written.answers, "q99": token}
        db.add_all([field, EntryFile(**by, **file, **kept)])
        over = select(Phase.campaign_id).where(
            Phase.accepts.contains(["public_voting"]), Phase.closes_at < datetime.now(UTC)
        )
        counted = await db.scalar(over)
        like = await db.scalar(select(Contribution.id).where(Contribution.letters > 0))
        letter = await db.scalar(select(Idea.id).where(Idea.letter_of.is_not(None)).limit(1))
    public = [f"/challenges/{phase.campaign_id}/vote", f"/ballot-entries/{entry.id}"]
    public += [f"/ballot-entries/{entry.id}/files/{token}", f"/challenges/{counted}/vote"]
    public.append(f"/challenges/{counted}/vote/counts.csv")
    for answers_at in ("/challenges/1", "/idea-boxes/4", "/organisations/1"):
        public += [f"{answers_at}/answers", f"{answers_at}/answers.csv"]
    public.append(f"/contributions/{like}/letters")
    public += [f"/ideas/{letter}/letters", f"/ideas/{letter}/letters/difference"]
    at = f"/management/{phase.campaign_id}/vote"
    return public, [*public, at, f"{at}/entries/{entry.id}/removal"]


async def question_pages(demo: Site) -> list[str]:
    """Where the walk begins of who answers an open question by itself, and merges two answers."""
    async with demo.database.transaction() as db:
        asked = (await db.scalars(select(AskedQuestion).where(AskedQuestion.is_open))).first()
        two = select(FaqEntry.id).where(FaqEntry.campaign_id == asked.campaign_id).limit(2)
        first, second = (await db.scalars(two.order_by(FaqEntry.id))).all()
    at = f"/management/{asked.campaign_id}"
    chosen = [f"{at}/single-answers?of={asked.id}", f"{at}/merged-answers?of={first}&of={second}"]
    return [*chosen, f"{at}/single-answers", f"{at}/merged-answers"]


async def result_pages(demo: Site) -> tuple[list[str], list[str], str]:
    """Where the walks begin of who manages a published result, and of the captain of an entry with
    a place in it, whose role is the last."""
    async with demo.database.transaction() as db:
        final = select(PanelResult).where(PanelResult.final_at.is_not(None))
        result = (await db.scalars(final)).one()
        panel = await db.get_one(Panel, result.panel_id)
        place = select(EntryMember.entry_id, Person.name).join(
            Person, Person.id == EntryMember.person_id
        )
        place = place.join(RunPlace, RunPlace.entry_id == EntryMember.entry_id)
        named = Person.name.in_(ROLES.values())
        entry, name = (
            await db.execute(place.where(RunPlace.run_id == result.run_id, named).limit(1))
        ).one()
        card = await db.scalar(
            select(Scorecard.id)
            .join(Assignment, Assignment.id == Scorecard.assignment_id)
            .join(Appeal, Appeal.entry_id == Assignment.entry_id)
            .where(Assignment.panel_id == panel.id)
            .limit(1)
        )
        criterion = await db.scalar(select(Score.criterion_id).filter_by(scorecard_id=card))
        appeal = await db.scalar(select(Appeal.id))
        appealed = await db.scalar(select(Appeal.entry_id))
        award = await db.scalar(select(Award.id))
        answer = await db.scalar(select(EntrantAnswer.id).filter_by(result_id=result.id))
        item = DeliberationItem(panel_id=panel.id, entry_id=entry, raised_by=1)
        db.add(item)
        await db.flush()
        again = DecisionKind.THIRD_READING
        db.add(DeliberationDecision(item_id=item.id, kind=again, reason="So.", decided_by=1))
        batch = LetterBatch(
            result_id=result.id, recipients="others", subject="Hello", text="Hello.", written_by=1
        )
        db.add(batch)
        await db.flush()
        db.add(EntrantLetter(batch_id=batch.id, entry_id=entry, subject="Hello", text="Hello."))
    public, meeting = f"/challenges/{panel.campaign_id}/results", f"/deliberation/{panel.id}"
    at = f"/management/{panel.campaign_id}/results/{panel.id}"
    managed = [public, f"{public}/{result.id}", f"{public}/{result.id}/scores.json"]
    managed += [meeting, f"{meeting}/minutes", f"/management/{panel.campaign_id}/results"]
    managed += [f"{at}/{page}" for page in ("appeals", "awards", "answers", "letters", "exports")]
    managed += [f"{at}/{page}" for page in ("advancements", "publication", "rule", "runs/1")]
    managed += [f"{at}/appeals/{appeal}", f"{at}/awards/{award}", f"{at}/answers/{answer}"]
    managed += [f"{at}/appeals/{appeal}/scores/{card}/{criterion}", f"{at}/letters/{batch.id}"]
    managed += [f"{at}/entries/{appealed}/scores/{card}/{criterion}"]
    managed += [f"{at}/readings", f"{at}/entries/{item.entry_id}/readings"]
    managed += [f"{at}/exports/entries.csv", f"{at}/letters?template=others"]
    role = next(role for role, person in ROLES.items() if person == name)
    return managed, [f"/entries/{entry}", f"/entries/{entry}/result"], role


class NothingKept(dict[Any, Any]):
    """Forgets at once what is put into it."""

    def __contains__(self, _key: object) -> bool:
        """No."""
        return False


@pytest.fixture(scope="module", autouse=True)
def figures_anew() -> Iterator[None]:
    """The figures of a result, which each process computes once, are computed for each page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_figures, "_kept", NothingKept())
        yield


@pytest.fixture(scope="module")
async def answers(demo: Site) -> dict[str, list[Answer]]:
    """What each of them is answered by one page of each kind; the author by her own."""
    found = {}
    for role in ("stranger", "admin"):
        async with demo.visit((ROLES | UNNAMED)[role]) as visitor:
            found[role] = await walk(
                visitor,
                [BEGIN, REVIEW, PLAN, RETRACTION, *starts(demo.app)],
                pages=1,
                filtered=1,
            )
    known = {answer.pattern for answer in found["admin"] if answer.status < 400}
    async with demo.visit(ROLES["author"]) as author:
        found["author"] = await walk(author, OWN, pages=1, filtered=1, known=known)
    known |= {answer.pattern for answer in found["author"] if answer.status < 400}
    managed, judged = await panel_pages(demo)
    async with demo.visit(ROLES["admin"]) as admin:
        found["admin"] += await walk(admin, managed, pages=1, filtered=1, known=known)
    async with demo.visit(ROLES["judge"]) as judge:
        found["judge"] = await walk(judge, judged, pages=1, filtered=1, known=known)
    known |= {one.pattern for some in found.values() for one in some if one.status < 400}
    managed, own, role = await result_pages(demo)
    public = {answer.pattern for answer in found["stranger"] if answer.status < 400}
    async with demo.visit(ROLES["stranger"]) as stranger:
        found["stranger"] += await walk(stranger, managed[:3], pages=1, filtered=1, known=public)
    async with demo.visit(ROLES["admin"]) as admin:
        found["admin"] += await walk(admin, managed, pages=1, filtered=1, known=known)
    async with demo.visit((ROLES | UNNAMED)[role]) as captain:
        found.setdefault(role, [])
        found[role] += await walk(captain, own, pages=1, filtered=1, known=known)
    known |= {one.pattern for some in found.values() for one in some if one.status < 400}
    managed, own = await entry_pages(demo)
    managed += await question_pages(demo)
    async with demo.visit(ROLES["admin"]) as admin:
        found["admin"] += await walk(admin, managed, pages=1, filtered=1, known=known)
    async with demo.visit(ROLES["citizen"]) as member:
        found.setdefault("citizen", [])
        found["citizen"] += await walk(member, own, pages=1, filtered=1, known=known)
    known |= {one.pattern for some in found.values() for one in some if one.status < 400}
    read, managed = await vote_pages(demo)
    for role, walked in (("stranger", read), ("author", read), ("admin", managed)):
        async with demo.visit((ROLES | UNNAMED)[role]) as visitor:
            met = {answer.pattern for answer in found[role] if answer.status < 400}
            found[role] += await walk(visitor, walked, pages=1, filtered=1, known=known | met)
    async with demo.visit(ROLES["admin"]) as admin:
        found["admin"] += await walk(admin, await boxes_pages(demo), pages=1, known=known)
    async with demo.visit(ROLES["admin"]) as admin:
        found["admin"] += await walk(admin, await told_pages(demo), pages=1, known=known)
    async with demo.visit(ROLES["moderator"]) as moderator:
        found["moderator"] = await walk(moderator, await ruled_pages(demo), pages=1, known=known)
    async with demo.visit(ROLES["author"]) as author:
        found["author"].append(await author.look(await own_page(demo)))
    async with demo.visit(UNNAMED["facilitator"]) as facilitator:
        found["facilitator"] = [await facilitator.look(at) for at in await unnamed_pages(demo)]
    async with demo.visit(UNNAMED["hidden"]) as hidden:
        found["hidden"] = [await hidden.look(at) for at in await own_name_pages(demo)]
    async with demo.visit(ROLES["judge"]) as invited:
        found["judge"].append(await invited.look(f"/invitations/{SECRET}"))
    return found


async def boxes_pages(demo: Site) -> list[str]:
    """The pages about moderation of an idea box, to which few pages lead."""
    box = select(Campaign.id).where(Campaign.kind == CampaignKind.IDEA_BOX, Campaign.is_public)
    async with demo.database.reading() as db:
        number = (await db.scalars(box.order_by(Campaign.id).limit(1))).one()
    pages = ("conduct", "moderation", "moderation.csv")
    return [f"/idea-boxes/{number}/{page}" for page in pages]


async def told_pages(demo: Site) -> list[str]:
    """Summaries, track records, owed answers, providers of sign-ins and what one is told: pages to
    which few others lead."""
    async with demo.database.transaction() as db:
        found = await db.scalars(select(OutcomeSummary).order_by(OutcomeSummary.id))
        summaries = list(found)
        owed = await db.scalar(
            select(OwedResponse.idea_id).where(OwedResponse.answered_at.is_(None))
        )
        admin = await db.scalar(select(Person.id).where(Person.name == ROLES["admin"]))
        event = await db.scalar(select(Event.id).limit(1))
        told = Notification(
            person_id=admin, event_id=event, kind=Kind.IDEA_POSTED, subject="New", text="New."
        )
        box = select(Campaign.id).where(Campaign.kind == CampaignKind.IDEA_BOX, Campaign.is_public)
        summaries += [await copied(db, summaries[0], await db.scalar(box.limit(1)) or 0)]
        provider = OpenIdProvider(
            organisation_id=1,
            name="Work",
            issuer="https://work.example",
            client_id="us",
            proves_itself_by="private_key_jwt",
            sealed_key=None,
            scopes="openid",
            groups_claim="groups",
        )
        db.add_all([provider, told])
        await db.flush()
        link = link_that_ends(keys_of(db), admin or 0, DIGESTS)
        letters = await db.scalar(select(Idea.id).where(Idea.letters > 0))
        said = {"verdict": "yes", "body": "Yes to “{title}”."}
        batch = AnswerBatch(person_id=admin, said=said, written_at=datetime.now(UTC))
        db.add(batch)
        await db.flush()
        row = BatchAnswer(batch_id=batch.id, idea_id=owed)
        db.add(row)
        await db.flush()
        many = f"/batches-of-answers/{batch.id}"
    at = [f"/summaries/{one.id}" for one in summaries[:1]]
    pages = [*at, *(f"{one}/preview" for one in at), "/organisations/1/quarters"]
    for one in summaries:
        kind = "idea-boxes" if one is summaries[-1] else "challenges"
        place = f"/{kind}/{one.campaign_id}/you-said"
        if one.starts_on:
            quarter = (one.starts_on.month + 2) // 3
            place = f"/organisations/{one.organisation_id}/quarters/{one.starts_on.year}/{quarter}"
        pages += [f"{place}", f"{place}/versions/1"]
    pages += [
        f"/ideas/{owed}/response/brief",
        "/owed-answers",
        many,
        f"{many}/answers",
        f"{many}/answers/{row.id}",
        f"/ideas/{letters}/letters",
        "/profiles/8/record",
        f"/notifications/{told.id}",
        link,
    ]
    return [*pages, f"/identity-providers/{provider.id}", f"/openid-connect/{provider.id}/keys"]


async def copied(db: AsyncSession, summary: OutcomeSummary, box: int) -> OutcomeSummary:
    """The same summary, published, of an idea box."""
    first = (await db.scalars(select(SummaryVersion).filter_by(summary_id=summary.id))).first()
    assert first
    own = OutcomeSummary(
        campaign_id=box,
        prepared_by=summary.prepared_by,
        sentences=[],
        section_order=summary.section_order,
        version=1,
    )
    db.add(own)
    await db.flush()
    db.add(
        SummaryVersion(
            summary_id=own.id,
            number=1,
            published_by=first.published_by,
            so_far=True,
            section_order=first.section_order,
            sentences=[],
            figures_at=first.figures_at,
            saved=0,
            idea_ids=[],
        )
    )
    return own


async def unnamed_pages(demo: Site) -> list[str]:
    """The pages of somebody who speaks for others."""
    async with demo.database.reading() as db:
        voice = (await db.scalars(select(Voice).order_by(Voice.id).limit(1))).one()
        said = select(Contribution.idea_id).where(Contribution.author_id == voice.person_id)
        idea = (await db.scalars(said.limit(1))).one()
    name = f"/safe-space/names/{voice.id}"
    space = f"/safe-space/{voice.campaign_id}"
    return [space, f"{space}/people/new", name, f"{name}/ideas/new", f"/ideas/{idea}/safe-space"]


async def own_name_pages(demo: Site) -> list[str]:
    """The pages of somebody who chose a name for themselves."""
    async with demo.database.reading() as db:
        voice = (await db.scalars(select(Voice).where(Voice.signature.is_not(None)).limit(1))).one()
    own = f"/safe-space/{voice.campaign_id}/own-name"
    return [own, f"{own}/ideas/new"]


async def own_page(demo: Site) -> str:
    """Where an author takes personal data out of an idea."""
    named = Person.name == ROLES["author"]
    own = select(Idea.id).join(Person, Person.id == Idea.author_id).where(named)
    async with demo.database.reading() as db:
        return f"/moderation/own-texts/idea/{(await db.scalars(own.limit(1))).first()}"


async def ruled_pages(demo: Site) -> list[str]:
    """A decision of a moderator."""
    async with demo.database.reading() as db:
        number = (await db.scalars(select(ModerationDecision.id).limit(1))).first()
    return [f"/moderation/decisions/{number}"]


def counts(answers: dict[str, list[Answer]]) -> dict[str, tuple[int, int]]:
    """Page → queries for the stranger, who sees not all of them, and for whom they are most."""
    found: dict[str, dict[str, int]] = {}
    for role, some in answers.items():
        for answer in some:
            if answer.status < 400:
                found.setdefault(answer.pattern, {})[role] = answer.queries
    return {page: (took.get("stranger", 0), max(took.values())) for page, took in found.items()}


@pytest.mark.slow
async def test_each_page_takes_as_many_queries_as_written_here(
    answers: dict[str, list[Answer]],
) -> None:
    assert counts(answers) == QUERIES


@pytest.mark.slow
async def test_no_page_makes_the_same_query_twice(answers: dict[str, list[Answer]]) -> None:
    every = [answer for some in answers.values() for answer in some]
    repeated = {one.pattern: one.repeated for one in every if one.status < 400 and one.repeated}
    assert repeated == {}


@pytest.mark.slow
async def test_every_page_there_is_was_looked_at(
    demo: Site, answers: dict[str, list[Answer]]
) -> None:
    looked = {answer.path for some in answers.values() for answer in some if answer.status < 400}
    # Without the listener the site is not ready, and says so.
    missing = [route for route in page_routes(demo.app) if not _is_one(route, looked | {"/readyz"})]
    assert set(missing) == NOT_LINKED


def _is_one(route: str, addresses: set[str]) -> bool:
    path = re.compile(re.sub(r"{\w+:int}", r"\\d+", re.sub(r"{\w+:str}", "[^/]+", route)))
    return any(path.fullmatch(address) for address in addresses)


# Pages that are asked for most: what they look up is built once, at import. A statement made for
# each request costs milliseconds, most of them for finding out that it was compiled before.
HOT = (
    "/",
    "/challenges",
    "/challenges?topic=mobility",
    "/challenges/1",
    "/challenges/1/questions",
    "/idea-boxes",
    "/ideas",
    "/ideas?q=bus",
    "/ideas?order=rising&tag=school",
    "/ideas?order=needs-a-build&stage=spark",
    "/ideas?within=1&by=1",
    RICH,
    f"{RICH}/history",
    f"{RICH}/history/1",
    f"{RICH}/contributions?kind=build",
    "/contributions/16",
    "/experiments/2",
    "/lessons",
    "/pipeline",
    "/pipeline?in=1",
    "/pipeline?organisation=1&stuck=1",
    "/pledges",
)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["stranger", "author", "leader", "admin"])
async def test_hot_pages_build_no_statement(demo: Site, role: str) -> None:
    anew = {}
    async with demo.visit((ROLES | UNNAMED)[role]) as visitor:
        for path in HOT:
            with statements_run(demo.engine) as first:
                found = await visitor.look(path)
            with statements_run(demo.engine) as second:
                await visitor.look(path)
            assert found.status == 200 or (role, path) == ("stranger", "/pledges"), path
            assert first
            anew[path] = made_anew(first, second)
    assert {path: built for path, built in anew.items() if built} == {}


# Where a part of the page may be there only once there is more: one query more, however much.
ONE_PART_MORE = {"/assignments/{id}"}


@pytest.mark.slow
async def test_more_of_everything_takes_no_more_queries(
    demo: Site, answers: dict[str, list[Answer]]
) -> None:
    most = {page: number for page, (_stranger, number) in counts(answers).items()}
    tables = [table for table in Base.metadata.sorted_tables if table.name not in SET_UP]
    async with demo.database.transaction() as db:
        added = await multiply(db, tables, 9)
    assert [name for name in GROWS if added[name] < 9] == []
    grown = []
    for role, some in answers.items():
        async with demo.visit((ROLES | UNNAMED)[role]) as visitor:
            for before in some:
                heaviest = before.queries == most.get(before.pattern)
                if before.status == 200 and (heaviest or role == "stranger"):
                    after = await visitor.look(before.path)
                    most_now = before.queries + (before.pattern in ONE_PART_MORE)
                    if after.status != 200 or not before.queries <= after.queries <= most_now:
                        grown.append((role, after.path, before.queries, after.queries))
    assert grown == []
