"""Files that broke this or other software, each with what is right for it.

Exports of other platforms are read, or refused by line with the true reason; pictures and documents
are attached, upright and without the place, or refused with what to do, and the words beside them
are kept.
"""

import csv
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.core.db import Database
from ideahub.ideas.models import Idea, Vote
from ideahub.importing.challenge_gov import import_challenge_gov
from ideahub.importing.polis import import_polis
from ideahub.importing.report import Report
from tests.conftest import Browser
from tests.ideas.test_attaching import WORDS, attached_to, idea_url, send
from tests.support.field_inputs import field_folder


def quiet(_doing: str, _done: int, _total: int) -> None:
    """A bar nobody looks at."""


class Export(NamedTuple):
    """What is right for an export of Polis."""

    support: dict[str, int]
    hidden: frozenset[str] = frozenset()
    # How many have no time that can be read.
    undated: int = 0
    agreement: int = 1
    refused: tuple[tuple[str, str], ...] = ()


NO_TEXT, NO_VOTE = "The statement has no text.", "neither 1, 0 nor -1"
EXPORTS = {
    "polis-first-node-export": Export(
        {"0": 3, "1": 2, "2": 1, "3": 1, "4": 1, "5": 1}, agreement=-1
    ),
    "polis-excel-german": Export({"0": 2, "1": 1, "2": 0}, hidden=frozenset({"2"}), undated=2),
    "polis-windows-1252": Export({"0": 1}),
    "polis-odd-cells": Export(
        {
            **dict.fromkeys(("5", "6", "8", "9", "10", "11", "12", "15"), 0),
            "0": 1,
            "3": 1,
            "4": 2,
            "7": 1,
        },
        hidden=frozenset({"5", "6"}),
        undated=3,
        refused=(
            ("comments.csv line 3", NO_TEXT),
            ("comments.csv line 4", NO_TEXT),
            ("comments.csv line 13", "A spreadsheet wrote a number as 1E+01"),
            ("comments.csv line 17", "Statement 0 is there already: comments.csv line 2."),
            ("comments.csv line 18", "at most 20,000 fit"),
            ("comments.csv line 19", "A quotation mark is opened and never closed."),
            ("participants-votes.csv line 3", "Participant 1 is listed already, in line 2."),
            ("participants-votes.csv line 4", NO_VOTE),
            ("participants-votes.csv line 5", "The line has 7 cells; 12 were expected."),
            ("participants-votes.csv line 6", "The line has 14 cells; 12 were expected."),
            ("participants-votes.csv line 7", "A number is missing"),
            ("participants-votes.csv line 8", NO_VOTE),
            ("participants-votes.csv column 3", "Statement 3 has more than one column"),
            ("participants-votes.csv column 99", "There is no usable statement 99"),
        ),
    ),
}
# What must be there word by word, by export and statement.
TEXTS = {
    "polis-first-node-export": {
        "1": "Trees, shade, and water fountains",
        "2": 'The so-called "green wave" for bicycles',
        "3": "Close the ring road on Sundays\nat least in summer",
        "4": "15,5 % of the budget for schools, not roads",
        "5": '"Quiet hours" after 22:00, please',
    },
    "polis-excel-german": {
        "0": "Mehr Bänke; mehr Schatten",
        "1": "Größere Müllkörbe am Fußweg",
    },
    "polis-windows-1252": {"0": "Mehr Bänke – auch für Ältere, 5 € je Stück"},
    "polis-odd-cells": {
        "7": "No time\nbut two lines",
        "9": "De\u0301compose\u0301: Bu\u0308rgermeisterin A\u030angstro\u0308m",
        "12": "A tail of exe.fdp bidi",
    },
}


