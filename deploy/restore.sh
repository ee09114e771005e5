#!/usr/bin/env bash
# deploy/restore.sh FILE: what backup.sh has written, into the empty database that DATABASE_URL names. All of it or nothing.
set -euo pipefail

if [[ $# -ne 1 ]]; then
  echo 'deploy/restore.sh FILE' >&2
  exit 2
fi
file=$1
for needed in "$file" "$file.sha256"; do
  if [[ ! -f "$needed" ]]; then
    echo "$needed is missing." >&2
    exit 1
  fi
done
. "$(dirname "$0")/database.sh"

echo "Checking $file …"
if ! (cd "$(dirname "$file")" && sha256sum --check --status "$(basename "$file").sha256"); then
  echo "$file is not what was written: its checksum differs. Nothing was restored." >&2
  exit 1
fi
tables=$(psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$address" --command="
  select count(*) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'p', 'v', 'm', 'S') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')")
if [[ "$tables" != 0 ]]; then
  echo 'The database of DATABASE_URL is not empty. Nothing was restored.' >&2
  exit 1
fi

echo 'Restoring …'
pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname="$address" "$file"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$address" --command=analyze
echo 'Done. Now: npm run migrate -- --check, then npm run verify, then start the product.'
