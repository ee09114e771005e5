#!/usr/bin/env bash
# deploy/backup.sh FILE: dumps the database of DATABASE_URL to FILE and its checksum to FILE.sha256, while the product runs.
# Tokens stay encrypted: back up TOKEN_KEYS separately (docs/backup.md).
set -euo pipefail
umask 077

if [[ $# -ne 1 ]]; then
  echo 'deploy/backup.sh FILE' >&2
  exit 2
fi
file=$1
for there in "$file" "$file.sha256"; do
  if [[ -e "$there" ]]; then
    echo "$there is there already, and is not written over." >&2
    exit 1
  fi
done
. "$(dirname "$0")/database.sh"

making="$file.making"
trap 'rm -f "$making"' EXIT
echo "Writing $file …"
# Owners and privileges are those of the database that the dump is restored to.
pg_dump --format=custom --no-owner --no-privileges --file="$making" --dbname="$address"
pg_restore --list "$making" >/dev/null
sum=$(sha256sum <"$making")
printf '%s  %s\n' "${sum%% *}" "$(basename "$file")" >"$file.sha256"
mv -n "$making" "$file"
echo "Done: $(du -h "$file" | cut -f1). Its checksum is in $file.sha256."
