#!/bin/sh
# Runs once, when the database is made: a replica may follow it. For a database that exists already,
# add this line to its pg_hba.conf by hand, and reload it.
set -eu
echo "host replication $POSTGRES_USER all scram-sha-256" >>"$PGDATA/pg_hba.conf"
