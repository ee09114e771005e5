#!/usr/bin/env bash
# deploy/backup.sh FILE: dumps the database of DATABASE_URL, as its owner, to FILE and its checksum to FILE.sha256, while the product runs.
# Tokens stay encrypted: back up TOKEN_KEYS separately (docs/backup.md).
set -euo pipefail
umask 077

if [[ $# -ne 1 ]]; then
  echo 'deploy/backup.sh FILE' >&2
  exit 2
fi
file=$1
for existing in "$file" "$file.sha256"; do
  if [[ -e "$existing" ]]; then
    echo "$existing already exists. Nothing was written." >&2
    exit 1
  fi
done
. "$(dirname "$0")/database.sh"

partial="$file.partial"
trap 'rm -f "$partial"' EXIT
echo "Writing $file …"
# Owners and privileges are those of the database that the dump is restored to. Agenda's jobs only wake workers.
pg_dump --format=custom --no-owner --no-privileges --exclude-schema=agenda --file="$partial" --dbname="$address"
pg_restore --list "$partial" >/dev/null
sum=$(sha256sum <"$partial")
printf '%s  %s\n' "${sum%% *}" "$(basename "$file")" >"$file.sha256"
mv -n "$partial" "$file"
echo "Backup complete: $(du -h "$file" | cut -f1). Checksum: $file.sha256"
