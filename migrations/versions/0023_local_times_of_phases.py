"""Local times and grace of phases, and the reasons of changes

What is stored keeps its moments: the local times are read from them. A zone that PostgreSQL does
not know is read as UTC, as the pages show it. Milliseconds for thousands of phases.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

ENDS = ("opens", "closes")
LOCAL = "({end}_at at time zone case when known.name is null then 'UTC' else phase.timezone end)"


def upgrade() -> None:
    for end in ENDS:
        op.add_column("phase", sa.Column(f"{end}_local", sa.DateTime(timezone=False)))
        op.add_column("phase", sa.Column(f"{end}_offset", sa.BigInteger))
    op.add_column(
        "phase",
        sa.Column("grace_seconds", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    )
    op.add_column(
        "campaign_change",
        sa.Column("reason", sa.String(300), nullable=False, server_default=""),
    )
    for end in ENDS:
        local = LOCAL.format(end=end)
        ahead = f"extract(epoch from {local} - ({end}_at at time zone 'UTC'))"
        op.execute(
            f"update phase set {end}_local = {local}, {end}_offset = {ahead} "  # noqa: S608  ours
            "from (select distinct timezone from phase) as used "
            "left join pg_timezone_names as known on known.name = used.timezone "
            f"where used.timezone = phase.timezone and {end}_at is not null"
        )


def downgrade() -> None:
    op.drop_column("campaign_change", "reason")
    op.drop_column("phase", "grace_seconds")
    for end in reversed(ENDS):
        op.drop_column("phase", f"{end}_offset")
        op.drop_column("phase", f"{end}_local")
