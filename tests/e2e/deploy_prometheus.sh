#!/usr/bin/env bash
# A real node_exporter and a real Prometheus with our files: the rules and their tests, what a node
# exports, alerts that fire for what happens on it, and every question of the dashboard.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "Prometheus is tried by ./dev test --full"
package=$(built_package)
node=117
deploy=$repository/deploy/prometheus
e2e_nodes "$node"
debs=$(lab debs "$suite" prometheus prometheus-node-exporter)
for name in prometheus prometheus-node-exporter; do
    dpkg-deb --extract "$debs/${name}"_[0-9]*.deb "$work/tools"
done
promtool=$work/tools/usr/bin/promtool
say "$("$promtool" --version 2>&1 | head -1)"

say "==> the rules"
expect "promtool finds the rules well formed" 0 "$promtool" check rules "$deploy"/*.rules.yml
expect "and the configuration" 0 "$promtool" check config "$deploy/prometheus.yml"
expect "each alert fires when it ought to, and not before" 0 "$promtool" test rules "$repository"/tests/deploy/*.rules.test.yml
sed 's/HardenMiner$/HardenOther/' "$deploy/harden.rules.yml" >"$work/harden.rules.yml"
sed "s#../../deploy/prometheus#$work#" "$repository/tests/deploy/harden.rules.test.yml" >"$work/wrong.test.yml"
expect "a test of a rule that is not there fails" 1 "$promtool" test rules "$work/wrong.test.yml"

say "==> what a node exports"
lab up "$node" >/dev/null || skip "the lab cannot run here"
lab image "$node" >/dev/null
lab put "$node" "$package" /var/tmp/harden.deb
lab put "$node" "$work/tools/usr/bin/prometheus-node-exporter" /usr/local/bin/node_exporter
on "$node" "apt-get install -y -qq /var/tmp/harden.deb >/dev/null 2>&1
    mkdir -p /etc/systemd/system/harden-verify.service.d /var/lib/prometheus/node-exporter"
lab put "$node" "$deploy/harden-verify.conf" /etc/systemd/system/harden-verify.service.d/prometheus.conf
{ cat "$deploy/miners.toml" && printf '[window]\nshortest_s = 1\n'; } >"$work/miners.toml"
lab put "$node" "$work/miners.toml" /etc/harden/miners.toml
on "$node" "docker run -d --name tenant lab sleep 600 >/dev/null && harden egress apply >/dev/null"
expect "the unit verifies" 0 on "$node" "systemctl daemon-reload && systemctl start harden-verify.service"
prints "the report stays root's and is whole" "640 true" on "$node" \
    "stat --format %a /var/lib/harden/verify.json | tr '\\n' ' '; tail -c 3 /var/lib/harden/verify.json | grep -q } && echo true"
look() { on "$node" /usr/libexec/harden/detect-miners --quiet; }
look
# shellcheck disable=SC2016 # the container's shell expands it
on "$node" 'sleep 1.5; docker exec tenant sh -c "i=0; while [ \$i -lt 120 ]; do i=\$((i+1)); probe tcp 203.0.113.10 25; done" >/dev/null || true'
look
on "$node" "systemd-run --quiet --unit=exporter --uid=nobody /usr/local/bin/node_exporter \
    --collector.textfile.directory=/var/lib/prometheus/node-exporter"
scraped() { on "$node" "curl -sf http://127.0.0.1:9100/metrics"; }
eventually 15 scraped || fail "node_exporter does not answer"
scraped >"$work/metrics"
expect "node_exporter, who is nobody, reads both files" 0 grep -q '^node_textfile_scrape_error 0' "$work/metrics"
grep '^\(# [A-Z]* \)*harden_' "$work/metrics" >"$work/ours" || fail "nothing of ours is exported"
# shellcheck disable=SC2016 # the inner shell expands them
expect "promtool finds our metrics well formed" 0 sh -c '"$0" check metrics <"$1"' "$promtool" "$work/ours"
for name in harden_verify_score harden_miners_container_refused_packets; do
    expect "$name is among them" 0 grep -q "^$name{" "$work/ours"
done

say "==> alerts"
cat >"$work/prometheus.yml" <<END
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [$deploy/harden.rules.yml]
scrape_configs:
  - job_name: run-nodes
    static_configs: [{ targets: ["10.77.0.$((node + 10)):9100"] }]
END
timeout 240 "$repository/tests/lab/lab" client "$work/tools/usr/bin/prometheus" --config.file="$work/prometheus.yml" \
    --storage.tsdb.path="$work/data" --web.listen-address=127.0.0.1:9990 >"$work/log" 2>&1 &
prometheus=$!
ask() { lab client curl -sf -G "http://127.0.0.1:9990/api/v1/$1" "${@:2}"; }
fires() { ask alerts | grep -q "\"alertname\":\"$1\"[^}]*$2[^}]*}.*\"state\":\"firing\""; }
eventually 60 fires HardenCriticalFailure gvisor.installed || fail "no alert: $(ask alerts) $(tail -5 "$work/log")"
ok "a bare node's critical failures are told"
eventually 20 fires HardenEgressRefusals tenant || fail "no alert of refusals: $(ask alerts)"
ok "so is a tenant who knocks at closed ports"
lacks "and a detector that has only just looked is not" HardenDetectorStale ask alerts

say "==> the dashboard"
# each question, its variable set; an answer that is empty is one
python3 - "$repository/deploy/grafana/harden.json" >"$work/questions" <<'END'
import json, sys
for panel in json.load(open(sys.argv[1]))["panels"]:
    for target in panel["targets"]:
        print(target["expr"].replace("$node", ".*"))
END
answered=0
while IFS= read -r question; do
    ask query --data-urlencode "query=$question" | grep -q '"status":"success"' || fail "Prometheus refuses: $question"
    answered=$((answered + 1))
done <"$work/questions"
[ "$answered" -gt 15 ] || fail "only $answered questions"
ok "Prometheus answers all $answered questions of the dashboard"
kill "$prometheus"
wait "$prometheus" 2>/dev/null || true
