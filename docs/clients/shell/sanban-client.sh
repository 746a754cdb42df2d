#!/bin/sh
# Files complaints and acts on cases over HTTP, without Kafka. Needs curl and jq.
#
#     sanban-client.sh complaint event.json
#     sanban-client.sh sign CASE TENANT PERSON UNIT
#
# event.json is one CloudEvent, as in INTEGRATORS.md. Prints the number of the case. Exit code 0: the
# event was accepted, now or before; 1: it was rejected, and the reason is printed; 3: there is no
# result yet. After a 3 run the same command again, with the same id: at worst it is a duplicate.
#
# GATEWAY, TOKEN_FILE and WAIT_SECONDS come from the environment; also SOURCE, if the token's source
# is not https://UNIT.example/office.
set -eu

GATEWAY=${GATEWAY:-http://127.0.0.1:8311}
TOKEN_FILE=${TOKEN_FILE:-token}
WAIT_SECONDS=${WAIT_SECONDS:-60}
REJECTED=1
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

# deliver EVENT: sends it, waits for its receipt, prints the number of the case.
deliver() {
    end=$(($(date +%s) + WAIT_SECONDS))
    status=$(ask /events --header 'Content-Type: application/cloudevents+json' --data-binary "@$1")
    case $status in
    202) ;;
    429 | 5* | 000 | '')
        say "no answer from $GATEWAY (status $status); run the same again"
        exit "$UNKNOWN"
        ;;
    *)
        say "$(jq --raw-output '"\(.reason): \(.detail)"' "$files/answer")"
        exit "$REJECTED"
        ;;
    esac
    id=$(jq --raw-output '.id | @uri' "$files/answer")
    # Sent again, an event has several receipts: ours is known by the place of our record.
    place=$(jq --compact-output .position "$files/answer")
    while [ "$(date +%s)" -lt "$end" ]; do
        if [ "$(ask "/events/$id")" = 200 ]; then
            jq --argjson place "$place" '.receipts[]
                | select({topic, partition, offset} == $place and .outcome != "parked")' \
                "$files/answer" >"$files/receipt"
            if [ -s "$files/receipt" ]; then
                told "$files/receipt"
            fi
        fi
        sleep 1
    done
    say "sent, and no receipt yet; run the same again"
    exit "$UNKNOWN"
}

# told RECEIPT: prints the receipt, and exits.
told() {
    case $(jq --raw-output .outcome "$1") in
    rejected | conflict)
        say "$(jq --raw-output '"\(.outcome): \(.reason): \(.detail)"' "$1")"
        exit "$REJECTED"
        ;;
    *)
        jq --raw-output '.case_id // ""' "$1"
        exit 0
        ;;
    esac
}

case "${1:-} $#" in
"complaint 2")
    deliver "$2"
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
