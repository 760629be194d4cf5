"""Every form that puts something before others says in it who sees it; what is written of a person,
of a call and of a text says it as well where it is not tried elsewhere.

The forms are found in the templates: a new one fails here until it says who sees it, or somebody
says why nobody does.
"""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, CampaignKind
from ideahub.core.config import WEB, Config
from ideahub.ideas.models import Stage
from ideahub.pipeline.models import Experiment
from tests.conftest import Browse
from tests.ideas.test_who_sees_it import BOTH, must_say, prepared, url
from tests.support.cast import Cast, make_campaign
from tests.support.dom import Node, tree
from tests.support.letters import newest_code, notice_of
from tests.support.ripening import at_stage, contribute, pledge

TEMPLATES = WEB / "templates"
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL)
ACTION = re.compile(r'\baction="([^"]*)"')
# Forms that put nothing before anybody, by template and a part of their address.
SHOWS_NOTHING = {
    ("moderation/case.html", "/moderation/cases/{{ case.id }}/claim"): "moderators only",
    ("accounts/_demo_people.html", "/demo/sign-in"): "signs in",
    ("responses/reply_clock.html", "response-clock/ending"): "ends what everyone can read",
    ("responses/batch.html", "/discarding"): "gives up what nobody else sees",
    ("responses/stand_ins.html", "/ending"): "ends what one sees oneself",
    ("accounts/code.html", "/sign-in"): "signs in",
    ("accounts/join.html", "/sign-in"): "sends a code; its hints say who sees the address",
    ("accounts/password.html", "/account"): "a secret",
    ("openid_connect/_ways.html", "/openid-connect/{{ number }}/sign-ins"): "a button",
    ("openid_connect/connection.html", "/openid-connect/connection"): "a button",
    ("openid_connect/provider.html", "{{ own }}/availability"): "a button",
    ("openid_connect/_secret.html", "{{ own }}/secret"): "a secret",
    ("openid_connect/provider.html", "{{ own }}/trial"): "a button",
    ("accounts/sign_in.html", "/sign-in"): "signs in",
    ("accounts/second_factor.html", "/sign-in"): "signs in",
    ("accounts/proof.html", "/proof"): "a secret",
    ("accounts/authenticator.html", "/account"): "a secret",
    ("accounts/go_on.html", "kept.path"): "it was said at the form itself",
    ("accounts/waiting.html", "/kept-forms"): "says what is done; it was said at the form itself",
    (
        "campaigns/_publication.html",
        "{{ at }}/publication",
    ): "says it once above all buttons of a draft; also for the plan",
    ("campaigns/_publication.html", "{{ at }}/review"): "says it once above all buttons of a draft",
    ("campaigns/_publication.html", "{{ at }}/archive/removal"): "shows what was shown before",
    ("campaigns/edit_check.html", "/removal"): "takes a draft away",
    ("campaigns/edit_documents.html", "/removal"): "takes a document away",
    ("campaigns/manage.html", "/restoration"): "puts a draft back; only those who manage it see it",
    ("entries/_team.html", "/withdrawal"): "takes an invitation back",
    ("entries/_team.html", "/invitation"): "sends a mail to somebody who is named here",
    ("entries/_team.html", "/captain"): "the team sees it on the same page",
    ("entries/_team.html", "/departure"): "leaves a team",
    ("entries/_team.html", "/removal"): "takes somebody out of a team",
    ("entries/new.html", "/entries"): "said at the form above it",
    ("entries/show.html", "/confirmation"): "sends a mail once more",
    ("entries/show.html", "/withdrawal"): "takes an entry away",
    ("following/_button.html", "address"): "counts, and shows no name",
    ("following/all.html", "{{ address }}"): "counts, and shows no name",
    ("gallery.html", "/gallery"): "keeps nothing",
    (
        "ideas/_vote_button.html",
        "{{ address }}",
    ): "counts; whether a name is shown is said beside it",
    ("ideas/_vote_name.html", "vote/name"): "says it in words of its own",
    ("ideas/show.html", "/withdrawal"): "takes an idea away",
    ("notifications/_list.html", "/notifications/reading"): "one's own",
    ("notifications/choices.html", "/notifications/choices"): "one's own",
    ("notifications/ending.html", "{{ end if state == "): "one's own",
    ("notifications/_groups.html", "one.id"): "one's own",
    ("questions/manage_answers.html", "/separation"): "shows what was shown before",
    ("questions/manage_answers.html", "/showing"): "shows what was shown before",
    ("questions/manage.html", "/reopening"): "undoes what was decided; whoever asked sees it",
    ("questions/_template_list.html", "/removal"): "takes a template away",
    ("public_voting/_vote_button.html", "{{ address }}"): "says above the ballot that nobody does",
    ("public_voting/manage.html", "/removal"): "takes off what nobody has voted about",
    ("public_voting/manage.html", "/settings"): "says how many votes each has, as the page says",
    (
        "organisations/reviews.html",
        "/organisations/{{ organisation.id }}/reviews",
    ): "says on its page what holds",
    ("judging/conflicts.html", "/removal"): "takes back what was declared",
    ("results/_own.html", "/acceptance"): "says on its page what it leads to",
    ("results/_own.html", "/refusal"): "gives up an invitation",
    ("results/_said.html", "/signature"): "signs what stands above it, seen by the same people",
    ("results/answers.html", "{{ at }}/answers"): "drafts; the page says who reads them and when",
    ("results/award.html", "/confirmation"): "says right above who sees it then",
    ("results/manage.html", "step.href"): "the step says right beside it who sees it",
    ("results/run.html", "/runs"): "compares with what is stored",
    ("safe_space/say.html", "/safe-space/{{ "): "says above all buttons how it is shown",
    ("safe_space/manage.html", "/ending"): "ends what everyone can read",
    ("safe_space/name.html", "/link/removal"): "deletes what nobody sees",
    ("you_said/edit.html", "/withdrawal"): "takes back what was left out, in a draft",
    ("you_said/edit.html", "/figures"): "counts anew, in a draft",
    ("layouts/_language_choice.html", "/preferences"): "one's own",
    ("layouts/_person_menu.html", "/sign-out"): "signs out",
    ("layouts/_theme_choice.html", "/preferences"): "one's own",
    ("layouts/base.html", ""): "lends itself to buttons",
}


