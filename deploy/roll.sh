#!/bin/sh
# Replaces the running version, one container at a time: starts a new container, waits until it is healthy, then stops an old
# one, which hands over its work. Build and migrate first (docs/running.md).
#
#   deploy/roll.sh [OPTIONS OF docker compose]      the options given to `docker compose up`
#
# If a new container isn't healthy, it is removed and the old ones keep running.
set -eu
cd "$(dirname "$0")/.."
# Seconds until a new container must be healthy.
timeout=${ROLL_PATIENCE:-120}
new=''

say() { printf '%s\n' "$*" >&2; }

fail() {
  if [ -n "$new" ]; then docker rm --force "$new" >/dev/null || say "The new container was not removed. Remove it: docker rm --force $new"; fi
  say "$1"
  exit 1
}
trap 'fail "Interrupted. The remaining old containers keep running. Run it again."' INT TERM HUP

# wait_healthy ID: waits until the container is healthy. Fails when it has ended or the time is up.
wait_healthy() {
  waited=0
  while [ "$waited" -lt "$timeout" ]; do
    case $(docker inspect --format '{{.State.Status}} {{.RestartCount}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' "$1") in
    'running 0 healthy') return 0 ;;
    'created 0 '* | 'running 0 starting') ;;
    *) return 1 ;;
    esac
    sleep 1
    waited=$((waited + 1))
  done
  return 1
}

# require_healthy ID SERVICE MESSAGE: otherwise prints the last log lines and exits.
require_healthy() {
  if wait_healthy "$1"; then return; fi
  say "Last log lines of the new $2:"
  docker logs --tail 20 "$1" >&2 || true
  fail "$3"
}

# Any number of workers.
roll_worker() {
  old=$(docker compose "$@" ps --all --quiet worker)
  [ -n "$old" ] || fail 'No worker is running. Start the first ones with: docker compose up'
  for before in $old; do
    existing=$(docker compose "$@" ps --all --quiet worker)
    count=$(printf '%s\n' "$existing" | wc -l)
    docker compose "$@" up --detach --no-deps --no-recreate --scale "worker=$((count + 1))" worker ||
      fail 'The new worker could not be started. The old workers keep running.'
    for id in $(docker compose "$@" ps --all --quiet worker); do
      case "$existing" in *"$id"*) ;; *) new=$id ;; esac
    done
    [ -n "$new" ] || fail 'No new worker was started. The old workers keep running.'
    require_healthy "$new" worker 'The new worker did not become healthy and was removed. The old workers keep running.'
    new=''
    # Takes up to the service's stop_grace_period.
    docker stop "$before" >/dev/null
    docker rm "$before" >/dev/null
    echo "worker: replaced $(printf %.12s "$before")"
  done
}

# The proxy knows two web processes by name: each is replaced while the other one serves. First the new version is tried in a
# container without traffic.
roll_web() {
  new=$(docker compose "$@" run --detach --no-deps web-1) || fail 'The new web process could not be started. The old ones keep running.'
  require_healthy "$new" 'web process' 'The new web process did not become healthy and was removed. The old ones keep running.'
  docker stop "$new" >/dev/null
  docker rm "$new" >/dev/null
  new=''
  for service in web-1 web-2; do
    docker compose "$@" up --detach --no-deps --force-recreate "$service" || fail "The new $service could not be started. The other one keeps running."
    require_healthy "$(docker compose "$@" ps --all --quiet "$service")" "$service" "The new $service did not become healthy. The other one keeps running."
    # The proxy checks each second and must have found it before the other one stops.
    sleep 3
    echo "$service: replaced"
  done
}

roll_worker "$@"
roll_web "$@"
echo 'All workers and web processes were replaced.'
