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
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write(parts: Mapping[str, tuple[str, Sequence[Row]]], asked: str) -> None:
    """Replaces what stands between the marks; `parts` is heading → what it is about, and rows;
    `asked` is the command that was run."""
    day = datetime.now(UTC).strftime("%d %B %Y").lstrip("0")
    told = [BEGIN, f"Measured on {day} by `{asked}`, on this machine:", as_markdown_list(machine())]
    for heading, (about, rows) in parts.items():
        told += [f"### {heading}", about.strip(), as_markdown(rows)]
    text = DOCUMENT.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    DOCUMENT.write_text(before + "\n\n".join(told) + f"\n\n{END}" + after)


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
        "load at the end (1, 5, 15 minutes)": busy,
    }


def as_markdown_list(facts: Mapping[str, str]) -> str:
    """A line for each fact."""
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