def forms() -> list[tuple[str, str, str]]:
    """Template, address and source of each form that is sent."""
    return [
        (path.relative_to(TEMPLATES).as_posix(), found[1] if found else "", form)
        for path in sorted(TEMPLATES.glob("**/*.html"))
        for form in FORM.findall(path.read_text())
        for found in [ACTION.search(form)]
    ]


def says(form: str) -> bool:
    """Whether the source of a form says who sees it."""
    included = [(TEMPLATES / name).read_text() for name in re.findall(r'include "([^"]+)"', form)]
    return any(re.search(r"\{\{-? ?(seen_by|said_by)\(", one) for one in [form, *included])


def test_each_form_says_who_sees_it_or_shows_nothing() -> None:
    silent = {
        (template, part)
        for template, action, form in forms()
        if not says(form)
        for part in [_excused(template, action) or action]
    }
    assert silent == set(SHOWS_NOTHING), "say in the form who sees this"
    assert len(forms()) > len(silent) + 20


def _excused(template: str, action: str) -> str | None:
    return next(
        (part for where, part in SHOWS_NOTHING if where == template and part in action), None
    )


def said_in(html: str, action: str) -> str:
    """What the form with this address says about who sees it."""
    form = next(
        one
        for one in tree(html).walk()
        if one.tag == "form" and one.attributes.get("action", "").startswith(action)
    )
    said = [one for one in form.walk() if one.attributes.get("class") == "seen-by"]
    return " ".join(map(_words, said))


def _words(node: Node) -> str:
    return " ".join(
        _words(child) if isinstance(child, Node) else child for child in node.children
    ).strip()


