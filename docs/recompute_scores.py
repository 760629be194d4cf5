"""Computes a published result again, from the file that is published with it.

    python3 recompute_scores.py result.json

It needs Python 3.10 or later and nothing else: neither IdeaHub nor a library. It was written apart
from what IdeaHub runs, so that a fault of one is not a fault of both. It prints each rank, says
where its own result differs from the published one, and ends with 0 where nothing differs, 1 where
something does, and 2 where the file cannot be read. recomputing.md says what is computed.
"""

import hashlib
import json
import math
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from statistics import median

KNOWN_FORMAT = "ideahub-score-export-1"
KNOWN_RULE = "ideahub-score-1"


def main(arguments):
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        published = json.loads(Path(arguments[0]).read_text("utf-8"))
        check_that_it_is_known(published)
        differences = compare(published)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        print(f"This file cannot be computed: {problem!r}")
        return 2
    for difference in differences:
        print(f"differs at {difference}")
    print("differs" if differences else "matches")
    return 1 if differences else 0


def check_that_it_is_known(published):
    if published["format"] != KNOWN_FORMAT or published["rule"]["version"] != KNOWN_RULE:
        raise ValueError("another kind of file or rule; look for a newer version of this script")


def compare(published):
    """What differs between the published output and our own, one line each; prints the ranks."""
    rule, inputs, output = published["rule"], published["inputs"], published["output"]
    differences = []
    for name, there, here in (
        ("the fingerprint of the rule", output["rule_sha256"], fingerprint(rule)),
        ("the fingerprint of the inputs", output["inputs_sha256"], fingerprint(inputs)),
        ("the fingerprint of the output", published["output_sha256"], fingerprint(output)),
    ):
        if there != here:
            differences.append(f"{name}: published {there}, computed {here}")
    ours = compute(rule, inputs)
    theirs = {entry["entry"]: entry for entry in output["entries"]}
    for entry in sorted(ours, key=lambda key: (ours[key]["rank"] or math.inf, key)):
        differences += compare_entry(entry, ours[entry], theirs.get(entry))
    differences += [f"{entry}: not among the inputs" for entry in theirs if entry not in ours]
    if [entry["entry"] for entry in output["entries"]] != sorted(
        theirs, key=lambda key: (theirs[key]["rank"] or math.inf, key)
    ):
        differences.append("the order of the entries")
    differences += compare_shared(ours, output["shared_ranks"])
    differences += compare_coverage(ours, output["coverage"])
    return differences


def compare_entry(entry, mine, published):
    verdict = []
    if published is None:
        verdict.append(f"{entry}: missing in the published output")
    else:
        verdict += [
            f"{entry}, {name}: published {published[name]}, computed {mine[name]}"
            for name in mine
            if mine[name] != published[name]
        ]
    value = mine["panel"]["shown"] if mine["panel"] else "no value"
    rank = mine["rank"] or "no rank"
    print(f"{rank}\t{entry}\t{value}\t{'differs' if verdict else 'matches'}")
    return verdict


def compare_shared(ours, published):
    by_rank = defaultdict(list)
    for entry in sorted(ours):
        if ours[entry]["shared_by"]:
            by_rank[ours[entry]["rank"]].append(entry)
    mine = [{"rank": rank, "entries": by_rank[rank]} for rank in sorted(by_rank)]
    return (
        [] if mine == published else [f"the shared ranks: published {published}, computed {mine}"]
    )


def compare_coverage(ours, published):
    mine = {
        "assigned": sum(one["assigned"] for one in ours.values()),
        "counted": sum(one["counted"] for one in ours.values()),
        "recused": sum(one["recused"] for one in ours.values()),
        "left_out": sum(
            judge["counted"] == "left_out" for one in ours.values() for judge in one["judges"]
        ),
        "unranked": sum(one["rank"] is None for one in ours.values()),
    }
    return [] if mine == published else [f"the coverage: published {published}, computed {mine}"]


