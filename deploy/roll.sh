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
patience=${ROLL_PATIENCE:-120}
new=''

say() { printf '%s\n' "$*" >&2; }

fail() {
  if [ -n "$new" ]; then docker rm --force "$new" >/dev/null || say "Take it away by hand: docker rm --force $new"; fi
  say "$1"
  exit 1
}
trap 'fail "Broken off. The old ones that are left go on; run it again."' INT TERM HUP

# well ID: waits until the container is healthy. Fails when it has ended or the time is up.
well() {
  waited=0
  while [ "$waited" -lt "$patience" ]; do
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

# demand ID SERVICE MESSAGE
demand() {
  if well "$1"; then return; fi
  say "The last that the new $2 said:"
  docker logs --tail 20 "$1" >&2 || true
  fail "$3"
}

# Any number of workers.
roll_worker() {
  old=$(docker compose "$@" ps --all --quiet worker)
  [ -n "$old" ] || fail 'There is no worker: docker compose up starts the first ones.'
  for before in $old; do
    there=$(docker compose "$@" ps --all --quiet worker)
    count=$(printf '%s\n' "$there" | wc -l)
    docker compose "$@" up --detach --no-deps --no-recreate --scale "worker=$((count + 1))" worker ||
      fail 'No new worker could be started. The old ones go on.'
    for id in $(docker compose "$@" ps --all --quiet worker); do
      case "$there" in *"$id"*) ;; *) new=$id ;; esac
    done
    [ -n "$new" ] || fail 'No new worker was started. The old ones go on.'
    demand "$new" worker 'The new worker is not well, and was taken away. The old ones go on.'
    new=''
    # Takes up to the service's stop_grace_period.
    docker stop "$before" >/dev/null
    docker rm "$before" >/dev/null
    echo "worker: a new one in the place of $(printf %.12s "$before")"
  done
}

# The proxy knows two web processes by name: each is replaced while the other one serves. First the new version is tried in a
# container without traffic.
roll_web() {
  new=$(docker compose "$@" run --detach --no-deps web-1) || fail 'No new web process could be started. The old ones go on.'
  demand "$new" 'web process' 'The new web process is not well, and was taken away. The old ones go on.'
  docker stop "$new" >/dev/null
  docker rm "$new" >/dev/null
  new=''
  for service in web-1 web-2; do
    docker compose "$@" up --detach --no-deps --force-recreate "$service" || fail "No new $service could be started. The other one serves."
    demand "$(docker compose "$@" ps --all --quiet "$service")" "$service" "The new $service is not well. The other one serves."
    # The proxy checks each second and must have found it before the other one stops.
    sleep 3
    echo "$service: a new one"
  done
}

roll_worker "$@"
roll_web "$@"
echo 'Each worker and each web process is a new one.'