@pytest.mark.parametrize("name", EXPORTS)
async def test_an_export_of_polis(database: Database, db: AsyncSession, name: str) -> None:
    right, folder = EXPORTS[name], field_folder() / name
    report = await import_polis(database, folder, quiet)
    ideas = {(idea.source_ref or "").rpartition(":")[2]: idea for idea in await db.scalars(_IDEAS)}
    assert {number: idea.votes_count for number, idea in ideas.items()} == right.support
    assert {number for number, idea in ideas.items() if idea.hidden_at} == right.hidden
    assert {number: ideas[number].body for number in TEXTS[name]} == TEXTS[name]
    _assert_refused(report, right)
    (reading,) = report.readings
    assert reading.startswith(f"In the votes {right.agreement} was taken as agreement: ")
    undated = f"{right.undated} statements have no readable time; they bear the time of the import."
    assert (undated in report.notes) is bool(right.undated)

    await import_polis(database, folder, quiet)
    assert await _count(db, Idea) == len(right.support)
    assert await _count(db, Vote) == sum(right.support.values())
    assert await _count(db, Campaign) == 1


_IDEAS = select(Idea).order_by(Idea.id)


def _assert_refused(report: Report, right: Export) -> None:
    assert [refused.where for refused in report.refused] == [where for where, _why in right.refused]
    for refused, (where, why) in zip(report.refused, right.refused, strict=True):
        assert why in refused.why, where


async def _count(db: AsyncSession, table: type[Idea | Vote | Campaign]) -> int:
    return (await db.execute(select(func.count()).select_from(table))).scalar_one()


# By the number in "CLOCK-01": when it closes, in UTC; the others stay unknown, and are noted.
CLOSES = {
    2: "2028-01-15T22:00:00Z",
    3: "2027-07-16T03:59:00Z",
    5: "2027-11-16T11:59:00Z",
    6: "2027-11-16T04:59:00Z",
    7: "2027-11-15T20:00:00Z",
    8: "2027-11-15T05:00:00Z",
    10: "2027-11-16T04:59:59Z",
    11: "2027-03-14T07:30:00Z",
    12: "2027-11-07T05:30:00Z",
    14: "2027-10-31T22:59:00Z",
    15: "2027-10-31T22:59:59Z",
    22: "2027-03-04T22:00:00Z",
    24: "2027-11-15T23:00:00Z",
}


async def test_dates_with_odd_zones(database: Database, db: AsyncSession) -> None:
    folder = field_folder()
    report = await import_challenge_gov(database, folder / "challenge-gov-odd-zones.json", quiet)
    assert (report.campaigns.created, report.refused) == (32, [])
    found = select(Campaign.source_ref, Phase.closes_at, Phase.dates_known).join(Phase)
    phases = {str(ref)[-2:]: (closes, known) for ref, closes, known in await db.execute(found)}
    for row in _expected(folder):
        number = row["id"][-2:]
        closes, known = phases[number]
        noted = [note for note in report.notes if f"(id {row['id']})" in note]
        if (right := CLOSES.get(int(number))) is not None:
            assert (closes, known) == (datetime.fromisoformat(right), True), row
            # The list accepts this moment.
            assert right[:10] in row["right"], row
            assert right[11:] in row["right"], row
        else:
            assert not known, row
            assert len(noted) == 1, row
            assert "not" in row["right"] or "refuse" in row["right"], row
    again = await import_challenge_gov(database, folder / "challenge-gov-odd-zones.json", quiet)
    assert (again.campaigns.created, again.campaigns.unchanged) == (0, 32)


