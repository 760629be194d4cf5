"""Every template has all that it promises, and nothing in it contradicts itself."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideahub.campaigns.contradictions import contradictions
from ideahub.campaigns.models import Accepts, CampaignKind, Purpose
from ideahub.campaigns.starting import Start, _plans, title_from
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.templates.outlines import CampaignTemplate, FieldKind, Scale
from ideahub.core import lengths
from ideahub.core.text.cleaning import MAX_TEXT

ALL = pytest.mark.parametrize("chosen", TEMPLATES.values(), ids=list(TEMPLATES))
CHALLENGES = [one for one in TEMPLATES.values() if one.kind is CampaignKind.CHALLENGE]
OPENS = datetime(2031, 3, 3, 9)  # noqa: DTZ001  local by nature
CHOICES = {"choice", "choices"}


def start(chosen: CampaignTemplate, opens: datetime, closes: datetime | None = None) -> Start:
    closes = closes or chosen.usual_closing(opens)
    return Start(1, "How might we test?", "", "Europe/Berlin", opens, closes)


def test_there_are_the_five() -> None:
    assert list(TEMPLATES) == [
        "service-track",
        "policy-track",
        "hackathon-weekend",
        "innovation-award",
        "standing-box",
    ]


@ALL
def test_it_has_everything_it_promises(chosen: CampaignTemplate) -> None:
    texts = [chosen.name, chosen.hint, chosen.title_hint, chosen.opening, chosen.tagline]
    assert all(texts)
    assert len(chosen.tagline) <= lengths.TAGLINE
    assert all(chosen.description)
    assert len("\n\n".join(chosen.description)) < MAX_TEXT
    assert all(chosen.rules)
    assert set(chosen.prompts) == {
        *("question", "whys", "hopes", "fears", "beneficiaries", "description"),
    }
    assert bool(chosen.phases) == (chosen.kind is CampaignKind.CHALLENGE)


@ALL
def test_the_weights_of_each_round_sum_to_a_hundred_exactly(chosen: CampaignTemplate) -> None:
    own = [phase.criteria for phase in chosen.phases if phase.criteria]
    for criteria in (chosen.criteria, *own):
        assert all(type(one.weight) is Decimal and one.weight > 0 for one in criteria)
        assert sum((one.weight for one in criteria), Decimal(0)) == Decimal(100)
        assert {one.scale for one in criteria} <= set(get_args(Scale))
        names = [one.name for one in criteria]
        assert len(set(names)) == len(names) >= 2
        assert all(one.description for one in criteria)


@ALL
def test_the_form_of_each_round_can_be_made(chosen: CampaignTemplate) -> None:
    own = [phase.form for phase in chosen.phases if phase.form]
    for form in (chosen.form, *own):
        assert form
        keys = [one.key for one in form]
        assert len(set(keys)) == len(keys)
        for one in form:
            assert one.kind in get_args(FieldKind)
            assert re.fullmatch(r"[a-z][a-z_]{0,39}", one.key)
            assert one.label
            assert bool(one.options) == (one.kind in CHOICES)
            assert len(set(one.options)) == len(one.options)
        # Somebody who reads without names must still have something to read.
        assert any(one.in_blind and one.required for one in form)


@ALL
def test_a_phase_that_takes_entries_says_so(chosen: CampaignTemplate) -> None:
    taking = [phase for phase in chosen.phases if Accepts.ENTRIES in phase.accepts]
    assert {phase.purpose for phase in taking} <= {Purpose.ENTRIES}


@ALL
def test_where_entries_are_sent_in_they_are_judged(chosen: CampaignTemplate) -> None:
    accepts = {accepted for phase in chosen.phases for accepted in phase.accepts}
    assert (Accepts.ENTRIES in accepts) == (Accepts.SCORING in accepts)
    if chosen.phases:
        assert accepts & {Accepts.IDEAS, Accepts.ENTRIES}


@pytest.mark.parametrize("chosen", CHALLENGES, ids=[one.key for one in CHALLENGES])
@given(day=st.integers(0, 3000), hour=st.integers(0, 23), longer=st.integers(0, 400))
def test_no_phase_ends_before_it_begins(
    chosen: CampaignTemplate, day: int, hour: int, longer: int
) -> None:
    opens = (OPENS + timedelta(days=day)).replace(hour=hour)
    shortest = opens + timedelta(days=chosen.shortest)
    for closes in (chosen.usual_closing(opens), shortest + timedelta(days=longer, hours=1)):
        plans, _notes = _plans(chosen, start(chosen, opens, closes))
        times = [(plan.opens_at, plan.closes_at) for plan in plans]
        assert all(begin and end and begin < end for begin, end in times)
        # What the manager chose is in the plan, and no phase begins before it.
        berlin = ZoneInfo("Europe/Berlin")
        first = min(begin for begin, _end in times if begin)
        assert times[0][0] == first
        assert abs(first - opens.replace(tzinfo=berlin)) <= timedelta(hours=1)
        assert times == sorted(times, key=lambda one: one[0] or first)


@pytest.mark.parametrize("chosen", CHALLENGES, ids=[one.key for one in CHALLENGES])
def test_its_phases_do_not_contradict_each_other(chosen: CampaignTemplate) -> None:
    plans, notes = _plans(chosen, start(chosen, OPENS))
    assert not contradictions(plans)
    assert not notes


def test_a_weekend_ends_on_a_sunday() -> None:
    chosen = TEMPLATES["hackathon-weekend"]
    for day in range(14):
        closes = chosen.usual_closing(OPENS + timedelta(days=day))
        assert (closes.weekday(), closes.hour) == (6, 15)
    plans, _notes = _plans(chosen, start(chosen, OPENS))
    weekend = plans[1].opens_at
    assert weekend
    assert weekend.astimezone(ZoneInfo("Europe/Berlin")).strftime("%A %H:%M") == "Friday 18:00"


def test_a_title_is_made_of_the_question() -> None:
    made = "Make the ring road quiet at night"
    assert title_from("How might we make the ring road quiet at night?") == made
    assert title_from("Who repairs the benches?") == "Who repairs the benches"
    assert title_from("how might we") == "How might we"
    assert len(title_from("How might we " + "x" * 290)) == lengths.CAMPAIGN_TITLE
