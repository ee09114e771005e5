#!/bin/sh
# Puts a new version in the place of the running one, a container at a time: a new one is started beside the old ones, and only
# once it is well an old one is told to stop, which first hands over. Before it: build, and migrate (docs/running.md).
#
#   deploy/roll.sh [OPTIONS OF docker compose]      the same that `docker compose up` was given
#
# When a new one is not well it is taken away again, and the old ones go on.
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

roll() {
  service=$1
  shift
  old=$(docker compose "$@" ps --all --quiet "$service")
  [ -n "$old" ] || give_up "There is no $service: docker compose up starts the first ones."
  for before in $old; do
    there=$(docker compose "$@" ps --all --quiet "$service")
    count=$(printf '%s\n' "$there" | wc -l)
    docker compose "$@" up --detach --no-deps --no-recreate --scale "$service=$((count + 1))" "$service" ||
      give_up "No new $service could be started. The old ones go on."
    for id in $(docker compose "$@" ps --all --quiet "$service"); do
      case "$there" in *"$id"*) ;; *) new=$id ;; esac
    done
    [ -n "$new" ] || give_up "No new $service was started. The old ones go on."
    if ! well "$new"; then
      say "The last that the new $service said:"
      docker logs --tail 20 "$new" >&2 || true
      give_up "The new $service is not well, and was taken away. The old ones go on."
    fi
    new=''
    # It may take the time that its service has for stopping.
    docker stop "$before" >/dev/null
    docker rm "$before" >/dev/null
    echo "$service: a new one in the place of $(printf %.12s "$before")"
  done
}

roll worker "$@"
roll web "$@"
echo 'Each worker and each web process is a new one.'
