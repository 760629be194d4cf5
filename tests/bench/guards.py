"""Guards: a short plain text through all of IdeaHub (/healthz), as a share of the bare framework.

So this is what each request pays before anything is looked up: the limits of the HTTP protocol,
the choice of the language, the guard against other sites, the headers, compression.
"""

from collections.abc import Collection

from tests.bench import served
from tests.bench.asking import Ask
from tests.bench.bench import Bench
from tests.bench.report import Row, number
from tests.bench.rounds import in_rounds, ratios, spread
from tests.bench.wrk import load, must_be_installed

AT_LEAST, AIM = 0.4, 0.6


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """The row of this section."""
    must_be_installed("wrk")
    with bench.site() as site, served.plain_text() as plain:
        turns = {
            "bare": lambda _n: load(plain, served.PORT + 1, [Ask("/")], bench.seconds),
            "guarded": lambda _n: load(site.process, served.PORT, [Ask("/healthz")], bench.seconds),
        }
        found = in_rounds(bench.rounds, turns)
    ratio = ratios(*([one.per_second for one in found[name]] for name in ("guarded", "bare")))
    cpu = [[one.cpu for one in found[name]] for name in ("bare", "guarded")]
    guarded, bare = (1000 * spread(values).median for values in reversed(cpu))
    beside = f"{number(guarded)} ms of CPU, bare {number(bare)} ms"
    beside += f" (ratio by CPU: {number(ratios(*cpu).median)})"
    return [Row("plain text through every guard ÷ bare", ratio, "", AT_LEAST, AIM, beside=beside)]
