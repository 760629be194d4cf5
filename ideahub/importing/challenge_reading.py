"""Converts a challenge of a feed into the columns of a campaign and its phase."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from ideahub.core.money import money
from ideahub.core.text.cleaning import clean_line, shortened
from ideahub.core.text.rendering import render_markdown
from ideahub.importing.challenge_fields import storable, text_of
from ideahub.importing.challenge_terms import ImportedTerms, fits, is_storable, partner_names
from ideahub.importing.challenge_topics import tidy_types
from ideahub.importing.foreign_files import BadRecord
from ideahub.importing.html_text import html_to_parts
from ideahub.importing.messy import ParsedDate, as_list, parse_prize, parse_when
from ideahub.importing.messy_dates import EASTERN
from ideahub.importing.prize_breakdown import SeparatePrize, separate_prizes

SOURCE = "challenge-gov"
NO_AGENCY = "Agency not named"
LONGEST_ID = 100
LONGEST_LINK = 500
MOST_PARTS = 10
LONGEST_TOPIC = 80
MOST_TOPICS = 20
SECTIONS = {
    "prizes": "Prizes",
    "how-to-enter": "How to enter",
    "judging": "Judging",
    "rules": "Rules",
}
# What forms leave in a text that nobody wrote.
LEFT_OVER = {"true", "false", "null", "none", "undefined"}
# Facts that have a place of their own, if they fit there; and who runs it together, where names are
# clear. Else they are kept as texts.
OWN_PLACES = {"legal-authority": "legal_authority", "fiscal-year": "fiscal_year"}
PARTNERS = {"federal-partners": "Federal partner", "other-partners": "Other partner"}
FACTS = {
    "legal-authority": "Legal authority",
    "fiscal-year": "Fiscal year",
    "federal-partners": "Federal partners",
    "other-partners": "Other partners",
    "id": "Number at Challenge.gov",
}


@dataclass
class ImportedChallenge:
    """A challenge, ready to be stored; `notes` are sentences on what could not be read of it."""

    ref: str
    agency: str
    agency_ref: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    timezone: str = EASTERN
    dates_known: bool = False
    columns: dict[str, Any] = field(default_factory=dict)
    terms: ImportedTerms = field(default_factory=ImportedTerms)
    notes: list[str] = field(default_factory=list)


def ref_of(fields: Mapping[str, Any]) -> str:
    """The `source_ref` of a challenge, from its number or else its link; raises BadRecord where it
    has neither."""
    named = clean_line(text_of(fields, "id")) or clean_line(text_of(fields, "link"))
    if not named:
        raise BadRecord("It has neither a number nor a link, so it could not be known again.")
    if len(named) > LONGEST_ID:
        named = sha256(named.encode()).hexdigest()
    return f"{SOURCE}:{named}"


def read_call(ref: str, fields: Mapping[str, Any]) -> ImportedChallenge:
    """The challenge with these fields; raises BadRecord without a title. Smaller faults are in its
    notes."""
    title = clean_line(text_of(fields, "title"))
    if not title:
        raise BadRecord("It has no title.")
    agency = shortened(clean_line(_text(fields, "agency")) or NO_AGENCY, 200)
    challenge = ImportedChallenge(ref, agency, f"{SOURCE}:agency:{agency.casefold()}")
    _read_dates(challenge, fields)
    _read_bodies(challenge, fields)
    link, external = _link(challenge, fields, "link"), _link(challenge, fields, "external-url")
    types = _types(challenge, fields)
    placed = _placed(challenge, fields)
    challenge.columns |= {
        "title": shortened(title, 200),
        "tagline": shortened(clean_line(_text(fields, "tagline", challenge)), 400),
        "topics": types,
        "challenge_types": types,
        **{column: placed.get(name, "") for name, column in OWN_PLACES.items()},
        "prize": _prize(challenge, fields),
        "facts": _facts(challenge, fields, link if external else "", frozenset(placed)),
        "external_url": external or link,
        "timezone": challenge.timezone,
        "source_data": {name: storable(value) for name, value in fields.items()},
    }
    return challenge


def _text(fields: Mapping[str, Any], name: str, challenge: ImportedChallenge | None = None) -> str:
    try:
        return text_of(fields, name)
    except ValueError as fault:
        if challenge is not None:
            challenge.notes.append(f"{fault} It was left out.")
        return ""


def _read_dates(challenge: ImportedChallenge, fields: Mapping[str, Any]) -> None:
    start, end = _moment(challenge, fields, "start"), _moment(challenge, fields, "end")
    challenge.opens_at, challenge.closes_at = start and start.at, end and end.at
    known = end or start
    challenge.timezone = known.zone if known else EASTERN
    # With only one date known it would be open for ever, which nobody said.
    challenge.dates_known = start is not None and end is not None and start.at < end.at
    if start and end and not challenge.dates_known:
        challenge.notes.append("It closes before it opens, so its dates count as unknown.")


def _moment(
    challenge: ImportedChallenge, fields: Mapping[str, Any], name: str
) -> ParsedDate | None:
    try:
        return parse_when(text_of(fields, name), closing=name == "end")
    except ValueError as fault:
        challenge.notes.append(f"{fault} The {name} stays unknown.")
        return None


def _read_bodies(challenge: ImportedChallenge, fields: Mapping[str, Any]) -> None:
    base = _text(fields, "link")
    first, *rest = _parts(challenge, fields, "description", base) or [(1, "")]
    sections = [_section("description", "Description", number, part) for number, part in rest]
    for name, heading in SECTIONS.items():
        parts = _parts(challenge, fields, name, base)
        sections += [_section(name, heading, number, part) for number, part in parts]
    description = first[1]
    challenge.columns |= {
        "description": description,
        "description_html": render_markdown(description) if description else "",
        "sections": sections,
    }


def _parts(
    challenge: ImportedChallenge, fields: Mapping[str, Any], name: str, base: str
) -> list[tuple[int, str]]:
    """The numbered parts of a text, each short enough for a field; at most MOST_PARTS."""
    parts = html_to_parts(_text(fields, name, challenge), base)
    if parts and parts[0].strip().lower() in LEFT_OVER:
        return []
    if len(parts) > MOST_PARTS:
        challenge.notes.append(f"“{name}” is too long; its end was cut off.")
    return [(number, part) for number, part in enumerate(parts[:MOST_PARTS], 1) if part]


def _section(name: str, heading: str, number: int, part: str) -> dict[str, str]:
    again = "" if number == 1 else f"-{number}"
    return {
        "key": f"{name}{again}",
        "heading": heading if number == 1 else f"{heading}, continued",
        "source": part,
        "html": render_markdown(part),
    }


def _link(challenge: ImportedChallenge, fields: Mapping[str, Any], name: str) -> str:
    typed = clean_line(_text(fields, name, challenge))
    usable = len(typed) <= LONGEST_LINK and _is_web_address(typed)
    if typed and not usable:
        challenge.notes.append(f"“{shortened(typed, 60)}” is no usable link; it was left out.")
    return typed if usable else ""


def _is_web_address(typed: str) -> bool:
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _placed(challenge: ImportedChallenge, fields: Mapping[str, Any]) -> dict[str, str]:
    """The facts that have a place of their own, by their names in the feed."""
    placed = {}
    for name, column in OWN_PLACES.items():
        text = clean_line(_text(fields, name))
        if text and fits(text, column):
            placed[name] = text
    for name, part in PARTNERS.items():
        text = clean_line(_text(fields, name))
        if text and (names := partner_names(text)):
            placed[name] = text
            challenge.terms.partners += [(each, part) for each in names]
    return placed


def _types(challenge: ImportedChallenge, fields: Mapping[str, Any]) -> list[str]:
    try:
        named = as_list(fields.get("types"))
    except ValueError as fault:
        challenge.notes.append(f"{fault} Its types were left out.")
        return []
    return [shortened(topic, LONGEST_TOPIC) for topic in tidy_types(named)[:MOST_TOPICS]]


def _prize(challenge: ImportedChallenge, fields: Mapping[str, Any]) -> str:
    try:
        prize = parse_prize(fields.get("prize"))
    except ValueError as fault:
        challenge.notes.append(f"{fault} Its prize was left out.")
        return ""
    if prize.amount is None or not prize.exact:
        return shortened(prize.text, 500)
    if not prize.amount:
        return ""
    if is_storable(prize):
        challenge.terms.prize = prize
        challenge.terms.separate = _separate(challenge, prize.amount)
    return money(prize.amount, prize.currency)


def _separate(challenge: ImportedChallenge, total: Decimal) -> list[SeparatePrize]:
    sections = challenge.columns["sections"]
    texts = [one["source"] for one in sections if one["heading"].startswith(SECTIONS["prizes"])]
    return separate_prizes("\n".join(texts), total)


def _facts(
    challenge: ImportedChallenge, fields: Mapping[str, Any], listed_at: str, placed: frozenset[str]
) -> list[dict[str, str]]:
    found = [
        {"label": label, "text": shortened(clean_line(_text(fields, name, challenge)), 1_000)}
        for name, label in FACTS.items()
        if name not in placed
    ]
    found.append({"label": "Listed at", "text": listed_at})
    found.append({"label": "Entries", "text": "Collected by the organiser, not here"})
    return [fact for fact in found if fact["text"]]
