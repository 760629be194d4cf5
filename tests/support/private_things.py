"""Everything that somebody may not know of, each with a word that stands nowhere else."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.documents import add_document, prepare_document
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.terms_models import (
    CampaignDocument,
    CampaignPartner,
    EligibilityQuestion,
    Prize,
    RulesVersion,
)
from ideahub.conversation.adopting import Adoption, adopt
from ideahub.conversation.contributing import contribute, reply
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.queries import find_contribution
from ideahub.core.events import Kind, record
from ideahub.entries.entering import Written, begin_entry, save_entry
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.inviting import invite
from ideahub.entries.models import EntryFile, EntryInvitation
from ideahub.ideas.attaching import attach, prepare
from ideahub.ideas.models import Attachment, Idea, Stage
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, count_idea, post_idea, withdraw_idea
from ideahub.ideas.voting import vote
from ideahub.moderation.models import (
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
)
from ideahub.organisations.models import Organisation, Person, RoleGrant
from ideahub.pipeline.advancing import decide
from ideahub.pipeline.concluding import conclude_experiment
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.experimenting import (
    ExperimentPlan,
    change_experiment,
    fingerprint,
    plan_experiment,
)
from ideahub.pipeline.models import Decision, Experiment
from ideahub.pipeline.observing import take_reading
from ideahub.questions.announcing import announce
from ideahub.questions.answering import answer_questions, written_answer
from ideahub.questions.asking import ask
from ideahub.questions.models import QuestionCategory
from ideahub.safe_space.facilitating import name_facilitator
from ideahub.safe_space.finding import find_space, find_voice
from ideahub.safe_space.identity import RealPerson
from ideahub.safe_space.settings import Space, change_space
from ideahub.safe_space.speaking import say, support
from ideahub.safe_space.voices import hide_behind, speak_for
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge
from ideahub.you_said.editing import save_words
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.preparing import prepare_for_campaign
from ideahub.you_said.publishing import publish
from tests.support.cast import Cast, add, make_campaign, make_person, viewer_of
from tests.support.judged_things import JUDGED, PEER, UNRELEASED, make_judged_things
from tests.support.sealing import give_keys

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
INTERNAL, DRAFT, HIDDEN, WITHDRAWN = "quokka", "axolotl", "pangolin", "narwhal"
ENTRY = "ibis"
UNDERCOVER, HER_BODY = "Wilhelmina Undercover", "Bureau of Undertakings"
# Somebody who takes part behind a chosen name alone; and what is sealed about another, which no
# page but the answer to a look shows.
BEHIND, SEALED, SEALED_NOTE = "Hilda Backsett", "Zebedee Underseal", "Tollmouth refuge"
MARKS = (
    *(INTERNAL, DRAFT, HIDDEN, WITHDRAWN, ENTRY, UNDERCOVER, HER_BODY),
    *(BEHIND, SEALED, SEALED_NOTE),
    *(JUDGED, PEER, UNRELEASED),
)
# What the private things are about: whoever searches for it finds none of them.
LURE = "zeppelin"


@dataclass
class Things:
    """The numbers of what is private, by what their address calls them."""

    numbers: dict[str, dict[str, list[int | str]]] = field(default_factory=dict)
    # Of what is around it, which others may open, and find nothing of it there.
    around: dict[str, dict[str, list[int | str]]] = field(default_factory=dict)
    undercover: int = 0

    def add(self, mark: str, name: str, number: int | str) -> None:
        """One more private thing of this mark."""
        self.numbers.setdefault(mark, {}).setdefault(name, []).append(number)

    def put_around(self, mark: str, name: str, *numbers: int | str) -> None:
        """Numbers of what somebody may open who may not know of what has this mark."""
        self.around.setdefault(mark, {}).setdefault(name, []).extend(numbers)


async def make_private_things(db: AsyncSession, cast: Cast) -> Things:
    """An internal box with all that can be in one, a draft, what was hidden and withdrawn, and
    somebody who writes under another name."""
    things = Things()
    await _internal(db, cast, things)
    await _draft(db, cast, things)
    public = await make_campaign(db, cast.city, allows_pseudonyms=True, title="Open to all")
    await _hidden(db, cast, public, things)
    await _withdrawn(db, cast, public, things)
    await _undercover(db, cast, public, things)
    await _unnamed(db, cast, public, things)
    await _entered(db, cast, things)
    await make_judged_things(db, cast, things)
    return things


async def _internal(db: AsyncSession, cast: Cast, things: Things) -> None:
    box = await make_campaign(
        db,
        cast.city,
        audience=Audience.INTERNAL,
        title=f"A {LURE} {INTERNAL}",
        question=f"How might we {LURE} {INTERNAL}?",
        topics=[f"{INTERNAL} topic"],
        description=INTERNAL,
    )
    things.add(INTERNAL, "campaign_id", box.id)
    idea = await _idea(db, box, cast.ada, INTERNAL)
    await _filled(db, cast, idea, INTERNAL, things)
    await _asked(db, cast, box, INTERNAL, things)
    await _summed_up(db, cast, box, INTERNAL, things)


async def _entered(db: AsyncSession, cast: Cast, things: Things) -> None:
    """A draft of an entry to a challenge that everyone sees: its team alone knows of it."""
    contest = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, accepts=[Accepts.ENTRIES], title="A contest"
    )
    phase_id = await db.scalar(select(Phase.id).where(Phase.campaign_id == contest.id))
    assert phase_id
    ada = await viewer_of(db, cast.ada)
    entry_id = await begin_entry(db, ada, contest.id, phase_id)
    form = await form_in_use(db, phase_id)
    assert form
    written = Written(f"The {LURE} {ENTRY}", f"Team {ENTRY}", {form.fields[0].key: ENTRY})
    await save_entry(db, ada, entry_id, form, written, seen=0)
    await invite(db, ada, entry_id, f"{ENTRY}@mail.example", site="")
    file = EntryFile(
        entry_id=entry_id,
        field_key="q9",
        added_by=cast.ada.id,
        token="e" * 32,
        media_type="application/pdf",
        file_name=f"{ENTRY}.pdf",
        digest=b"",
        size=len(PDF),
        content=PDF,
    )
    await add(db, file)
    things.add(ENTRY, "entry_id", entry_id)
    things.add(ENTRY, "token", file.token)
    invited = select(EntryInvitation.id).where(EntryInvitation.entry_id == entry_id)
    things.add(ENTRY, "invitation_id", (await db.scalars(invited)).one())


async def _asked(db: AsyncSession, cast: Cast, box: Campaign, mark: str, things: Things) -> None:
    ben, mia = await viewer_of(db, cast.ben), await viewer_of(db, cast.mia)
    other = QuestionCategory.OTHER
    asked = [await ask(db, ben, box, other, f"{word} {mark}?") for word in ("What", "Who")]
    answer = await written_answer(box, other, f"Public {mark}?", f"Answer {mark}", f"Dear {mark}")
    entry = await answer_questions(db, mia, box, asked[:1], answer)
    news = await announce(db, mia, box, f"News {mark}", f"Text {mark}", f"<p>{mark}</p>")
    things.add(mark, "question_id", asked[1])
    things.add(mark, "answer_id", entry.id)
    things.add(mark, "announcement_id", news)


async def _summed_up(
    db: AsyncSession, cast: Cast, box: Campaign, mark: str, things: Things
) -> None:
    """What was said and done there, as it was published."""
    mia = await viewer_of(db, cast.mia)
    summary = await db.get_one(OutcomeSummary, await prepare_for_campaign(db, mia, box))
    save_words(mia, summary, summary.saved, f"Thanks for each {mark}", {}, ())
    await publish(db, mia, summary, summary.saved)
    things.add(mark, "summary_id", summary.id)


async def _idea(
    db: AsyncSession, box: Campaign, author: Person, mark: str, pseudonym: str = ""
) -> Idea:
    written = IdeaText(
        title=f"The {LURE} {mark}",
        body=f"A {LURE} with a {mark}",
        why=f"Why {mark}",
        tags=[f"{mark} tag"],
        pseudonym=pseudonym,
    )
    idea = await post_idea(db, await viewer_of(db, author), box, written)
    await db.refresh(idea)
    return idea


async def _filled(db: AsyncSession, cast: Cast, idea: Idea, mark: str, things: Things) -> None:
    things.add(mark, "idea_id", idea.id)
    things.add(mark, "text_id", idea.id)
    await _talked(db, cast, idea, mark, things)
    await _backed(db, cast, idea, mark, things)
    await _tried(db, cast, idea, mark, things)
    ada = await viewer_of(db, cast.ada)
    found = await find_idea(db, ada, idea.id)
    prepared = await prepare(PDF, f"{mark}.pdf")
    await attach(db, ada, found, prepared, f"A drawing of the {mark}")
    token = await db.scalar(select(Attachment.token).order_by(Attachment.id.desc()).limit(1))
    things.add(mark, "token", token or "")


async def _talked(db: AsyncSession, cast: Cast, idea: Idea, mark: str, things: Things) -> None:
    ben, ada = await viewer_of(db, cast.ben), await viewer_of(db, cast.ada)
    found = await find_idea(db, ben, idea.id)
    await vote(db, ben, found)
    for kind in ContributionKind:
        made = await contribute(db, ben, found, kind, f"{kind} {mark}", f"mend {mark}")
        if kind is ContributionKind.BUILD:
            things.add(mark, "contribution_id", made)
    said, found = await find_contribution(db, ada, things.numbers[mark]["contribution_id"][0])  # type: ignore[arg-type]
    things.add(mark, "contribution_id", await reply(db, ada, found, said, f"Reply {mark}"))
    adoption = Adoption(f"The {LURE} {mark}", f"New {mark}", "", f"note {mark}", 1)
    await adopt(db, ada, found, said, adoption)


async def _backed(db: AsyncSession, cast: Cast, idea: Idea, mark: str, things: Things) -> None:
    sam, ada = await viewer_of(db, cast.sam), await viewer_of(db, cast.ada)
    found = await find_idea(db, ada, idea.id)
    until = datetime.now(UTC).date() + timedelta(days=20)
    for kind in (PledgeKind.MANDATE, PledgeKind.ACCESS):
        offer = PledgeOffer(kind, f"Promise {mark}", until, conditions=f"if {mark}")
        things.add(mark, "pledge_id", await offer_pledge(db, sam, found, offer))
    await accept_pledge(db, ada, found, int(things.numbers[mark]["pledge_id"][0]))


async def _tried(db: AsyncSession, cast: Cast, idea: Idea, mark: str, things: Things) -> None:
    mia = await viewer_of(db, cast.mia)
    found = await find_idea(db, mia, idea.id)
    plan = ExperimentPlan(f"Believe {mark}", f"Measure {mark}", Decimal(5), unit=f"{mark}s")
    made = await plan_experiment(db, mia, found, plan)
    seen = fingerprint(await db.get_one(Experiment, made))
    harder = replace(plan, target=Decimal(6))
    await change_experiment(db, mia, found, made, harder, seen=seen, why=f"Because {mark}")
    day = date(2026, 3, 1)
    value = Decimal(3)
    taken = await take_reading(db, mia, found, made, value=value, taken_on=day, note=mark)
    await conclude_experiment(db, mia, found, made, result=f"It {mark}s", lesson=f"Lesson {mark}")
    verdict = DecisionInput(Decision.HOLD, f"Reason {mark}", Stage.SPARK)
    await decide(db, mia, found, verdict)
    things.add(mark, "experiment_id", made)
    things.add(mark, "reading_id", taken)


async def _draft(db: AsyncSession, cast: Cast, things: Things) -> None:
    draft = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        published=False,
        accepts=[Accepts.IDEAS, Accepts.ENTRIES, Accepts.SCORING],
        title=f"A {LURE} {DRAFT}",
        question=f"How might we {LURE} {DRAFT}?",
        topics=[f"{DRAFT} topic"],
    )
    things.add(DRAFT, "campaign_id", draft.id)
    await _terms(db, cast, draft, things)


async def _terms(db: AsyncSession, cast: Cast, draft: Campaign, things: Things) -> None:
    """Rules, a prize, a question, a partner and a document of the draft."""
    own: dict[str, int] = {"campaign_id": draft.id, "position": 1}
    said = f"Rules {DRAFT}"
    db.add(RulesVersion(campaign_id=draft.id, number=1, text=said, html=said, note=DRAFT))
    db.add(Prize(**own, title=f"Prize {DRAFT}"))
    db.add(EligibilityQuestion(**own, text=f"Are you {DRAFT}?"))
    db.add(CampaignPartner(**own, name=f"Friends of {DRAFT}"))
    prepared = await prepare_document(PDF, f"{DRAFT}.pdf")
    mia = await viewer_of(db, cast.mia)
    number = await add_document(db, mia, draft, prepared, f"The {DRAFT}")
    token = await db.scalar(select(CampaignDocument.token))
    things.add(DRAFT, "document_id", number)
    things.add(DRAFT, "document_token", token or "")


async def _hidden(db: AsyncSession, cast: Cast, public: Campaign, things: Things) -> None:
    idea = await _idea(db, public, cast.ada, HIDDEN)
    await _filled(db, cast, idea, HIDDEN, things)
    hidden = {"hidden_at": func.now(), "hidden_by": cast.mo.id, "hidden_reason": HIDDEN}
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**hidden))
    await count_idea(db, public.id, -1)
    await record(db, Kind.IDEA_HIDDEN, cast.mo, on=idea)
    about = {"campaign_id": public.id, "organisation_id": cast.city.id, "author_id": cast.ada.id}
    case = await add(
        db, ModerationCase(text_kind="idea", text_id=idea.id, idea_id=idea.id, **about)
    )
    decision = ModerationDecision(
        case_id=case.id, measure="hide", words=HIDDEN, text=HIDDEN, decided_by=cast.mo.id
    )
    await add(db, decision)
    appeal = ModerationAppeal(decision_id=decision.id, made_by=cast.ada.id, text=HIDDEN)
    await add(db, appeal)
    things.add(HIDDEN, "case_id", case.id)
    things.add(HIDDEN, "ruling_id", decision.id)
    things.add(HIDDEN, "objection_id", appeal.id)


async def _withdrawn(db: AsyncSession, cast: Cast, public: Campaign, things: Things) -> None:
    idea = await _idea(db, public, cast.ada, WITHDRAWN)
    await _filled(db, cast, idea, WITHDRAWN, things)
    ada = await viewer_of(db, cast.ada)
    await withdraw_idea(db, ada, await find_idea(db, ada, idea.id))


async def _unnamed(db: AsyncSession, cast: Cast, public: Campaign, things: Things) -> None:
    """Fay speaks for somebody, and Hilda behind a chosen name, about an idea of Ada's."""
    give_keys(db)
    fay, hilda = await make_person(db, "Fay", cast.city), await make_person(db, BEHIND)
    mia, own = await viewer_of(db, cast.mia), await viewer_of(db, hilda)
    await change_space(db, mia, public, Space(lets_hide=True, lets_speak_for=True))
    await name_facilitator(db, mia, public, fay.email or "")
    idea = await find_idea(db, own, (await _idea(db, public, cast.ada, "unnamed")).id)
    speaker = await viewer_of(db, fay)
    standing = await find_space(db, speaker, public.id)
    person = RealPerson(name=SEALED, contact=SEALED_NOTE)
    wren = await speak_for(db, speaker, standing, "Wren", person)
    said = await find_voice(db, speaker, wren)
    await say(db, speaker, said, idea, ContributionKind.EVIDENCE, "It is dark there")
    await support(db, speaker, said, idea, more=True)
    behind = await hide_behind(db, own, await find_space(db, own, public.id), "Siskin")
    number = await find_voice(db, own, behind.id)
    await say(db, own, number, idea, ContributionKind.BUILD, "With a lamp", from_experience=True)
    for voice in (wren, behind.id):
        things.add(SEALED, "voice_id", voice)
        things.put_around(SEALED_NOTE, "voice_id", voice)
    things.put_around(SEALED_NOTE, "campaign_id", public.id)
    things.put_around(SEALED_NOTE, "idea_id", idea.id)
    things.put_around(BEHIND, "voice_id", behind.id)
    things.put_around(BEHIND, "campaign_id", public.id)
    things.put_around(BEHIND, "idea_id", idea.id)
    things.add(BEHIND, "profile_id", hilda.id)