def fingerprint(thing):
    """SHA-256 of the thing as JSON with sorted keys and without blanks, and a line end."""
    text = json.dumps(thing, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8") + b"\n").hexdigest()


def compute(rule, inputs):
    """Entry → what the output should say of it."""
    criteria = inputs["criteria"]
    if sum(Fraction(criterion["weight"]) for criterion in criteria) != 100:
        raise ValueError("the weights do not add up to 100")
    scores = {(given["entry"], given["judge"]): given["scores"] for given in inputs["given"]}
    recused = {tuple(pair) for pair in inputs["recused"]}
    result = {entry: {"judges": [], "kept": []} for entry in inputs["entries"]}
    for entry, judge in map(tuple, inputs["assigned"]):
        line = {"judge": judge, "counted": "recused", "total": None, "filled": []}
        if (entry, judge) not in recused:
            given = scores.get((entry, judge), [None] * len(criteria))
            one = scorecard(rule, criteria, given)
            line["counted"] = "left_out" if one is None else "counted"
            if one is not None:
                line["total"] = shown(rule, sum(one["weighted"]))
                line["filled"] = one["filled"]
                result[entry]["kept"].append(one)
        result[entry]["judges"].append(line)
    return ranked(rule, criteria, {entry: valued(rule, one) for entry, one in result.items()})


def scorecard(rule, criteria, given):
    """What a judge's scores are worth on each criterion; None where they do not count."""
    filled = [
        criterion["key"] for criterion, score in zip(criteria, given, strict=True) if score is None
    ]
    if filled and rule["missing"] == "refuse":
        raise ValueError("scores are missing, and the rule gives no result without them")
    if filled and rule["missing"] == "leave_out_judge":
        return None
    worth = [
        worth_of(criterion["scale"], score)
        for criterion, score in zip(criteria, given, strict=True)
    ]
    weighted = [
        part * Fraction(criterion["weight"]) / 100
        for part, criterion in zip(worth, criteria, strict=True)
    ]
    return {"worth": worth, "weighted": weighted, "filled": filled}


def worth_of(scale, score):
    """From 0 for the lowest score of a scale, which also stands for a missing one, to 100."""
    if score is None:
        return Fraction(0)
    number = Fraction(score)
    if scale["kind"] == "points":
        low, high = Fraction(scale["low"]), Fraction(scale["high"])
        if (number - low) % Fraction(scale["step"]):
            raise ValueError(f"the score {score} lies between two steps")
    else:
        # A rating is the number of its level, from 1; yes is 1 and no is 0.
        worth = {0: 0, 1: 1}
        if scale["kind"] == "rating":
            steps = scale["values"] or range(len(scale["levels"]))
            worth = {level: Fraction(step) for level, step in enumerate(steps, 1)}
        if number not in worth:
            raise ValueError(f"the score {score} is none of its scale")
        low, high, number = min(worth.values()), max(worth.values()), worth[number]
    if not low <= number <= high:
        raise ValueError(f"the score {score} is outside its scale")
    return 100 * Fraction(number - low) / (high - low)


def valued(rule, one):
    """Adds the panel's value of an entry and its values on the criteria; both None without any."""
    kept = one.pop("kept")
    one["exact"] = together(rule, [sum(card["weighted"]) for card in kept]) if kept else None
    one["by_criterion"] = [
        together(rule, [card["worth"][at] for card in kept])
        for at in range(len(kept[0]["worth"]) if kept else 0)
    ]
    one["assigned"] = len(one["judges"])
    one["counted"] = len(kept)
    one["recused"] = sum(judge["counted"] == "recused" for judge in one["judges"])
    one["trimmed"] = trimmed(rule, len(kept)) if kept else 0
    return one


def together(rule, numbers):
    if rule["method"] == "median":
        return Fraction(median(numbers))
    cut = trimmed(rule, len(numbers))
    rest = sorted(numbers)[cut : len(numbers) - cut]
    return Fraction(sum(rest), len(rest)) if isinstance(sum(rest), int) else sum(rest) / len(rest)


def trimmed(rule, count):
    """How many numbers a trimmed mean leaves out at each end; one or two always remain."""
    if rule["method"] != "trimmed_mean":
        return 0
    wanted = rule["trim_count"] + math.floor(count * Fraction(rule["trim_share"]))
    return wanted if count > 2 * wanted else (count - 1) // 2


def ranked(rule, criteria, entries):
    """Adds ranks: one more than the number of entries that are better."""
    places = [[criterion["key"] for criterion in criteria].index(key) for key in rule["ties"]]
    sizes = defaultdict(int)
    for one in entries.values():
        one["key"] = None
        if one["exact"] is not None:
            one["key"] = (one["exact"], *(one["by_criterion"][place] for place in places))
            for length in range(1, len(one["key"]) + 1):
                sizes[one["key"][:length]] += 1
    better = {}
    before = 0
    for key in sorted({one["key"] for one in entries.values() if one["key"]}, reverse=True):
        better[key] = before
        before += sizes[key]
    return {entry: told(rule, one, sizes, better) for entry, one in entries.items()}


def told(rule, one, sizes, better):
    """An entry as the output writes it."""
    key = one["key"]
    compared = 0
    while key and compared < len(rule["ties"]) and sizes[key[: compared + 1]] > 1:
        compared += 1
    return {
        "rank": better[key] + 1 if key else None,
        "panel": shown(rule, one["exact"]) if key else None,
        "criteria": [shown(rule, number) for number in one["by_criterion"]],
        "judges": one["judges"],
        "assigned": one["assigned"],
        "counted": one["counted"],
        "recused": one["recused"],
        "trimmed": one["trimmed"],
        "shared_by": sizes[key] - 1 if key else 0,
        "tie_break": rule["ties"][:compared],
    }


def shown(rule, number):
    """The exact fraction, and the number rounded as the rule says."""
    number = Fraction(number)
    digits = rule["decimals"]
    if rule["rounding"] == "half_even":
        whole = round(number * 10**digits)
    else:
        whole = math.floor(number * 10**digits + Fraction(1, 2))
    text = str(whole).rjust(digits + 1, "0")
    if digits:
        text = f"{text[:-digits]}.{text[-digits:]}"
    return {"fraction": f"{number.numerator}/{number.denominator}", "shown": text}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
