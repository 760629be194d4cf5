"""What the cast can do to one idea, each deed sent as its form would be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.db import Database
from ideahub.ideas.models import Attachment, Idea
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Experiment, Reading, Review
from ideahub.sponsorship.models import Pledge

REFUSALS = {403, 404, 409, 422}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@dataclass
class Stage:
    """The idea that everyone acts upon, and everyone's browser."""

    database: Database
    client: httpx.AsyncClient
    secrets: dict[str, str]
    idea: int
    # So that no two texts are the same, which would be one contribution.
    count: int = 0
    done: list[str] = field(default_factory=list)

    async def send(self, who: str, url: str, fields: dict[str, Any], **more: Any) -> None:
        """The deed, done or refused: never a fault."""
        secret = self.secrets[who]
        self.client.cookies.clear()
        answer = await self.client.post(
            url,
            data=fields,
            headers={"Sec-Fetch-Site": "same-origin", "Cookie": f"ideahub={secret}"},
            **more,
        )
        self.done.append(f"{who} {url} {answer.status_code}")
        assert answer.status_code in {303, *REFUSALS}, (self.done, answer.text)

    async def one_of(self, table: Any, number: int, *which: Any) -> Any | None:
        """One of the idea's rows, whichever the number means."""
        async with self.database.reading() as db:
            own = table.idea_id == self.idea
            rows = (await db.scalars(select(table).where(own, *which).order_by(table.id))).all()
        return rows[number % len(rows)] if rows else None

    async def row(self) -> Idea:
        """The idea as it is stored."""
        async with self.database.reading() as db:
            return await db.get_one(Idea, self.idea)

    def words(self, start: str) -> str:
        """A text that nobody has sent before."""
        self.count += 1
        return f"{start}, for the {self.count}th time."


Deed = Callable[[Stage, str, int], Awaitable[None]]


async def vote(stage: Stage, who: str, _number: int) -> None:
    await stage.send(who, f"/ideas/{stage.idea}/vote", {})


async def take_back(stage: Stage, who: str, _number: int) -> None:
    await stage.send(who, f"/ideas/{stage.idea}/vote/withdrawal", {})


async def contribute(stage: Stage, who: str, number: int) -> None:
    kinds = ("build", "question", "evidence", "concern", "offer")
    # Whose build is adopted is an author from then on, and Mia's page would lose her desk.
    kind = kinds[number % 5] if who != "mia" else "question"
    fields = {"kind": kind, "body": stage.words("Yes, and *more*"), "seen": "1"}
    fields["remedy"] = "Vests." if kind == "concern" else ""
    await stage.send(who, f"/ideas/{stage.idea}/contributions", fields)


async def reply(stage: Stage, who: str, number: int) -> None:
    if said := await stage.one_of(Contribution, number):
        await stage.send(who, f"/contributions/{said.id}/replies", {"body": stage.words("Gladly")})


async def thank(stage: Stage, who: str, number: int) -> None:
    if said := await stage.one_of(Contribution, number):
        await stage.send(who, f"/contributions/{said.id}/thanks", {})


async def withdraw_words(stage: Stage, _who: str, number: int) -> None:
    if said := await stage.one_of(Contribution, number):
        author = await _name_of(stage, said.author_id)
        await stage.send(author, f"/contributions/{said.id}/withdrawal", {})


async def adopt(stage: Stage, _who: str, number: int) -> None:
    builds = Contribution.kind == "build", Contribution.adopted_at.is_(None)
    if said := await stage.one_of(Contribution, number, *builds):
        row = await stage.row()
        fields = {"title": row.title, "why": row.why, "revision": str(row.revision)}
        fields["body"] = f"{row.body}\n\n{stage.words('With what Ben said')}"
        await stage.send("ada", f"/contributions/{said.id}/adoption", fields)


async def edit(stage: Stage, who: str, number: int) -> None:
    row = await stage.row()
    fields = {
        "campaign_id": str(row.campaign_id),
        "title": row.title if number % 2 else stage.words("Walking"),
        "body": stage.words("They <b>walk</b> & sing"),
        "why": "" if number % 3 else "It is safer.",
        "tags": "walking",
        "revision": str(row.revision),
    }
    await stage.send("ben" if who == "ben" else "ada", f"/ideas/{stage.idea}/revision", fields)


async def pledge(stage: Stage, _who: str, number: int) -> None:
    kind = ("mandate", "hours", "money", "access")[number % 4]
    fields = {
        "kind": kind,
        "promise": stage.words("I promise"),
        "conditions": "you report back",
        "amount": "40" if kind in {"hours", "money"} else "",
        "currency": "EUR",
        "expires_on": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
    }
    await stage.send("sam", f"/ideas/{stage.idea}/pledges", fields)


