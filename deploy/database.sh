# Read by backup.sh and restore.sh: the address of DATABASE_URL without its password, which goes where no list of processes
# shows it. Sets `address`, exports PGPASSWORD.
if [[ -z "${DATABASE_URL:-}" ]]; then
  echo 'DATABASE_URL is missing.' >&2
  exit 2
fi
address=$DATABASE_URL
if [[ "$DATABASE_URL" =~ ^(postgres(ql)?://[^:@/]*):([^@/]*)@(.*)$ ]]; then
  address="${BASH_REMATCH[1]}@${BASH_REMATCH[4]}"
  encoded=${BASH_REMATCH[3]}
  PGPASSWORD=$(printf '%b' "${encoded//%/\\x}")
  export PGPASSWORD
fi