def _expected(folder: Path) -> list[dict[str, str]]:
    with (folder / "challenge-gov-odd-zones.expected.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


class Picture(NamedTuple):
    """What is right for a picture: its size, and whether it shows a sun over a field."""

    size: tuple[int, int]
    shows_a_field: bool = True


PICTURES = {
    "phone-orientation-3-with-place.jpg": Picture((900, 1200)),
    "phone-orientation-5-with-place.jpg": Picture((900, 1200)),
    "phone-orientation-6-with-place.jpg": Picture((900, 1200)),
    "5184x3888-small-file.jpg": Picture((2400, 1800)),
    "cmyk-from-print-shop.jpg": Picture((400, 300)),
    "really-a-jpeg.png": Picture((400, 300)),
    "moving.gif": Picture((200, 200)),
    "sixteen-bit.png": Picture((300, 200), shows_a_field=False),
    "transparent-black-text.png": Picture((300, 300), shows_a_field=False),
}
# Where on the field, in parts of its width and height, what is red, green and blue.
SKY, SUN, MEADOW = (0.3, 0.1), (0.83, 0.12), (0.5, 0.9)
COLOURS = {SKY: (60, 120, 220), SUN: (250, 220, 60), MEADOW: (60, 150, 60)}


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_is_upright_and_says_no_place(
    db: AsyncSession, ada: Browser, idea: Idea, files: Path, name: str
) -> None:
    sent = (files / name).read_bytes()
    assert (await send(ada, idea.id, sent, name=name)).status_code == 303
    (kept,) = await attached_to(db, idea.id)
    for address in (f"/attachments/{kept.token}", f"/attachments/{kept.token}/small"):
        content = (await ada.get(address)).content
        with Image.open(BytesIO(content)) as picture:
            assert not picture.getexif()
            assert not {"exif", "xmp", "icc_profile"} & set(picture.info)
            if PICTURES[name].shows_a_field:
                _assert_it_is_upright(picture)
        assert b"Phone" not in content
    assert (kept.width, kept.height) == PICTURES[name].size


def _assert_it_is_upright(picture: Image.Image) -> None:
    plain = picture.convert("RGB")
    for (across, down), right in COLOURS.items():
        colour = plain.getpixel((int(across * plain.width), int(down * plain.height)))
        assert isinstance(colour, tuple)
        assert all(abs(is_ - should) < 20 for is_, should in zip(colour, right, strict=True)), (
            across,
            down,
            colour,
        )


async def test_what_is_see_through_stays_it(
    db: AsyncSession, ada: Browser, idea: Idea, files: Path
) -> None:
    name = "transparent-black-text.png"
    await send(ada, idea.id, (files / name).read_bytes())
    (kept,) = await attached_to(db, idea.id)
    assert kept.content
    with Image.open(BytesIO(kept.content)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


DOCUMENTS = {
    "Antrag #3 (Entwurf) Größe & Maße 100%.pdf": "Antrag #3 (Entwurf) Größe & Maße 100%.pdf",
    # As a Mac sends it, with the dots as characters of their own.
    "Bu\u0308rgeranho\u0308rung U\u0308bersicht.pdf": "Bürgeranhörung Übersicht.pdf",
    "æøå – “quoted”.pdf": "æøå – “quoted”.pdf",
    "report.pdf.exe": "report.pdf",
}


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_document_keeps_its_bytes_and_its_name(
    db: AsyncSession, ada: Browser, idea: Idea, files: Path, name: str
) -> None:
    sent = (files / name).read_bytes()
    assert (await send(ada, idea.id, sent, name=name, says="")).status_code == 303
    (kept,) = await attached_to(db, idea.id)
    got = await ada.get(f"/attachments/{kept.token}")
    assert (got.content, got.headers["content-type"]) == (sent, "application/pdf")
    how, _, named = got.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert (how, unquote(named)) == ("attachment", DOCUMENTS[name])
    shown = DOCUMENTS[name].replace("&", "&amp;")
    assert f"<bdi>{shown}</bdi>" in (await ada.get(idea_url(idea))).text


AS_JPEG = "Export it as JPEG and send that."
REFUSED = {
    "400-megapixels-tiny-file.png": "more than 40 million pixels. Make it smaller and try again.",
    "IMG_0042.HEIC": AS_JPEG,
    "IMG_0042-renamed.jpg": AS_JPEG,
    "cut-short.jpg": "damaged or was cut short. Save or send it anew and try again.",
    "plan.svg": "Save a picture as JPEG or PNG, and anything else as PDF, and send that.",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_cannot_be_taken_says_what_to_do_and_keeps_the_words(
    db: AsyncSession, ada: Browser, idea: Idea, files: Path, name: str
) -> None:
    sent = (files / name).read_bytes()
    answer = await send(ada, idea.id, sent, name=name)
    assert answer.status_code == 422
    assert REFUSED[name] in answer.text
    assert f'value="{WORDS}"' in answer.text
    assert not await attached_to(db, idea.id)


def test_every_file_has_its_right_value(files: Path) -> None:
    here = {path.name for path in files.iterdir()}
    assert here == {*PICTURES, *DOCUMENTS, *REFUSED}
    exports = {path.name for path in field_folder().glob("polis-*")}
    assert exports == set(EXPORTS)