def _pledge_step(who: str, step: str) -> Deed:
    async def take(stage: Stage, _who: str, number: int) -> None:
        if made := await stage.one_of(Pledge, number):
            fields = {"reason": "Times change.", "note": "It is done."}
            await stage.send(who, f"/pledges/{made.id}/{step}", fields)

    return take


async def decide(stage: Stage, _who: str, number: int) -> None:
    decisions = ("hold", "send_back", "park", "wake", "stop")
    await _review(stage, decisions[number % len(decisions)])


async def advance(stage: Stage, _who: str, _number: int) -> None:
    await _review(stage, "advance")


async def _review(stage: Stage, decision: str) -> None:
    row, last = await stage.row(), await stage.one_of(Review, -1)
    fields = {
        "seen_stage": row.stage,
        "seen_review": str(last.id if last else 0),
        "decision": decision,
        "reason": stage.words("Because"),
    }
    own = {
        "advance": {"override_reason": "All the same."},
        "stop": {"lesson": stage.words("We learned")},
        "park": {"wakes_when": "The law is in force."},
    }
    fields |= own.get(decision, {})
    await stage.send("mia", f"/ideas/{stage.idea}/decision", fields)


def _tester(who: str) -> str:
    return who if who in {"mia", "cem"} else "ada"


async def plan(stage: Stage, who: str, _number: int) -> None:
    fields = {
        "hypothesis": stage.words("Fewer are driven"),
        "measure": "children",
        "unit": "a day",
        "baseline": "40",
        "target": "25",
        "direction": "lower",
    }
    await stage.send(_tester(who), f"/ideas/{stage.idea}/experiments/new", fields)


async def read_off(stage: Stage, who: str, number: int) -> None:
    if made := await stage.one_of(Experiment, number):
        day = date(2026, 1, 1) + timedelta(days=number)
        fields = {"value": str(number), "taken_on": day.isoformat(), "note": "Rain"}
        await stage.send(_tester(who), f"/experiments/{made.id}/readings", fields)


async def strike(stage: Stage, who: str, number: int) -> None:
    if made := await stage.one_of(Experiment, number):
        async with stage.database.reading() as db:
            taken = await _reading(db, made.id)
        if taken:
            await stage.send(_tester(who), f"/experiments/{made.id}/readings/{taken}/removal", {})


async def conclude(stage: Stage, who: str, number: int) -> None:
    if made := await stage.one_of(Experiment, number):
        fields = {"result": stage.words("It works"), "lesson": "Begin early." if number % 2 else ""}
        await stage.send(_tester(who), f"/experiments/{made.id}/conclusion", fields)


async def attach(stage: Stage, _who: str, number: int) -> None:
    files = {"file": (f"plan {number}.pdf", PDF + b"%" * (number % 3), "application/pdf")}
    url = f"/ideas/{stage.idea}/attachments/new"
    await stage.send("ada", url, {"description": "The plan"}, files=files)


async def detach(stage: Stage, _who: str, number: int) -> None:
    if kept := await stage.one_of(Attachment, number):
        await stage.send("ada", f"/attachments/{kept.token}/removal", {})


async def withdraw_idea(stage: Stage, _who: str, _number: int) -> None:
    await stage.send("ada", f"/ideas/{stage.idea}/withdrawal", {})


async def _reading(db: AsyncSession, experiment_id: int) -> int | None:
    return await db.scalar(
        select(Reading.id).where(Reading.experiment_id == experiment_id).limit(1)
    )


async def _name_of(stage: Stage, person_id: int) -> str:
    async with stage.database.reading() as db:
        person = await db.get_one(Person, person_id)
    return person.name.partition(" ")[0].lower()


DEEDS: dict[str, Deed] = {
    "vote": vote,
    "take back": take_back,
    "contribute": contribute,
    "reply": reply,
    "thank": thank,
    "withdraw words": withdraw_words,
    "adopt": adopt,
    "edit": edit,
    "pledge": pledge,
    "accept": _pledge_step("ada", "acceptance"),
    "decline": _pledge_step("ada", "refusal"),
    "withdraw pledge": _pledge_step("sam", "withdrawal"),
    "keep": _pledge_step("sam", "fulfilment"),
    "decide": decide,
    "advance": advance,
    "plan": plan,
    "read off": read_off,
    "strike": strike,
    "conclude": conclude,
    "attach": attach,
    "detach": detach,
}
