"""An entry that lost sees the exact distance, and it is true: raised by so much, it is level."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.results.computing import ScoreOutput, given_by_entry, run
from ideahub.results.distance import WayMissed, raised, ways_missed
from ideahub.results.score_inputs import Score, ScoredCriterion, ScoreInputs, make_inputs
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule
from tests.results.panels import POINTS, YES_NO, MadeUpPanel, made_up_panels

CRITERIA = [
    ScoredCriterion("quality", "Quality", "60", POINTS),
    ScoredCriterion("reach", "Reach", "30", POINTS),
    ScoredCriterion("legal", "Legal", "10", YES_NO),
]
RULE = ScoringRule(method=PanelMethod.MEAN, missing=MissingScores.REFUSE, ties=("reach",))


def result(**table: list[list[Score]]) -> tuple[ScoreInputs, ScoreOutput]:
    """The result of entries with the scores of judges J0, J1, …"""
    scores = {
        (entry, f"J{at}"): row for entry, rows in table.items() for at, row in enumerate(rows)
    }
    judges = {judge for _entry, judge in scores}
    inputs = make_inputs(CRITERIA, table, judges, scores, scores)
    return inputs, run(RULE, inputs)


def test_how_many_points_on_which_criterion() -> None:
    inputs, output = result(first=[[9, 9, 1]], last=[[7, 6, 1]], lost=[[6, 5, 0]], far=[[0, 0, 0]])
    lost, far = ways_missed(RULE, inputs, output, places=2)
    # 60 + 10 for `last`, 36 + 15 for `lost`: 19 points of 100.
    assert (lost.entry, lost.rank, lost.last_winner, lost.gap.shown) == ("lost", 3, "last", "19.00")
    assert lost.by_tie_break is None
    quality, reach, legal = lost.criteria
    # A point of quality is worth 6: it takes four, and with three it had been one short.
    assert quality.rise and quality.value and quality.gain
    assert (quality.steps, quality.rise.shown, quality.value.shown) == (4, "40.00", "100.00")
    assert quality.gain.shown == "24.00"
    assert reach.steps is None and reach.rise is None
    assert legal.steps is None
    assert far.gap.shown == "70.00" and [one.steps for one in far.criteria] == [None] * 3
    assert ways_missed(RULE, inputs, output, 2, ["far"]) == [far]


def test_a_tie_break_is_said_to_have_decided() -> None:
    inputs, output = result(won=[[5, 7, 1]], lost=[[6, 5, 1]])
    [way] = ways_missed(RULE, inputs, output, places=1)
    assert (way.gap.fraction, way.by_tie_break) == ("0/1", "reach")
    assert [one.steps for one in way.criteria] == [1, 1, None]


def test_whoever_shares_the_last_place_has_won() -> None:
    inputs, output = result(a=[[5, 5, 1]], b=[[5, 5, 1]], c=[[4, 5, 1]])
    [way] = ways_missed(RULE, inputs, output, places=1)
    assert way.entry == "c"


def test_without_winners_there_is_no_distance() -> None:
    inputs, output = result(a=[[5, 5, 1]])
    assert ways_missed(RULE, inputs, output, places=0) == []


def with_steps(panel: MadeUpPanel, entry: str, at: int, steps: int) -> ScoreOutput:
    """The result, had every judge given the entry so many steps more on a criterion."""
    changed = raised(given_by_entry(panel.inputs)[entry], at, panel.inputs.criteria[at], steps)
    given_ = [changed[one.judge] if one.entry == entry else one for one in panel.inputs.given]
    return run(panel.rule, msgspec.structs.replace(panel.inputs, given=tuple(given_)))


def is_level(output: ScoreOutput, way: WayMissed) -> bool:
    ranks = {one.entry: one.rank for one in output.entries}
    mine, theirs = ranks[way.entry], ranks[way.last_winner]
    assert mine is not None and theirs is not None
    return mine <= theirs


@settings(deadline=None)
@given(st.one_of(made_up_panels(), made_up_panels(few=True)), st.integers(1, 4))
def test_so_much_more_is_enough_and_a_step_less_is_not(panel: MadeUpPanel, places: int) -> None:
    output = run(panel.rule, panel.inputs)
    ways = ways_missed(panel.rule, panel.inputs, output, places)
    ranks = {one.entry: one for one in output.entries}
    ranked = [one for one in output.entries if one.rank is not None]
    assert len(ways) == sum((one.rank or 0) > places for one in ranked)
    for way in ways:
        winner, loser = ranks[way.last_winner].panel, ranks[way.entry].panel
        assert winner and loser and way.gap.value == winner.value - loser.value
        assert (way.by_tie_break is None) == (way.gap.value > 0)
        for at, one in enumerate(way.criteria):
            if one.steps is None:
                highest = panel.inputs.criteria[at].scale.positions
                assert not is_level(with_steps(panel, way.entry, at, highest), way)
                continue
            enough = with_steps(panel, way.entry, at, one.steps)
            assert is_level(enough, way)
            assert not is_level(with_steps(panel, way.entry, at, one.steps - 1), way)
            reached = {row.entry: row for row in enough.entries}[way.entry]
            assert reached.panel and one.gain and one.value
            assert reached.panel.value == loser.value + one.gain.value
            assert reached.criteria[at] == one.value
