#!/bin/sh
# Makes the secrets that docker-compose.yml reads, each in a file of its own. What is there already is left alone.
#
#   deploy/make-secrets.sh
#   deploy/make-secrets.sh --development       in deploy/development-secrets, for the local Amazon
#
# lwa_client_id and lwa_client_secret are made empty, for you to fill in (docs/running.md); so are smtp_url and
# subscription_webhook_secrets, which may stay empty.
set -eu
umask 077
here=$(dirname "$0")
case ${1:-} in
'') folder=$here/secrets ;;
--development) folder=$here/development-secrets ;;
*) echo "usage: $0 [--development]" >&2 && exit 2 ;;
esac
mkdir -p "$folder"

# The containers' own people have to read them; of this machine's, only who may enter the folder.
keep() {
  cat >"$folder/.$1.new"
  chmod 0444 "$folder/.$1.new"
  mv "$folder/.$1.new" "$folder/$1"
  echo "made $folder/$1"
}
key() { openssl rand -base64 32; }

[ -e "$folder/postgres_password" ] || openssl rand -hex 24 | keep postgres_password
[ -e "$folder/database_url" ] ||
  printf 'postgres://ads:%s@postgres:5432/ads\n' "$(cat "$folder/postgres_password")" | keep database_url
for name in session_keys token_keys; do
  [ -e "$folder/$name" ] || key | keep "$name"
done
if [ "${1:-}" = --development ]; then
  # The sandbox knows one application; its secret is none.
  [ -e "$folder/lwa_client_id" ] || echo amzn1.application-oa2-client.local-sandbox | keep lwa_client_id
  [ -e "$folder/lwa_client_secret" ] || echo the-local-sandbox-has-no-secrets | keep lwa_client_secret
  [ -e "$folder/smtp_url" ] || echo smtp://mail:1025 | keep smtp_url
  if [ ! -e "$folder/tls_key" ]; then
    # An authority that signs this one certificate, and whose key is then gone.
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 365 -subj '/CN=1smart.link development' \
      -keyout "$work/authority.key" -out "$work/authority.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost,DNS:amazon.localhost,DNS:mail.localhost \
      -keyout "$work/tls.key" -out "$work/tls.csr" 2>/dev/null
    openssl x509 -req -in "$work/tls.csr" -CA "$work/authority.pem" -CAkey "$work/authority.key" -days 365 \
      -copy_extensions copy -out "$work/tls.pem" 2>/dev/null
    keep authorities <"$work/authority.pem"
    keep tls_certificate <"$work/tls.pem"
    keep tls_key <"$work/tls.key"
  fi
fi
for name in lwa_client_id lwa_client_secret subscription_webhook_secrets smtp_url \
  authorities tls_certificate tls_key; do
  [ -e "$folder/$name" ] || : | keep "$name"
done
