#!/bin/sh
# Puts a new version in the place of the running one, a container at a time. A new one is started beside the old ones first, and
# only once it is well an old one is told to stop, which hands over before it ends. Before it: build, and migrate (docs/running.md).
#
#   deploy/roll.sh [OPTIONS OF docker compose]      the same that `docker compose up` was given
#
# When the new one is not well it is taken away again, and the old ones go on.
set -eu
cd "$(dirname "$0")/.."
# Seconds that a new one has until it is well.
patience=${ROLL_PATIENCE:-120}
new=''

say() { printf '%s\n' "$*" >&2; }

give_up() {
  if [ -n "$new" ]; then docker rm --force "$new" >/dev/null || say "Take it away by hand: docker rm --force $new"; fi
  say "$1"
  exit 1
}
trap 'give_up "Broken off. The old ones that are left go on; run it again."' INT TERM HUP

# well ID: until it is; not when it has ended or does not become so.
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

# demand ID SERVICE OTHERWISE
demand() {
  if well "$1"; then return; fi
  say "The last that the new $2 said:"
  docker logs --tail 20 "$1" >&2 || true
  give_up "$3"
}

# There may be any number of them.
roll_worker() {
  old=$(docker compose "$@" ps --all --quiet worker)
  [ -n "$old" ] || give_up 'There is no worker: docker compose up starts the first ones.'
  for before in $old; do
    there=$(docker compose "$@" ps --all --quiet worker)
    count=$(printf '%s\n' "$there" | wc -l)
    docker compose "$@" up --detach --no-deps --no-recreate --scale "worker=$((count + 1))" worker ||
      give_up 'No new worker could be started. The old ones go on.'
    for id in $(docker compose "$@" ps --all --quiet worker); do
      case "$there" in *"$id"*) ;; *) new=$id ;; esac
    done
    [ -n "$new" ] || give_up 'No new worker was started. The old ones go on.'
    demand "$new" worker 'The new worker is not well, and was taken away. The old ones go on.'
    new=''
    # It may take the time that its service has for stopping.
    docker stop "$before" >/dev/null
    docker rm "$before" >/dev/null
    echo "worker: a new one in the place of $(printf %.12s "$before")"
  done
}

# The proxy knows two by name: each is replaced while the other one serves. Whether the version serves at all is tried before, with
# one that nobody calls.
roll_web() {
  new=$(docker compose "$@" run --detach --no-deps web-1) || give_up 'No new web process could be started. The old ones go on.'
  demand "$new" 'web process' 'The new web process is not well, and was taken away. The old ones go on.'
  docker stop "$new" >/dev/null
  docker rm "$new" >/dev/null
  new=''
  for service in web-1 web-2; do
    docker compose "$@" up --detach --no-deps --force-recreate "$service" || give_up "No new $service could be started. The other one serves."
    demand "$(docker compose "$@" ps --all --quiet "$service")" "$service" "The new $service is not well. The other one serves."
    # The proxy asks each second, and has to have found it before the other one goes.
    sleep 3
    echo "$service: a new one"
  done
}

roll_worker "$@"
roll_web "$@"
echo 'Each worker and each web process is a new one.'
