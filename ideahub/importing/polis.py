"""Imports conversations from Polis exports: statements become ideas, agreements become votes.

The votes are counted from their own file; the counts in the list of statements are only compared
with that. Participants become people without name or address. Rows are inserted without the rules
of ideas and votes: the conversation is over, so no phase would accept them.
"""

from collections import Counter
from pathlib import Path

from ideahub.core.db import Database
from ideahub.core.text.cleaning import clean_line
from ideahub.importing.foreign_files import Unreadable
from ideahub.importing.polis_files import (
    MATRIX,
    STATEMENTS,
    VOTES,
    PolisConversation,
    find_file,
    key_of_conversation,
    read_summary,
)
from ideahub.importing.polis_signs import UnknownSign, settle_sign
from ideahub.importing.polis_statements import REJECTED, UNCLEAR, read_statements
from ideahub.importing.polis_storing import store_conversation
from ideahub.importing.polis_votes import read_matrix, read_votes
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress


async def import_polis(
    database: Database, directory: Path, progress: Progress, agreement: int | None = None
) -> Report:
    """Imports what was not imported yet of one conversation, in one transaction.

    `agreement` is the number, 1 or -1, that means agreement in the votes; with None it is
    recognised from the files. Faults in the files are in the report, not raised.
    """
    report = Report()
    conversation = _read(directory, report, progress, agreement)
    if conversation is None:
        return report
    async with database.transaction() as db:
        await store_conversation(db, conversation, report, progress)
    report.notes += _what_was_left_out(conversation)
    return report


def _read(
    directory: Path, report: Report, progress: Progress, agreement: int | None
) -> PolisConversation | None:
    try:
        path = find_file(directory, STATEMENTS)
    except OSError as fault:
        report.fail(directory.name or str(directory), f"No such folder: {fault.strerror or fault}.")
        return None
    if path is None:
        report.fail(directory.name, "The folder holds no comments.csv.")
        return None
    try:
        statements, exporter = read_statements(path, report)
    except Unreadable as fault:
        report.fail(path.name, str(fault))
        return None
    if not statements:
        report.fail(path.name, "The file holds no usable statement.")
        return None
    summary = read_summary(directory, report)
    named = f"Conversation {directory.resolve().name}"
    conversation = PolisConversation(
        key=key_of_conversation(summary, statements),
        topic=clean_line(summary.get("topic", "")) or clean_line(named),
        description=summary.get("conversation-description", ""),
        url=clean_line(summary.get("url", "")),
        exporter=exporter,
        statements=statements,
    )
    votes = _read_votes(conversation, directory, report, progress)
    try:
        reading = settle_sign(conversation, summary, agreement)
    except UnknownSign as question:
        report.fail(votes.name, str(question))
        return None
    report.readings += [reading] if reading else []
    conversation.participants |= dict.fromkeys(
        statement.author for statement in statements.values() if statement.author
    )
    return conversation


def _read_votes(
    conversation: PolisConversation, directory: Path, report: Report, progress: Progress
) -> Path:
    """Reads the votes, and returns the file that they were read from."""
    matrix, lines = find_file(directory, MATRIX), find_file(directory, VOTES)
    try:
        if matrix is not None:
            read_matrix(conversation, matrix, report, progress)
        elif lines is not None:
            read_votes(conversation, lines, report, progress)
        else:
            report.note("The folder holds no file of votes; only statements were read.")
    except Unreadable as fault:
        report.refuse((matrix or lines or directory).name, str(fault))
    return matrix or lines or directory


def _what_was_left_out(conversation: PolisConversation) -> list[str]:
    agreed = Counter(statement for _person, statement in conversation.agreements)
    disagreed = Counter(statement for _person, statement in conversation.disagreements)
    differing = sum(
        (statement.agrees, statement.disagrees)
        != (str(agreed[statement.id]), str(disagreed[statement.id]))
        for statement in conversation.statements.values()
        if statement.agrees and statement.disagrees
    )
    hidden = Counter(statement.hidden for statement in conversation.statements.values())
    undated = sum(statement.at is None for statement in conversation.statements.values())
    sentences = (
        (disagreed.total(), "{} disagreements were left out: here people support, or they do not."),
        (conversation.passes, "{} passes were left out."),
        (hidden[REJECTED], "{} statements that the moderators had rejected stay hidden."),
        (hidden[UNCLEAR], "{} statements stay hidden: whether they were accepted is not clear."),
        (
            differing,
            "{} statements are counted otherwise in the list; the votes themselves count.",
        ),
        (undated, "{} statements have no readable time; they bear the time of the import."),
    )
    return [sentence.format(f"{number:,}") for number, sentence in sentences if number]
