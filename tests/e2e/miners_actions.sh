#!/usr/bin/env bash
# What is done about a miner: nothing unless the operator says so, then the mildest first, twice
# confirmed, never to one that is exempt, never to a fifth of a fleet; and the operator is told.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 87

detector=/usr/libexec/harden/detect-miners
sender=/usr/libexec/harden/webhook-send
log=/var/log/miner-detection.log
queue=/var/lib/harden/webhooks
receiver=10.77.0.1
port=8455
secret=whsec_$(head -c 32 /dev/urandom | base64 -w 0)
burner="sh -c 'while :; do :; done' xmrig --donate-level 1 -o stratum+tcp://pool.example:3333"

# rules NODE [TEXT]: a window that is full after three looks, a second apart, and the site's text.
rules() {
    on "$1" "mkdir -p /etc/harden && cat >/etc/harden/miners.toml" <<TOML
version = 1
[window]
intervals = 3
shortest_s = 1
[sustained]
most = 2
half = 1
${2:-}
TOML
}
looks() { on "$1" "for i in \$(seq $2); do $detector --quiet || true; sleep 1.1; done"; }
# The newest record of one container; all of them.
record() { on "$1" "grep '\"event\":\"container\"' $log | grep '\"name\":\"$2\"' | tail -1"; }
records() { on "$1" "grep '\"event\":\"container\"' $log | grep '\"name\":\"$2\"'"; }
state_of() { on "$1" "docker inspect -f '{{.State.Status}}' $2"; }
fresh() { on "$1" "rm -rf $log /var/lib/harden/miners.state $queue $queue.stopped"; }
starts_miners() {
    local node=$1 name
    shift
    for name in "$@"; do
        on "$node" "docker run -d --name $name --cpus 0.1 lab $burner >/dev/null"
    done
}
lets_go() { on "$1" "docker unpause $2 >/dev/null"; }

hears() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj /CN=receiver -addext "subjectAltName=IP:$receiver" -keyout "$work/hook.key" \
        -out "$work/hook.pem" 2>/dev/null
    mkfifo "$work/alive"
    exec 9<>"$work/alive"
    lab client python3 "$repository/tests/lab/webhook_receiver.py" "$receiver" "$port" \
        "$work/hook.pem" "$work/hook.key" "$secret" <"$work/alive" 9>&- >"$work/heard" \
        2>"$work/receiver.log" &
    eventually 10 lab client bash -c ": </dev/tcp/$receiver/$port" ||
        fail "the receiver does not start: $(cat "$work/receiver.log")"
    lab put 87 "$work/hook.pem" /etc/harden/hook.pem
    on 87 "umask 077; echo '$secret' >/etc/harden/webhook.secret"
}
hook() { printf '[webhook]\nurl = "https://%s:%s/%s"\nauthorities = "/etc/harden/hook.pem"\n' "$receiver" "$port" "$1"; }
heard() { grep -c "$1" "$work/heard" || true; }

by_default_nothing_is_touched() {
    say "==> as shipped"
    rules 87
    looks 87 5
    prints "a miner is found" '"verdict":"miner"' record 87 mining
    prints "and only logged" '"action":"none","action_error":null,"held":null,"exempt":false' record 87 mining
    prints "it runs" running state_of 87 mining
    lacks "nothing is queued" webhooks on 87 ls /var/lib/harden
}

pauses_at_the_second_look() {
    say "==> pause"
    rules 87 '[actions]
miner = ["pause"]
cool_down_s = 2'
    fresh 87
    looks 87 3
    expect "a dry run says what would be done" 1 on 87 "$detector --dry-run"
    on 87 "$detector --quiet || true; sleep 2; $detector --quiet || true"
    prints "it is paused" paused state_of 87 mining
    prints "at the second look that found it" '"held":"seen so 1 of 2 times"' records 87 mining
    prints "which is in the record" '"action":"pause","action_error":null' records 87 mining
    prints "the honest one runs" running state_of 87 honest
    sleep 2
    looks 87 3
    prints "paused, it stays a miner" '"verdict":"miner"' record 87 mining
    prints "and is not paused again" '"action":"none"' record 87 mining
    prints "status says how it is let go" "docker unpause" on 87 "$detector status"
    expect "a look still finds it" 1 on 87 "$detector --quiet"
    lets_go 87 mining
    prints "let go, it is not touched at once" running state_of 87 mining
}

