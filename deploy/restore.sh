#!/usr/bin/env bash
# deploy/restore.sh FILE [DATABASE]: restores a backup into the empty database of DATABASE_URL, as its owner, or into DATABASE
# on the same server, in one transaction.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 2 || "${2:-}" == *[!a-zA-Z0-9_]* ]]; then
  echo 'deploy/restore.sh FILE [DATABASE]' >&2
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
if [[ -n "${2:-}" ]]; then
  [[ "$address" =~ ^([a-z]+://[^/?]*)(/[^?]*)?(.*)$ ]]
  address="${BASH_REMATCH[1]}/$2${BASH_REMATCH[3]}"
fi

echo "Checking $file …"
# Ignores the file name in the checksum file: both files may have been renamed.
sum=$(sha256sum <"$file")
read -r written _ <"$file.sha256"
if [[ "${sum%% *}" != "$written" ]]; then
  echo "Checksum mismatch: $file differs from what was written. Nothing was restored." >&2
  exit 1
fi
tables=$(psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$address" --command="
  select count(*) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'p', 'v', 'm', 'S') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')")
if [[ "$tables" != 0 ]]; then
  echo 'The database is not empty. Nothing was restored.' >&2
  exit 1
fi

echo 'Restoring …'
pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname="$address" "$file"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$address" --command=analyze
echo 'Restore complete. Next: npm run migrate, then npm run verify, then start the product.'
