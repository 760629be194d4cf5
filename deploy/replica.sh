#!/bin/sh
# Copies the database at the first start, and follows it from then on.
set -eu
export PGPASSWORD="$POSTGRES_PASSWORD"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA" && chmod 0700 "$PGDATA"
  until pg_basebackup --host=database --username="$POSTGRES_USER" --pgdata="$PGDATA" \
    --write-recovery-conf --wal-method=stream --checkpoint=fast; do
    sleep 2
    find "$PGDATA" -mindepth 1 -delete
  done
fi
# With feedback the primary keeps what pages on the replica still read.
exec postgres -c hot_standby_feedback=on