leaves_exempt_ones_alone() {
    say "==> exemptions"
    local image
    image=$(on 87 "docker inspect -f '{{.Image}}' mining")
    on 87 "docker run -d --name ours --cpus 0.1 --label harden.miners=exempt lab $burner >/dev/null"
    rules 87 '[actions]
miner = ["pause"]
cool_down_s = 0
most_share = 1.0
[exempt.ours]
label = "harden.miners=exempt"
label_source = "container"
reason = "our own benchmark"
expires = "2099-01-01"'
    fresh 87
    looks 87 5
    prints "an exempt one is judged" '"verdict":"miner"' record 87 ours
    prints "logged as exempt" '"exempt":true,"exempt_by":"ours"' record 87 ours
    prints "and left alone" running state_of 87 ours
    prints "the other one is paused" paused state_of 87 mining
    on 87 "docker unpause mining >/dev/null; docker rm -f mining >/dev/null"
    looks 87 2
    expect "alone, it is no finding" 0 on 87 "$detector --quiet"
    prints "an image that brings the label itself exempts nobody" "its own image brings the label" \
        images_label_is_not_believed
    rules 87 "[exempt.ours]
image = \"$image\"
reason = \"over\"
expires = \"2020-01-01\""
    expect "one that has expired exempts nobody" 1 on 87 "$detector --quiet"
    prints "and the log says so" "expired exemptions: ours (/etc/harden/miners.toml:" on 87 "tail -1 $log"
    rules 87 '[exempt.ours]
image = "traefik"
reason = "a name"
expires = "2099-01-01"'
    prints "a name never exempts" "/etc/harden/miners.toml:9:1" on 87 "$detector"
    on 87 "docker rm -f ours >/dev/null"
}

images_label_is_not_believed() {
    on 87 "printf 'FROM lab\nLABEL harden.miners=exempt\n' | docker build -q -t sly - >/dev/null
          docker run -d --name sly --cpus 0.1 sly $burner >/dev/null"
    looks 87 4
    record 87 sly
    on 87 "docker unpause sly >/dev/null 2>&1; docker rm -f sly >/dev/null"
}

touches_nobody_where_many_match() {
    say "==> a fleet of which a quarter matches"
    rules 87 '[actions]
miner = ["pause"]
cool_down_s = 0'
    on 87 "for i in 1 2 3 4; do docker run -d --name idle\$i lab sleep 3600 >/dev/null; done"
    starts_miners 87 mine1 mine2
    fresh 87
    looks 87 5
    prints "both are found" '"verdict":"miner"' record 87 mine2
    prints "nobody is touched" running state_of 87 mine1
    prints "and the log says why" "containers match, more than most_share allows" record 87 mine1
    on 87 "docker rm -f mine2 idle1 idle2 idle3 idle4 >/dev/null"
}

