"""The tables of answers to many ideas at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered


class AnswerBatch(Numbered, Dated, Base):
    """Answers to several ideas that a leader writes together. `said` is what was typed once for
    all, by the names of the form's fields, with fields such as {title} in it."""

    __tablename__ = "answer_batch"

    # Who sends them, and the manager who prepared them where one did.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    prepared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    said: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    # When the common words were complete last, and when all that could go had gone.
    written_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]


class BatchAnswer(Numbered, Base):
    """The answer to one idea in a batch. `said` is what was typed for this one alone, None where it
    follows from the common words; `looked` is the fingerprint of what its author has looked at."""

    __tablename__ = "batch_answer"
    __table_args__ = (UniqueConstraint("batch_id", "idea_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("answer_batch.id", ondelete="CASCADE"))
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    # The answer that stood as this was written, and its version; 0: none.
    seen_response: Mapped[int] = mapped_column(server_default=text("0"))
    seen_version: Mapped[int] = mapped_column(server_default=text("0"))
    said: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    looked: Mapped[str] = mapped_column(String(40), server_default="")
    sent_at: Mapped[datetime | None]
    left_out_at: Mapped[datetime | None]
