#!/bin/sh
# Run once by the official Postgres image: the database and its two logins.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set=ON_ERROR_STOP=1 \
    --set=schema_password="$SCHEMA_PASSWORD" \
    --set=application_password="$APPLICATION_PASSWORD" --file=/fixtures/database.sql
