"""A score run gives what its rule says, exactly, and the same bytes every time."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import mean, median
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.core.refusals import Invalid
from ideahub.results.canonical import canonical
from ideahub.results.computing import ScoreOutput, ScoresMissing, ScoreState, export, run
from ideahub.results.exact_numbers import Rounding, decimal_text, rounded
from ideahub.results.scales import ScaleKind, ScoreScale, checked_scale
from ideahub.results.score_inputs import (
    Score,
    ScoredCriterion,
    ScoreInputs,
    check_weights,
    make_inputs,
)
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule, checked_rule
from tests.results.panels import (
    HALVES,
    POINTS,
    STARS,
    UNEVEN,
    YES_NO,
    MadeUpPanel,
    made_up_panels,
    share,
)

MEAN = ScoringRule(method=PanelMethod.MEAN, missing=MissingScores.LEAVE_OUT_JUDGE)
QUALITY = ScoredCriterion("quality", "Quality", "60", POINTS)
REACH = ScoredCriterion("reach", "Reach", "40", POINTS)
SCRIPT = Path(__file__).parents[2] / "docs/recompute_scores.py"


def script() -> ModuleType:
    """The script of docs/ that computes a result again."""
    spec = importlib.util.spec_from_file_location("recompute_scores", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECOMPUTE = script()


def scored(rule: ScoringRule, *entries: list[tuple[Score, Score]]) -> ScoreOutput:
    """The output for entries, each with the scores of judges J0, J1, …"""
    names = [f"E{number}" for number in range(len(entries))]
    scores = {
        (name, f"J{number}"): given
        for name, cards in zip(names, entries, strict=True)
        for number, given in enumerate(cards)
    }
    judges = {judge for _entry, judge in scores}
    return run(rule, make_inputs([QUALITY, REACH], names, judges, scores, scores))


def places(output: ScoreOutput) -> dict[str, int | None]:
    return {one.entry: one.rank for one in output.entries}


def test_a_mean_of_weighted_totals() -> None:
    output = scored(MEAN, [(10, 5), (7, 0)])
    [entry] = output.entries
    assert [one.total.shown for one in entry.judges if one.total] == ["80.00", "42.00"]
    assert entry.panel and (entry.panel.fraction, entry.panel.shown) == ("61/1", "61.00")
    assert [one.shown for one in entry.criteria] == ["85.00", "25.00"]
    assert (entry.rank, entry.shared_by, entry.tie_break) == (1, 0, ())


def test_the_median_and_the_trimmed_mean() -> None:
    cards: list[tuple[Score, Score]] = [(1, 1), (2, 2), (4, 4), (10, 10)]
    middle = msgspec.structs.replace(MEAN, method=PanelMethod.MEDIAN)
    assert scored(middle, cards).entries[0].panel == scored(MEAN, [(3, 3)]).entries[0].panel
    assert scored(middle, cards[1:]).entries[0].panel == scored(MEAN, [(4, 4)]).entries[0].panel
    trimmed = msgspec.structs.replace(MEAN, method=PanelMethod.TRIMMED_MEAN, trim_count=1)
    entry = scored(trimmed, [*cards, (6, 6)]).entries[0]
    assert entry.panel and entry.panel.fraction == "40/1" and entry.trimmed == 1
    # Of two totals none can be left out; of three, only the one in the middle stays.
    assert scored(trimmed, cards[:2]).entries[0].trimmed == 0
    more = msgspec.structs.replace(trimmed, trim_count=7)
    assert scored(more, cards[:3]).entries[0].panel == scored(MEAN, [(2, 2)]).entries[0].panel


def test_ties_fall_by_the_declared_criteria_and_then_the_rank_is_shared() -> None:
    equal: list[list[tuple[Score, Score]]] = [[(4, 9)], [(6, 6)], [(6, 6)], [(8, 3)], [(0, 0)]]
    output = scored(MEAN, *equal)
    assert places(output) == {"E0": 1, "E1": 1, "E2": 1, "E3": 1, "E4": 5}
    assert [one.entries for one in output.shared_ranks] == [("E0", "E1", "E2", "E3")]
    by_reach = scored(msgspec.structs.replace(MEAN, ties=("reach",)), *equal)
    assert places(by_reach) == {"E0": 1, "E1": 2, "E2": 2, "E3": 4, "E4": 5}
    assert [one.tie_break for one in by_reach.entries] == [("reach",)] * 4 + [()]
    assert [one.shared_by for one in by_reach.entries] == [0, 1, 1, 0, 0]


def test_values_that_look_the_same_are_told_apart() -> None:
    """The reference platform rounded averages, and then broke ties that were none by number."""
    exactly = msgspec.structs.replace(MEAN, decimals=0)
    output = scored(exactly, [(5, 5), (5, 5), (5, 5)], [(5, 5), (5, 5), (5, 6)])
    assert places(output) == {"E1": 1, "E0": 2}
    assert [one.panel and one.panel.shown for one in output.entries] == ["51", "50"]


def test_what_is_missing() -> None:
    cards: list[tuple[Score, Score]] = [(10, 10), (5, None)]
    [left_out] = scored(MEAN, cards).entries
    assert left_out.panel and left_out.panel.shown == "100.00"
    assert [one.counted for one in left_out.judges] == [ScoreState.COUNTED, ScoreState.LEFT_OUT]
    lowest = msgspec.structs.replace(MEAN, missing=MissingScores.COUNT_AS_LOWEST)
    [filled] = scored(lowest, cards).entries
    assert filled.panel and filled.panel.shown == "65.00"
    assert [one.filled for one in filled.judges] == [(), ("reach",)]
    with pytest.raises(ScoresMissing, match="1 scorecard is not complete") as refused:
        scored(msgspec.structs.replace(MEAN, missing=MissingScores.REFUSE), cards)
    assert refused.value.pairs == (("E0", "J1"),)


def test_whoever_steps_back_is_not_missing() -> None:
    rule = msgspec.structs.replace(MEAN, missing=MissingScores.REFUSE)
    pairs = [("E0", "J0"), ("E0", "J1"), ("E1", "J1")]
    scores = {("E0", "J0"): (3, 3), ("E0", "J1"): (9, 9)}
    inputs = make_inputs([QUALITY, REACH], ["E0", "E1"], ["J0", "J1"], pairs, scores, pairs[1:])
    output = run(rule, inputs)
    assert places(output) == {"E0": 1, "E1": None}
    assert output.entries[0].panel and output.entries[0].panel.shown == "30.00"
    assert output.coverage == msgspec.structs.replace(
        output.coverage, assigned=3, counted=1, left_out=0, recused=2, unranked=1
    )
    assert b'"9"' not in export(rule, inputs, output)


def independently(panel: MadeUpPanel) -> dict[str, tuple[Fraction, ...]]:
    """Entry → the panel's value and those on the criteria of the tie-break; with `fractions` and
    `statistics`, from what was typed."""
    rule = panel.rule
    keys = [one.key for one in panel.criteria]
    found = {}
    for entry in panel.inputs.entries:
        cards = []
        for pair in panel.assigned:
            card = panel.scores[pair]
            lacks = None in card
            if pair[0] != entry or pair in panel.recused:
                continue
            if lacks and rule.missing is MissingScores.LEAVE_OUT_JUDGE:
                continue
            cards.append(
                [
                    Fraction(0) if score is None else share(one.scale, str(score))
                    for one, score in zip(panel.criteria, card, strict=True)
                ]
            )
        if cards:
            weights = [Fraction(one.weight) for one in panel.criteria]
            totals = [
                sum((w * s / 100 for w, s in zip(weights, card, strict=True)), Fraction(0))
                for card in cards
            ]
            columns = [[card[keys.index(key)] for card in cards] for key in rule.ties]
            found[entry] = tuple(middle(rule, some) for some in [totals, *columns])
    return found


def middle(rule: ScoringRule, numbers: list[Fraction]) -> Fraction:
    if rule.method is PanelMethod.MEAN:
        return mean(numbers)
    if rule.method is PanelMethod.MEDIAN:
        return Fraction(median(numbers))
    left = sorted(numbers)
    for _again in range(rule.trim_count + int(len(numbers) * Fraction(rule.trim_share))):
        left = left[1:-1] if len(left) > 2 else left
    return mean(left)


@settings(deadline=None)
@given(st.one_of(made_up_panels(), made_up_panels(few=True)))
def test_a_run_equals_an_independent_computation(panel: MadeUpPanel) -> None:
    output = run(panel.rule, panel.inputs)
    expected = independently(panel)
    for one in output.entries:
        key = expected.get(one.entry)
        assert (one.panel.value if one.panel else None) == (key[0] if key else None)
        better = sum(key is not None and other > key for other in expected.values())
        assert one.rank == (better + 1 if key else None)
        assert one.shared_by == (sum(key == other for other in expected.values()) - 1 if key else 0)


@settings(deadline=None)
@given(st.one_of(made_up_panels(), made_up_panels(few=True)))
def test_the_script_of_the_documentation_comes_to_the_same(panel: MadeUpPanel) -> None:
    output = run(panel.rule, panel.inputs)
    published = json.loads(export(panel.rule, panel.inputs, output))
    RECOMPUTE.check_that_it_is_known(published)
    assert RECOMPUTE.compare(published) == []


@settings(deadline=None)
@given(made_up_panels(), st.randoms())
def test_the_same_bytes_in_whatever_order_things_come(panel: MadeUpPanel, random: Any) -> None:
    once = export(panel.rule, panel.inputs, run(panel.rule, panel.inputs))
    pairs = [*panel.scores.items()]
    entries, judges, assigned = (
        [*some] for some in (panel.inputs.entries, panel.inputs.judges, panel.assigned)
    )
    for some in (pairs, entries, judges, assigned):
        random.shuffle(some)
    inputs = make_inputs(panel.criteria, entries, judges, assigned, dict(pairs), panel.recused)
    assert export(panel.rule, inputs, run(panel.rule, inputs)) == once


@settings(deadline=None)
@given(made_up_panels(), st.data())
def test_no_recusal_blocks_a_result(panel: MadeUpPanel, data: st.DataObject) -> None:
    """Under every rule: whoever is there is ranked, and how many were counted is said."""
    complete = {pair: card for pair, card in panel.scores.items() if None not in card}
    recused = set(data.draw(st.lists(st.sampled_from(panel.assigned), unique=True)))
    recused |= {pair for pair in panel.assigned if pair not in complete}
    rule = msgspec.structs.replace(panel.rule, missing=MissingScores.REFUSE)
    inputs = make_inputs(
        panel.criteria, panel.inputs.entries, panel.inputs.judges, panel.assigned, complete, recused
    )
    output = run(rule, inputs)
    assert len(output.entries) == len(inputs.entries)
    for one in output.entries:
        assigned = [pair for pair in panel.assigned if pair[0] == one.entry]
        assert one.assigned == len(assigned)
        assert one.recused == len(recused.intersection(assigned))
        assert one.counted == one.assigned - one.recused
        assert (one.rank is None) == (one.counted == 0)
    assert output.coverage.recused == len(recused)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda file: file["output"]["entries"][0].update(rank=2), "E0, rank"),
        (lambda file: file["inputs"]["given"][0]["scores"].__setitem__(0, "9"), "E0, panel"),
        (lambda file: file["inputs"].update(recused=[["E0", "J1"]]), "E0, recused"),
        (lambda file: file["output"]["entries"].pop(), "E1: missing"),
        (lambda file: file["rule"].update(decimals=3), "the fingerprint of the rule"),
        (lambda file: file["output"].update(shared_ranks=[{"rank": 1, "entries": []}]), "shared"),
        (lambda file: file["output"]["coverage"].update(counted=7), "the coverage"),
    ],
)
def test_the_script_finds_what_was_altered(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, Any]], None],
    place: str,
) -> None:
    names, scores = ["E0", "E1"], {("E0", "J0"): (5, 5), ("E0", "J1"): (6, 7), ("E1", "J0"): (3, 3)}
    inputs = make_inputs([QUALITY, REACH], names, ["J0", "J1"], scores, scores)
    published = json.loads(export(MEAN, inputs, run(MEAN, inputs)))
    file = tmp_path / "result.json"
    file.write_bytes(canonical(published))
    assert RECOMPUTE.main([str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "matches"
    change(published)
    file.write_bytes(canonical(published))
    assert RECOMPUTE.main([str(file)]) == 1
    assert f"differs at {place}" in capsys.readouterr().out.replace(
        "differs at the shared", "differs at shared"
    )


def test_the_script_says_what_it_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    assert RECOMPUTE.main([]) == RECOMPUTE.main([str(file)]) == 2
    for text in ("", "[]", '{"format": "another"}', '{"format": "ideahub-score-export-1"}'):
        file.write_text(text)
        assert RECOMPUTE.main([str(file)]) == 2


def test_the_script_needs_the_standard_library_alone(tmp_path: Path) -> None:
    """Where no other package can be found."""
    scores = {("E0", "J0"): (5, 5)}
    inputs = make_inputs([QUALITY, REACH], ["E0"], ["J0"], scores, scores)
    file = tmp_path / "result.json"
    file.write_bytes(export(MEAN, inputs, run(MEAN, inputs)))
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, file], capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\tE0\t50.00\tmatches\nmatches\n"


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (["50", "49.99"], "add up to 99.99 %, so 0.01 % is missing"),
        (["60", "40.5"], "add up to 100.5 %, which is 0.5 % too much"),
        (["33.33", "33.33", "33.33"], "add up to 99.99 %"),
        (["100", "0"], "more than zero"),
        (["120", "-20"], "more than zero"),
        (["all"], "not a number"),
        (["1e2"], "not a number"),
    ],
)
def test_weights_that_do_not_add_up(weights: list[str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        check_weights(weights)


def test_exact_weights_are_taken() -> None:
    check_weights([Decimal("33.3"), Decimal("33.3"), Decimal("33.40")])


def points(low: str, high: str, step: str) -> ScoreScale:
    return ScoreScale(kind=ScaleKind.POINTS, low=low, high=high, step=step)


def rating(*levels: str, values: tuple[str, ...] = ()) -> ScoreScale:
    return ScoreScale(kind=ScaleKind.RATING, levels=levels, values=values)


@pytest.mark.parametrize(
    ("scale", "sentence"),
    [
        (points("1", "1", "1"), "every entry would get the same score"),
        (points("5", "1", "1"), "every entry would get the same score"),
        (points("0", "1", "1"), "has one step only"),
        (points("0", "10", "0"), "more than zero"),
        (points("0", "10", "3"), "not a whole number of steps of 3"),
        (points("0", "1", "0.000001"), "too many steps"),
        (points("", "10", "1"), "not a number"),
        (rating("good"), "at least two levels"),
        (rating(), "at least two levels"),
        (rating("good", " "), "a name"),
        (rating("good", "good"), "the same name"),
        (rating("a", "b", values=("1",)), "for each level"),
        (rating("a", "b", values=("2", "1")), "worth more"),
    ],
)
def test_scales_that_tell_nothing_apart(scale: ScoreScale, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        checked_scale(scale)


@pytest.mark.parametrize(
    ("scale", "score", "sentence"),
    [
        (POINTS, "11", "outside the scale. Give a score from 0 to 10"),
        (POINTS, "-1", "outside the scale"),
        (POINTS, "4.5", "between two steps"),
        (HALVES, "0.25", "from -1 to 2 in steps of 0.5"),
        (STARS, "0", "from 1 to 4"),
        (STARS, "1.5", "between two steps"),
        (YES_NO, "2", "from 0 to 1"),
        (POINTS, "nan", "not a number"),
        (POINTS, "1e1", "not a number"),
        (POINTS, "", "not a number"),
    ],
)
def test_scores_that_are_none_of_the_scale(scale: ScoreScale, score: str, sentence: str) -> None:
    criterion = ScoredCriterion("only", "Only", "100", scale)
    with pytest.raises(Invalid, match=sentence) as refused:
        make_inputs([criterion], ["E"], ["J"], [("E", "J")], {("E", "J"): [score]})
    assert [*refused.value.errors] == ["only"]


@pytest.mark.parametrize("scale", [POINTS, HALVES, STARS, UNEVEN, YES_NO])
def test_each_position_is_a_score(scale: ScoreScale) -> None:
    scores = [scale.score_at(position) for position in range(scale.positions)]
    assert [scale.position_of(score) for score in scores] == [*range(scale.positions)]
    worth = [scale.share_of(score) for score in scores]
    assert worth == sorted(set(worth)) and worth[0] == 0 and worth[-1] == 100
    assert worth == [share(scale, score) for score in scores]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"method": PanelMethod.TRIMMED_MEAN}, "how many totals"),
        ({"method": PanelMethod.TRIMMED_MEAN, "trim_count": -1}, "how many totals"),
        ({"method": PanelMethod.TRIMMED_MEAN, "trim_share": "0.5"}, "less than 0.5"),
        ({"method": PanelMethod.TRIMMED_MEAN, "trim_share": "0.1", "trim_count": 1}, "how many"),
        ({"trim_count": 1}, "Only a trimmed mean"),
        ({"decimals": 7}, "from 0 to 6"),
        ({"ties": ("nothing",)}, "once"),
        ({"ties": ("quality", "quality")}, "once"),
        ({"version": "ideahub-score-0"}, "not known"),
    ],
)
def test_rules_that_say_too_little_or_too_much(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        checked_rule(msgspec.structs.replace(MEAN, **change), ("quality", "reach"))


@pytest.mark.parametrize("number", ["4.50", "4.5", "04.5", Decimal("4.500")])
def test_a_number_is_written_in_one_way(number: str | Decimal) -> None:
    assert decimal_text(number) == "4.5"
    assert [decimal_text(one) for one in ("-0", "-0.0", "10", 100, Decimal("1E+2"))] == [
        *("0", "0", "10", "100", "100")
    ]


@settings(deadline=None)
@given(st.fractions(-1000, 1000), st.integers(0, 5))
def test_rounding(number: Fraction, decimals: int) -> None:
    shown = rounded(number, decimals, Rounding.HALF_EVEN)
    assert Fraction(shown) == round(number, decimals)
    up = Fraction(rounded(number, decimals, Rounding.HALF_UP))
    assert abs(up - number) <= Fraction(1, 2 * 10**decimals)
    assert abs(up) >= abs(Fraction(shown)) and "-0" not in {shown, shown.rstrip("0").rstrip(".")}


def _lists_and_dicts(inner: Any) -> Any:
    return st.lists(inner) | st.dictionaries(st.text(), inner)


def test_no_float_gets_into_what_is_stored() -> None:
    with pytest.raises(TypeError):
        canonical({"a": [1, {"b": 0.5}]})
    assert canonical({"b": "ü", "a": [1, None]}) == '{"a":[1,null],"b":"ü"}\n'.encode()


@given(st.recursive(st.none() | st.integers(-(2**60), 2**60) | st.text(), _lists_and_dicts))
def test_what_is_stored_is_what_everybody_s_json_writes(thing: Any) -> None:
    plainly = json.dumps(thing, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical(thing) == f"{plainly}\n".encode()


@pytest.mark.parametrize("kind", [ScoringRule, ScoreInputs, ScoreOutput])
def test_no_field_of_what_is_stored_is_a_float(kind: type) -> None:
    schema = json.dumps(msgspec.json.schema(kind))
    assert '"type": "string"' in schema and '"type": "number"' not in schema


@pytest.mark.slow
def test_ten_thousand_entries() -> None:
    """How long it takes is measured by hand; here, that the script comes to the same."""
    weights = ("30", "25", "20", "15", "10")
    criteria = [
        ScoredCriterion(f"c{at}", f"C{at}", weight, POINTS) for at, weight in enumerate(weights)
    ]
    entries = [f"E{number:05}" for number in range(10_000)]
    scores: dict[tuple[str, str], list[Score]] = {
        (entry, f"J{(at * 7 + judge * 13) % 60:02}"): [
            (at * (criterion + 3) + judge * 5) % 11 for criterion in range(5)
        ]
        for at, entry in enumerate(entries)
        for judge in range(3)
    }
    judges = {judge for _entry, judge in scores}
    inputs = make_inputs(criteria, entries, judges, scores, scores)
    output = run(MEAN, inputs)
    assert len(output.entries) == 10_000 and output.coverage.counted == 30_000
    assert RECOMPUTE.compare(json.loads(export(MEAN, inputs, output))) == []
