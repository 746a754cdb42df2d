#!/bin/sh
# Files complaints and acts on cases over HTTP, for those without Kafka. Needs curl and jq.
#
#     sanban-client.sh complaint event.json
#     sanban-client.sh sign CASE TENANT PERSON UNIT
#
# event.json is one CloudEvent, as in INTEGRATORS.md. Prints the number of the case. Ends with 0 when
# the event was taken and, for a complaint, its case exists; 1 when it was refused, after the reason;
# 3 when nothing is known yet: then run the same again, with the same id. At worst it is a duplicate.
#
# GATEWAY, TOKEN_FILE and WAIT_SECONDS come from the environment.
set -eu

GATEWAY=${GATEWAY:-http://127.0.0.1:8311}
TOKEN_FILE=${TOKEN_FILE:-token}
WAIT_SECONDS=${WAIT_SECONDS:-60}
REFUSED=1
UNKNOWN=3

files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT

say() {
    printf '%s\n' "$*" >&2
}

# ask ADDRESS OPTION...: the status of the answer; the answer itself is in $files/answer. What does
# not answer, or is busy, is asked again. The token goes in by a pipe: a process list shows the rest.
ask() {
    address=$1
    shift
    printf 'Authorization: Bearer %s\n' "$(cat "$TOKEN_FILE")" |
        curl --silent --header @- --max-time 20 \
            --retry 20 --retry-connrefused --retry-max-time "$WAIT_SECONDS" \
            --output "$files/answer" --write-out '%{http_code}' "$@" "$GATEWAY$address" || true
}

# deliver EVENT: sends it; returns once the broker has it.
deliver() {
    status=$(ask /events --header 'Content-Type: application/cloudevents+json' --data-binary "@$1")
    case $status in
    202) jq --raw-output .case "$files/answer" ;;
    429 | 5* | 000 | '')
        say "no answer from $GATEWAY (status $status); run the same again"
        exit "$UNKNOWN"
        ;;
    *)
        say "$(jq --raw-output '"\(.reason): \(.detail)"' "$files/answer")"
        exit "$REFUSED"
        ;;
    esac
}

# await CASE: until intake has made it of the complaint.
await() {
    end=$(($(date +%s) + WAIT_SECONDS))
    while [ "$(date +%s)" -lt "$end" ]; do
        if [ "$(ask "/open311/v2/requests/$1.json")" = 200 ]; then
            return
        fi
        sleep 1
    done
    say "sent, and no case $1 yet; run the same again"
    exit "$UNKNOWN"
}

case "${1:-} $#" in
"complaint 2")
    number=$(deliver "$2")
    await "$number"
    printf '%s\n' "$number"
    ;;
"sign 5")
    # Sent again under this id it has no second effect; to sign once more, another id.
    jq --null-input --arg case "$2" --arg tenant "$3" --arg person "$4" --arg unit "$5" \
        --arg source "${SOURCE:-https://$5.example/office}" '{
            specversion: "1.0", type: "org.sanban.case.command.v1",
            source: $source, id: "\($case)-sign",
            data: {tenant: $tenant, case: $case, act: {kind: "sign"},
                   actor: {id: $person, role: "handler", unit: $unit}}}' >"$files/event"
    deliver "$files/event"
    ;;
*)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
