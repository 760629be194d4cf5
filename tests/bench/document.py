"""Writes what was measured into docs/performance.md, between two marks; all else in it is ours."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ideahub.server.embedded import binaries
from tests.bench.report import Row, as_markdown

DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
LOAD = "load at the end (1, 5, 15 minutes)"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


SECTION = "### "
Parts = Mapping[str, tuple[str, Sequence[Row]]]


def write(parts: Parts, asked: str, *, whole: bool) -> None:
    """Writes what was measured between the marks; `parts` is heading → what it is about, and rows;
    `asked` is the command that was run. Where it was not the `whole` of it, the other sections
    stay, and each of these says when it was measured by itself."""
    text = DOCUMENT.read_text()
    before, rest = text.split(BEGIN)
    measured, after = rest.split(END)
    day = datetime.now(UTC).strftime("%d %B %Y").lstrip("0")
    if whole:
        told = f"Measured on {day} by `{asked}`, on this machine:"
        sections = {"": f"{told}\n\n{as_markdown_list(machine())}"}
        sections |= {heading: _section(*part) for heading, part in parts.items()}
    else:
        sections = _sections(measured)
        told = f"Measured by itself on {day} by `{asked}`; load at the end: {machine()[LOAD]}."
        sections |= {heading: _section(*part, told) for heading, part in parts.items()}
    between = [
        f"{SECTION}{heading}\n\n{body}" if heading else body for heading, body in sections.items()
    ]
    DOCUMENT.write_text(before + "\n\n".join([BEGIN, *between, END]) + after)


def _section(about: str, rows: Sequence[Row], told: str = "") -> str:
    return "\n\n".join(filter(None, [about.strip(), told, as_markdown(rows)]))


def _sections(measured: str) -> dict[str, str]:
    """What stands there so far: heading → the text below it; first, without a heading, on what it
    was measured."""
    head, *others = measured.split(f"\n{SECTION}")
    found = {"": head.strip()}
    for other in others:
        heading, _line, body = other.partition("\n")
        found[heading] = body.strip()
    return found


def machine() -> dict[str, str]:
    """What it was measured on."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    postgres = [str(binaries.find(None)[1] / "postgres"), "--version"]
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return {
        "cores": f"{os.cpu_count()} of {cpu[1] if cpu else platform.machine()}",
        "memory": f"{memory:.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": subprocess.check_output(postgres, text=True).split()[-1],
        LOAD: busy,
    }


def as_markdown_list(facts: Mapping[str, str]) -> str:
    """A line for each fact."""
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
