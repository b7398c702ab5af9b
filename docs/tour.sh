#!/usr/bin/env bash
# The five-minute tour of README.md as one script: sign in, send a file, read the estimate, book,
# approve, watch it run, read its history. Ends with an error as soon as something is not as told.
#
#   docs/tour.sh                                  the demo lab on http://localhost:3000
#   BASE=http://localhost:4000 docs/tour.sh       another one
#
# Needs bash, curl and node. A run takes as long as DEMO_SPEED says: under two minutes by default.
set -euo pipefail
cd "$(dirname "$0")/.."

BASE=${BASE:-http://localhost:3000}
# Seconds that each step may take, the run included.
PATIENCE=${PATIENCE:-300}

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\nNot as told: %s\n' "$*" >&2; exit 1; }
expect() { # what, expected, found
  [ "$2" = "$3" ] || fail "$1 is $3 and should be $2"
  printf 'ok: %s is %s\n' "$1" "$3"
}
# A refusal shows its problem document and fails.
curl() {
  local answer
  # The live feed: a process of its own in the background, so that it can be ended.
  [ "$1" != -sSN ] || exec curl "$@"
  answer=$(command curl --fail-with-body "$@") || { printf 'Refused: %s\n' "$answer" >&2; return 1; }
  printf '%s\n' "$answer"
}
# Repeats a command until the first word it prints is none of those given.
while_printing() { # words, command
  local said last=''
  for ((tries = 2 * PATIENCE; tries > 0; tries--)); do
    said=$("$2")
    [ "$said" = "$last" ] || printf '%s  %s\n' "$(date +%T)" "$said"
    last=$said
    [[ " $1 " == *" ${said%% *} "* ]] || return 0
    sleep 0.5
  done
  fail "after $PATIENCE s it is still: $said"
}

API=$BASE/api/v1
JAR=$(mktemp -d)
LIVE=''
trap '[ -z "$LIVE" ] || kill "$LIVE" 2> /dev/null || true; rm -rf "$JAR"' EXIT

pick() { node -pe "const it = JSON.parse(require('fs').readFileSync(0)), found = it.$1; typeof found === 'string' ? found : JSON.stringify(found, null, 2)" 2> "$JAR/error" || fail "no $1: $(grep -m 1 Error: "$JAR/error")"; }
job() { curl -sS -b "$JAR/ines" "$API/jobs/$JOB" | pick "$1"; }

say 'Inès, who runs a company of the incubator, signs in'
curl -sS -c "$JAR/ines" -H 'content-type: application/json' \
  -d '{"email":"entrepreneur@demo.creneau.local","password":"demo"}' \
  "$API/session" | pick member.name

say 'She opens the live feed and sends her file'
curl -sSN -b "$JAR/ines" "$API/live" > "$JAR/live" &
LIVE=$!
JOB=$(curl -sS -b "$JAR/ines" -F machineType=fdm_printer \
  -F file=@test/fixtures/prints/mp3-case.prusaslicer.gcode "$API/jobs" | pick id)
echo "job $JOB"

say 'The file is read: time and material'
state() { job state; }
while_printing analysing state
curl -sS -b "$JAR/ines" "$API/jobs/$JOB" | pick estimate
expect 'the estimated duration' PT1H47M33S "$(job estimate.duration)"
expect 'the material' PLA "$(job estimate.material.type)"
expect 'its mass in grams' 19.75 "$(job estimate.material.massGrams)"

say 'Slots that fit, on machines that fit, soonest first; she takes the first'
SLOT=$(curl -sS -b "$JAR/ines" "$API/jobs/$JOB/proposals" | pick 'items[0]')
echo "$SLOT"
MACHINE=$(pick machineId <<< "$SLOT")
STARTS=$(pick startsAt <<< "$SLOT")
curl -sS -b "$JAR/ines" -H 'content-type: application/json' \
  -d "{\"machineId\":\"$MACHINE\",\"startsAt\":\"$STARTS\"}" \
  "$API/jobs/$JOB/book" | pick state
expect 'what the job waits for' approval.pending "$(job 'blockedBy[0]')"

say 'Camille, who manages the lab, signs in and approves'
curl -sS -c "$JAR/camille" -H 'content-type: application/json' \
  -d '{"email":"manager@demo.creneau.local","password":"demo"}' \
  "$API/session" | pick member.name
curl -sS -b "$JAR/camille" -X POST "$API/jobs/$JOB/approve" | pick state

say 'The file goes to the machine, the machine runs it'
progress() {
  local found
  found=$(curl -sS -b "$JAR/ines" "$API/jobs/$JOB")
  # A piece of an earlier run still lies there: somebody takes it off and says so.
  if [[ $found == *'"bed.not_cleared"'* ]]; then
    curl -sS -b "$JAR/camille" -X POST "$API/machines/$MACHINE/clear" > /dev/null
  fi
  pick 'state + (it.progress === null ? "" : ` ${Math.floor(it.progress * 10) * 10} %`) + it.blockedBy.map((code) => ` (${code})`).join("")' <<< "$found"
}
while_printing 'queued staging ready running paused' progress
expect 'the final state' completed "$(job state)"

say 'Every state, since when and by whom'
curl -sS -b "$JAR/ines" "$API/jobs/$JOB" |
  pick 'history.map((h) => `${h.at}  ${h.state}  ${h.by.name ?? h.by.kind}`).join("\n")'
NAME=$(pick machineName <<< "$SLOT")
expect 'the history' \
  "analysing by Inès Lefebvre, awaiting_approval by system, queued by Camille Delattre, staging by system, ready by $NAME, running by $NAME, completed by $NAME" \
  "$(job 'history.map((h) => `${h.state} by ${h.by.name ?? h.by.kind}`).join(", ")')"
expect 'that the instants rise' true \
  "$(job 'history.every((h, n, all) => n === 0 || all[n - 1].at <= h.at)')"
expect 'the state of the booking' completed "$(job booking.state)"

say 'The live feed told it too'
told() { grep -q "^data: {\"id\":\"$JOB\".*\"state\":\"completed\"" "$JAR/live" && echo told || echo untold; }
while_printing untold told
sed -n 's/^event: //p' "$JAR/live" | sort | uniq -c
expect 'its first event' snapshot "$(awk '/^event: / { print $2; exit }' "$JAR/live")"
grep -q "^data: {\"id\":\"$MACHINE\",\"live\":" "$JAR/live" || fail 'the feed says nothing of the machine'

say 'She takes the piece off: the next job may start'
curl -sS -b "$JAR/ines" -X POST "$API/machines/$MACHINE/clear" | pick bedClear

say 'The tour is over: all as told'