tells_by_webhook() {
    say "==> webhook"
    hears
    rules 87 "[actions]
miner = [\"webhook\"]
$(hook good)"
    fresh 87
    expect "a test message arrives" 0 on 87 "$sender test"
    [ "$(heard ' signed .*harden.test')" = 1 ] || fail "it is not signed: $(cat "$work/heard")"
    looks 87 5
    [ "$(heard ' signed .*harden.miners.finding.*\"name\": \"mine1\"')" = 1 ] ||
        fail "the finding is not told once: $(cat "$work/heard")"
    ok "a finding is told once, and signed"
    lacks "the secret is in no log" "${secret#whsec_}" on 87 "cat $log; ls -R $queue"
    lacks "nothing waits" json on 87 ls "$queue"
    on 87 "chmod 644 /etc/harden/webhook.secret"
    prints "a secret that others may read is refused" "chmod 600" on 87 "$sender test"
    on 87 "chmod 600 /etc/harden/webhook.secret"
    on 87 "mv /etc/harden/hook.pem /etc/harden/other.pem; cp /etc/ssl/certs/ca-certificates.crt /etc/harden/hook.pem 2>/dev/null || openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -keyout /dev/null -out /etc/harden/hook.pem 2>/dev/null"
    on 87 "rm -rf $queue"
    expect "a certificate of somebody else's is refused" 2 on 87 "$sender test"
    prints "which the log tells" "certificate is refused" on 87 "tail -1 $log"
    prints "the message waits" ".json" on 87 ls "$queue"
    on 87 "mv /etc/harden/other.pem /etc/harden/hook.pem; rm -rf $queue"
    rules 87 "$(hook slow)"
    on 87 "chmod 644 /etc/harden/webhook.secret; $sender test || true; $detector --quiet || true; chmod 600 /etc/harden/webhook.secret" >/dev/null 2>&1
    prints "what keeps a look from sending stands in the log" 'others than root may read' on 87 "tail -1 $log"
    run_captured on 87 "timeout 6 $sender test"
    [ "$status" -eq 2 ] || fail "a slow receiver holds the sender up: $status"
    ok "a slow receiver holds nobody up"
    rules 87 "$(hook gone)"
    on 87 "rm -rf $queue; $sender test || true; $sender test || true"
    [ "$(heard '^gone 410')" = 1 ] || fail "it is asked again: $(cat "$work/heard")"
    ok "a receiver that is gone is not asked again"
    on 87 "rm -rf $queue $queue.stopped"
}

# Messages that fail at first, a receiver that fails and breaks off, and a sender that is killed at random.
loses_nothing() {
    local rounds=${full:+200}
    rounds=${rounds:-15}
    : >"$work/heard"
    rules 87 "[webhook]
url = \"https://$receiver:$port/hasty\"
authorities = \"/etc/harden/hook.pem\""
    on 87 "for i in \$(seq 12); do timeout -s KILL 0.01 $sender test >/dev/null 2>&1; $sender test >/dev/null 2>&1; done
           ls $queue | sed 's/.json//' >/root/ids
           for i in \$(seq $rounds); do
               sed -i 's/\"not_before\":\"[^\"]*\"/\"not_before\":\"\"/' $queue/*.json 2>/dev/null
               timeout -s KILL 0.0\$((RANDOM % 90 + 10)) $sender >/dev/null 2>&1
           done; true" 2>/dev/null
    rules 87 "$(hook good)"
    on 87 "for i in 1 2 3; do
               sed -i 's/\"not_before\":\"[^\"]*\"/\"not_before\":\"\"/' $queue/*.json 2>/dev/null
               $sender; done" >/dev/null 2>&1 || true
    lacks "in the end nothing waits" json on 87 ls "$queue"
    local id
    while read -r id; do
        [ "$(heard " $id signed ")" -gt 0 ] || fail "$id never arrived"
    done < <(on 87 cat /root/ids)
    [ "$(on 87 'wc -l </root/ids')" -gt 5 ] || fail "there was nothing to lose"
    [ "$(heard forged)$(heard stale)" = 00 ] || fail "some are not signed: $(cat "$work/heard")"
    ok "each of $(on 87 'wc -l </root/ids') that waited arrived, signed and with its own id ($(grep -c . "$work/heard") deliveries)"
}

writes_metrics() {
    say "==> metrics"
    on 87 "$detector --quiet --prometheus /root/miners.prom || true"
    prints "the metrics are there" 'harden_miners_containers{verdict="miner"} 1' on 87 cat /root/miners.prom
    prints "for everybody to read" 644 on 87 stat -c %a /root/miners.prom
    lab get 87 /root/miners.prom "$work/miners.prom"
    if command -v promtool >/dev/null; then
        expect "promtool takes them" 0 promtool check metrics <"$work/miners.prom"
    fi
    python3 - "$work/miners.prom" <<'END' || fail "they are no metrics"
import re, sys
kinds, seen = {}, set()
for line in open(sys.argv[1]):
    if line.startswith("# TYPE "):
        _, _, name, kind = line.split()
        assert name not in kinds and kind in ("counter", "gauge"), line
        assert kind != "counter" or name.endswith("_total"), line
        kinds[name] = kind
    elif not line.startswith("# HELP "):
        match = re.fullmatch(r'(\w+)(\{(\w+="([^"\\\n]|\\["\\n])*"(,(?!\}))?)*\})? -?[0-9.e+]+\n', line)
        assert match and match[1] in kinds, line
        seen.add(match[1])
assert seen == set(kinds) and len(seen) > 8, seen
END
    ok "each has its type, and parses"
}

kills() {
    say "==> kill"
    rules 87 '[actions]
miner = ["kill"]
cool_down_s = 0
confidence_to_end = 0.1'
    on 87 "docker rm -f mine1 >/dev/null; docker run -d --name doomed --restart always --cpus 0.1 lab $burner >/dev/null"
    fresh 87
    looks 87 5
    if on 87 "grep -q 'cpu.pressure' $log"; then
        prints "where the host does not tell how crowded it is nobody is killed" running state_of 87 doomed
        return
    fi
    prints "a miner is killed, whatever its restart policy" exited state_of 87 doomed
    prints "which is in the record" '"action":"kill","action_error":null' records 87 doomed
    prints "the honest one runs" running state_of 87 honest
}

runs_from_the_timer() {
    say "==> the unit"
    rules 87 "[actions]
miner = [\"webhook\"]
[metrics]
file = \"/var/lib/prometheus/node-exporter/harden_miners.prom\"
$(hook good)"
    starts_miners 87 mine3
    fresh 87
    : >"$work/heard"
    on 87 "mkdir -p /var/lib/prometheus/node-exporter; systemctl stop cron; $detector apply >/dev/null
          for i in 1 2 3 4; do systemctl start harden-detect-miners.service; sleep 1.1; done"
    prints "findings do not fail it" success \
        on 87 systemctl show -p Result --value harden-detect-miners.service
    [ "$(heard ' signed .*mine3')" = 1 ] || fail "it does not send: $(on 87 tail -3 "$log")"
    ok "what it finds is sent from it"
    expect "metrics are written from it" 0 on 87 test -s /var/lib/prometheus/node-exporter/harden_miners.prom
    on 87 "$detector remove >/dev/null"
    prints "removed, it starts no more" inactive on 87 systemctl is-active harden-detect-miners.timer
}

rotates() {
    say "==> rotation"
    on 87 "command -v logrotate >/dev/null" || { say "  no logrotate here"; return; }
    on 87 "$detector apply >/dev/null; logrotate -f /etc/logrotate.d/harden-detect-miners; $detector --quiet || true"
    prints "the next look writes into a new file" '"event":"look"' on 87 cat "$log"
    prints "beside the old one" '"event":' on 87 cat "$log.1"
}

say "==> a node with an honest spinner and one like a miner"
node_up 87
lab image 87
on 87 "docker run -d --name honest --cpus 0.1 lab probe spin 3600 >/dev/null
      docker run -d --name idle lab sleep 3600 >/dev/null"
starts_miners 87 mining
by_default_nothing_is_touched
pauses_at_the_second_look
leaves_exempt_ones_alone
touches_nobody_where_many_match
tells_by_webhook
writes_metrics
kills
if [ -n "$full" ]; then
    loses_nothing
    runs_from_the_timer
    rotates
fi
