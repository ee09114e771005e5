#!/bin/sh
# Creates the secrets of docker-compose.yml, one file each. Existing secrets are kept.
#
#   deploy/make-secrets.sh
#   deploy/make-secrets.sh --development       in deploy/development-secrets, for the local Amazon
#
# Fill in lwa_client_id and lwa_client_secret, which are created empty (docs/running.md). smtp_url and
# subscription_webhook_secrets may stay empty.
set -eu
umask 077
here=$(dirname "$0")
case ${1:-} in
'') folder=$here/secrets ;;
--development) folder=$here/development-secrets ;;
*) echo "usage: $0 [--development]" >&2 && exit 2 ;;
esac
command -v openssl >/dev/null || { echo "openssl is missing. Nothing was created." >&2 && exit 1; }
mkdir -p "$folder"

# Readable by the containers' users. On this machine the folder's permissions protect the files.
put() {
  cat >"$folder/.$1.new"
  chmod 0444 "$folder/.$1.new"
  mv "$folder/.$1.new" "$folder/$1"
  echo "created $folder/$1"
}
# keep NAME TEXT. TEXT is computed before the call, because an error inside a pipe would leave an empty key unnoticed.
keep() {
  [ -n "$2" ] || { echo "$folder/$1 was not created: it would be empty." >&2 && exit 1; }
  printf '%s\n' "$2" | put "$1"
}
# True when the secret is missing, or empty after a failed run.
is_missing() { [ ! -s "$folder/$1" ]; }

if is_missing postgres_password; then
  password=$(openssl rand -hex 24)
  keep postgres_password "$password"
fi
if is_missing migration_database_url; then
  password=$(cat "$folder/postgres_password")
  keep migration_database_url "postgres://ads:$password@postgres:5432/ads"
fi
# The service migrate creates this role.
if is_missing database_url; then
  password=$(openssl rand -hex 24)
  keep database_url "postgres://ads_runtime:$password@postgres:5432/ads"
fi
for name in session_keys token_keys; do
  if is_missing "$name"; then
    key=$(openssl rand -base64 32)
    keep "$name" "$key"
  fi
done
if [ "${1:-}" = --development ]; then
  # The sandbox's only application; this secret is public.
  ! is_missing lwa_client_id || keep lwa_client_id amzn1.application-oa2-client.local-sandbox
  ! is_missing lwa_client_secret || keep lwa_client_secret the-local-sandbox-has-no-secrets
  ! is_missing smtp_url || keep smtp_url smtp://mail:1025
  if is_missing tls_key; then
    # The authority signs only this certificate; its key is then deleted.
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 365 -subj '/CN=1smart.link development' \
      -keyout "$work/authority.key" -out "$work/authority.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost,DNS:amazon.localhost,DNS:mail.localhost \
      -keyout "$work/tls.key" -out "$work/tls.csr" 2>/dev/null
    openssl x509 -req -in "$work/tls.csr" -CA "$work/authority.pem" -CAkey "$work/authority.key" -days 365 \
      -copy_extensions copy -out "$work/tls.pem" 2>/dev/null
    for made in authority.pem tls.pem tls.key; do
      [ -s "$work/$made" ] || { echo "openssl did not create $made. No certificate was stored." >&2 && exit 1; }
    done
    put authorities <"$work/authority.pem"
    put tls_certificate <"$work/tls.pem"
    put tls_key <"$work/tls.key"
  fi
fi
for name in lwa_client_id lwa_client_secret subscription_webhook_secrets smtp_url \
  authorities tls_certificate tls_key; do
  [ -e "$folder/$name" ] || put "$name" </dev/null
done