@BOTH
async def test_adopting_a_build(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    _, idea = await prepared(db, cast, audience)
    build = await contribute(db, idea, cast.ben)
    await db.commit()
    ada, at = await browse(cast.ada), f"/contributions/{build.id}/adoption"
    must_say(said_in((await ada.get(at)).text, at), audience)
    text = {"title": idea.title, "body": "With a song.", "why": idea.why, "revision": "1"}
    must_say(notice_of(await ada.post(at, text)), audience)


@BOTH
async def test_saving_a_revision(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    campaign, idea = await prepared(db, cast, audience)
    text = {"campaign_id": str(campaign.id), "title": "Benches", "body": "To sit.", "revision": "1"}
    saved = await (await browse(cast.ada)).post(f"{url(idea)}/revision", text)
    must_say(notice_of(saved), audience)


@BOTH
async def test_planning_and_reading_off(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    _, idea = await prepared(db, cast, audience)
    await at_stage(db, idea, Stage.PROTOTYPE)
    await db.commit()
    ada = await browse(cast.ada)
    plan = {"hypothesis": "If", "measure": "children", "target": "25"}
    must_say(notice_of(await ada.post(f"{url(idea)}/experiments/new", plan)), audience)
    number = await db.scalar(select(Experiment.id))
    page = (await ada.get(f"/experiments/{number}")).text
    must_say(said_in(page, f"/experiments/{number}/readings"), audience)
    opened = (await ada.get(f"/experiments/{number}/adjustment")).text
    seen = re.search(r'name="seen" value="([^"]*)"', opened)
    assert seen
    changed = plan | {"target": "20", "why": "So.", "seen": seen[1]}
    must_say(notice_of(await ada.post(f"/experiments/{number}/adjustment", changed)), audience)


@BOTH
async def test_answering_a_pledge(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    _, idea = await prepared(db, cast, audience)
    offered = await pledge(db, idea, cast.sam, accepted_at=None)
    await db.commit()
    page = (await (await browse(cast.ada)).get(f"/pledges/{offered.id}")).text
    must_say(said_in(page, f"/pledges/{offered.id}/acceptance"), audience)
    assert said_in(page, f"/pledges/{offered.id}/refusal") == "The sponsor sees it; others do not."
    page = (await (await browse(cast.sam)).get(f"/pledges/{offered.id}")).text
    assert said_in(page, f"/pledges/{offered.id}/withdrawal") == "The authors see it."


ONLY_MANAGERS = "Until it is published, only those who manage it can see it."


@BOTH
@pytest.mark.parametrize("published", [False, True])
async def test_setting_up_a_challenge(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience, published: bool
) -> None:
    made = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, audience=audience, published=published
    )
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{made.id}"
    for step in ("framing", "details", "phases"):
        said = said_in((await mia.get(f"{at}/{step}")).text, at)
        must_say(said, audience)
        assert (ONLY_MANAGERS in said) is not published
    basics = (await mia.get(f"{at}/basics")).text
    assert (ONLY_MANAGERS in said_in(basics, at)) is not published
    # Who may take part: what each of both means, before it is chosen.
    assert "Everyone can see it." in basics
    assert "Only staff of City of Brookfield can see it." in basics
    assert ONLY_MANAGERS in said_in((await mia.get("/management/new")).text, "/management/new")
    if published:
        opened = re.search(r'name="seen" value="([^"]*)"', basics)
        assert opened
        kept = {"title": "Ways", "audience": audience.value, "seen": opened[1]}
        must_say(notice_of(await mia.post(f"{at}/basics", kept)), audience)


@BOTH
@pytest.mark.parametrize("kind", list(CampaignKind))
async def test_the_page_says_who_may_take_part_and_who_sees_it(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience, kind: CampaignKind
) -> None:
    made = await make_campaign(db, cast.city, kind=kind, audience=audience)
    await db.commit()
    page = (await (await browse(cast.ada)).get(made.url)).text
    must_say(page.split("Who may take part")[1].split("</dd>")[0], audience)


async def test_joining_says_who_sees_what_of_one(
    cast: Cast, browse: Browse, config: Config
) -> None:
    stranger = await browse(None)
    first = (await stranger.get("/joining")).text
    assert "Only you and administrators see the address." in first
    assert "you choose whether you are named" in first
    told = {}
    for address in ("new@mail.example", "new@city.example"):
        browser = await browse(None)
        await browser.post("/sign-in", {"email": address, "how": "code"})
        await browser.post("/sign-in/code", {"email": address, "code": newest_code(config)})
        told[address] = said_in((await browser.get("/joining/name")).text, "/joining/name")
    for said in told.values():
        assert "Whoever sees what you write sees your name" in said
        assert "Only you and administrators see your mail address." in said
    assert "you are counted and your name is not shown" in told["new@mail.example"]
    assert (
        "your name is shown in the idea boxes and challenges for staff" in told["new@city.example"]
    )


async def test_what_joining_says_of_support_is_so(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """A newcomer's support, without a choice of theirs."""
    for person, audience, named in (
        (cast.cem, Audience.PUBLIC, False),
        (cast.ben, Audience.PUBLIC, False),
        (cast.ben, Audience.INTERNAL, True),
    ):
        _, idea = await prepared(db, cast, audience)
        browser = await browse(person)
        await browser.post(f"{url(idea)}/vote")
        page = (await (await browse(cast.ada)).get(f"{url(idea)}/supporters")).text
        assert (f'href="/profiles/{person.id}"' in page) is named


async def test_the_account_says_who_sees_it(cast: Cast, browse: Browse) -> None:
    said = said_in((await (await browse(cast.ada)).get("/account")).text, "/account")
    assert "Whoever sees what you write sees your name" in said
