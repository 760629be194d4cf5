"""Looks at the whole demo as everyone: pages, what open pages are pushed, refused forms."""

import re
import sys
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.engine import Engine

from tests.support.normalising import normalised
from tests.support.visiting import (
    ROLES,
    Answer,
    Visitor,
    action_of,
    counting,
    page_routes,
    pattern_of,
    visiting,
    walk,
)

# The author's idea with a conversation, sponsors, an experiment and decisions: rich pages first.
RICH = "/ideas/11"
SIMILAR = "/ideas/similar?title=A+walking+bus+to+school"
# Lists may be filtered in many ways that differ little.
MOST_FILTERED = 8
MOST_OF_OTHERS = 2
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
FIELD = re.compile(r'<(?:input|textarea|select)\b(?![^>]*type="hidden")[^>]*\sname="([^"]*)"')


@dataclass
class Saved:
    """Pages by "role/name", and "role pattern" → the most queries that one of them took."""

    pages: dict[str, str] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)

    def keep(self, role: str, name: str, answer: Answer) -> None:
        """Keeps an answer under a name of its own."""
        head = f"<!-- {answer.status} {answer.kind} {answer.location} {name} -->"
        self.pages[f"{role}/{_file_name(name)}"] = normalised(f"{head}\n{answer.text}\n")
        self.count(role, pattern_of(name), answer.queries)

    def count(self, role: str, pattern: str, queries: int) -> None:
        """Keeps a number of queries."""
        key = f"{role} {pattern}"
        self.queries[key] = max(queries, self.queries.get(key, 0))


def _file_name(name: str) -> str:
    plain = normalised(name).replace("…", "x").strip("/") or "home"
    return re.sub(r"[^\w.=&#@-]", "_", plain.replace("/", ".").replace("?", "@"))[:180]


@dataclass(frozen=True)
class Site:
    """What is looked at: the framework's application, the same as it is served at an address,
    its database, and the class whose rows are what happened."""

    app: Any
    served: Any
    url: str
    database: Any
    event: Any

    @property
    def engine(self) -> Engine:
        """What all queries are sent by."""
        engine: Engine = self.database.bind.sync_engine
        return engine

    def visit(self, name: str = "") -> AbstractAsyncContextManager[Visitor]:
        """A browser of the person of this name; of a stranger without."""
        return visiting(self.served, self.engine, self.url, name)


async def crawl(site: Site, roles: Collection[str]) -> Saved:
    """All that people of these roles see; the same, in the same order, each time."""
    saved = Saved()
    async with AsyncExitStack() as stack:
        everyone = {
            role: await stack.enter_async_context(site.visit(name)) for role, name in ROLES.items()
        }
        await attach_a_picture(everyone["author"])
        guest = await stack.enter_async_context(site.visit())
        await ask_for_a_code(guest)
        saved.keep("guest", "/sign-in/code", await guest.look("/sign-in/code"))
        visitors = {role: visitor for role, visitor in everyone.items() if role in roles}
        seen = await _look_around(site, visitors, saved)
        await _push_all(site, saved)
        for role, visitor in visitors.items():
            await _send_empty(role, visitor, seen[role], saved)
    return saved


async def _look_around(
    site: Site, visitors: dict[str, Visitor], saved: Saved
) -> dict[str, dict[str, Answer]]:
    """Everybody's pages by address, all of them before anything is sent."""
    seen: dict[str, dict[str, Answer]] = {}
    for role, visitor in visitors.items():
        answers = await walk(visitor, starts(site.app), filtered=MOST_FILTERED)
        seen[role] = {answer.path: answer for answer in answers}
        print(f"{role}: {len(answers)} pages", file=sys.stderr)
    for role, visitor in visitors.items():
        for path in _of_others(role, seen):
            seen[role][path] = await visitor.look(path)
        for path, answer in seen[role].items():
            saved.keep(role, path, answer)
    return seen


def starts(app: Any) -> list[str]:
    """Where to begin: what is richest, then every page whose address needs no number."""
    plain = [path for path in page_routes(app) if "{" not in path]
    return [RICH, f"{RICH}/contributions", SIMILAR, *plain]


async def attach_a_picture(author: Visitor) -> None:
    """Attaches a file to the rich idea: the demo has none."""
    path = f"{RICH}/attachments/new"
    form = _form_with('type="file"', await author.look(path))
    picture = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "PNG")
    files = {"file": ("counter.png", picture.getvalue(), "image/png")}
    await author.send(action_of(form, path), form, data={"description": "The counter"}, files=files)


async def ask_for_a_code(guest: Visitor) -> None:
    """Types an address at the door: a letter is written."""
    form = _form_with('name="email"', await guest.look("/sign-in"))
    await guest.send(action_of(form), form, data={"email": "guest@mail.example", "how": "code"})


def _form_with(mark: str, page: Answer) -> str:
    forms: list[str] = FORM.findall(page.text)
    return next(form for form in forms if mark in form)


def _of_others(role: str, seen: dict[str, dict[str, Answer]]) -> list[str]:
    """Some addresses of each kind that only others were led to."""
    chosen: dict[str, list[str]] = {}
    for path in sorted({path for paths in seen.values() for path in paths}):
        some = chosen.setdefault(pattern_of(path), [])
        if path not in seen[role] and len(some) < MOST_OF_OTHERS:
            some.append(path)
    return [path for some in chosen.values() for path in some]


async def _push_all(site: Site, saved: Saved) -> None:
    """What everything that happened would make open pages show now."""
    shows = site.app.state.hub.shows
    async with site.database.reading() as db:
        for event in (await db.scalars(select(site.event).order_by(site.event.id))).all():
            with counting(site.engine) as counted:
                told = [await show(db, event) for show in shows.get(event.kind, ())]
            saved.count("room", f"push {event.kind}", counted.number)
            place = event.idea_id or event.campaign_id or 0
            name = f"room/{_file_name(f'push {event.kind} {place}')}"
            # Which of the elements is told first makes no difference.
            texts = sorted(_told(message) for messages in told for message in messages)
            saved.pages[name] = saved.pages.get(name, "") + normalised("".join(texts))


def _told(message: Any) -> str:
    target, swap = getattr(message, "element_id", ""), getattr(message, "swap", "")
    head = f"{type(message).__name__} {message.room} {target} {swap}"
    return f"<!-- {head} -->\n{getattr(message, 'html', '')}\n"


async def _send_empty(role: str, visitor: Visitor, seen: dict[str, Answer], saved: Saved) -> None:
    """Each kind of form with nothing typed: what is said of it."""
    met = set()
    for path, answer in seen.items():
        if answer.status != 200 or answer.kind != "text/html":
            continue
        forms = [form for form in FORM.findall(answer.text) if _has_fields(form)]
        for number, form in enumerate(forms):
            name = f"{pattern_of(path)}#{number}"
            if name in met:
                continue
            met.add(name)
            data = dict.fromkeys(FIELD.findall(form), "")
            sent = await visitor.send(action_of(form, path), form, data=data)
            saved.keep(role, f"{path}#{number}", sent)


def _has_fields(form: str) -> bool:
    return 'method="post"' in form.partition(">")[0] and FIELD.search(form) is not None
