# Sourced by backup.sh and restore.sh. Sets `address` to DATABASE_URL (or the content of DATABASE_URL_FILE) without its
# password, and exports PGPASSWORD, so that no process list shows the password.
if [[ -z "${DATABASE_URL:-}" && -n "${DATABASE_URL_FILE:-}" ]]; then
  DATABASE_URL=$(<"$DATABASE_URL_FILE")
fi
if [[ -z "${DATABASE_URL:-}" ]]; then
  echo 'DATABASE_URL is missing.' >&2
  exit 2
fi
unset encoded
address=$DATABASE_URL
# Ends at the last @ before the first of / ? and #, as in the product.
if [[ "$address" =~ ^(postgres(ql)?://[^:@/?#]*):([^/?#]*)@(.*)$ ]]; then
  encoded=${BASH_REMATCH[3]}
  address="${BASH_REMATCH[1]}@${BASH_REMATCH[4]}"
fi
if [[ "$address" =~ ^([^?]*)\?(.*&)?password=([^&#@]*)(&.*)?$ ]]; then
  encoded=${BASH_REMATCH[3]}
  address="${BASH_REMATCH[1]}?${BASH_REMATCH[2]}${BASH_REMATCH[4]#&}"
  address=${address%[?&]}
fi
# Rejects any other form, which could contain a part of the password.
option='[a-z_]+=[^@&#]*'
plain="^postgres(ql)?://([^:@/?#]+@)?[^@/?#]*(/[^@/?#]*)?(\?$option(&$option)*)?\$"
if [[ ! "$address" =~ $plain || "$address" =~ [?\&](password|sslpassword|scram_[a-z]+_key|oauth_client_secret)= ]]; then
  echo 'DATABASE_URL has an unsupported form, so its password could appear on the command line. Use postgres://NAME:PASSWORD@HOST:PORT/DATABASE; in the password, write / as %2F, ? as %3F, # as %23 and @ as %40.' >&2
  exit 2
fi
if [[ -n "${encoded+given}" ]]; then
  encoded=${encoded//\\/\\\\}
  PGPASSWORD=$(printf '%b' "${encoded//%/\\x}")
  export PGPASSWORD
fi