async def _undercover(db: AsyncSession, cast: Cast, public: Campaign, things: Things) -> None:
    body = await add(db, Organisation(name=HER_BODY, parent_id=cast.city.id))
    things.add(HER_BODY, "body_id", body.id)
    pia = await make_person(db, UNDERCOVER, body)
    await add(db, RoleGrant(person_id=pia.id, role="judge", organisation_id=body.id))
    idea = await _idea(db, public, pia, "open", pseudonym="Quiet Owl")
    own, sam = await viewer_of(db, pia), await viewer_of(db, cast.sam)
    found = await find_idea(db, own, idea.id)
    ben = await viewer_of(db, cast.ben)
    build = await contribute(db, ben, found, ContributionKind.BUILD, "A build")
    said, found = await find_contribution(db, own, build)
    await reply(db, own, found, said, "Gladly")
    await contribute(db, own, found, ContributionKind.QUESTION, "Who else?")
    await adopt(db, own, found, said, Adoption("The open zeppelin", "New", "", "", 1))
    until = datetime.now(UTC).date() + timedelta(days=20)
    pledged = await offer_pledge(db, sam, found, PledgeOffer(PledgeKind.MANDATE, "Go on", until))
    await accept_pledge(db, own, found, pledged)
    plan = ExperimentPlan("We believe", "Children", Decimal(5))
    made = await plan_experiment(db, own, found, plan)
    await take_reading(db, own, found, made, value=Decimal(3), taken_on=date(2026, 3, 1))
    await conclude_experiment(db, own, found, made, result="It works", lesson="Begin early")
    await attach(db, own, found, await prepare(PDF, "plan.pdf"), "The plan")
    things.undercover = pia.id
