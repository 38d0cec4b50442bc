#!/usr/bin/env bash
# One look at two nodes in every format that people and CI read, with names that attack each of them;
# and the same report in time when Docker and sshd hang.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 66 67

verify() { on 66 /usr/libexec/harden/verify "$@"; }
fleet() { lab client "$binaries/verify" -F "$(lab ssh-config)" "$@"; }

# A container that is named as far as Docker lets it, and labelled as it likes.
has_a_hostile_tenant() {
    # shellcheck disable=SC2016 # the node expands it
    on 66 'docker run -d --name hostile-1 --label "owner=$(printf "x</script>\n\033[31m]]>\"& | # SKIP")" \
               lab probe spin 600 >/dev/null'
}

# What a consumer's own parser makes of each format.
parses() {
    python3 - "$work" <<'END'
import json, sys, xml.etree.ElementTree as xml
from html.parser import HTMLParser
work = sys.argv[1]
report = json.load(open(work + "/report.json"))
checks = report["checks"]
assert report["schema"] == "harden.verify/1" and len(checks) > 40
suites = xml.parse(work + "/report.junit").getroot()
assert len(suites.findall(".//testcase")) == len(checks)
assert len(suites.findall(".//failure")) == report["summary"]["fail"]
assert len(suites.findall(".//error")) == report["summary"]["unknown"]
run = json.load(open(work + "/report.sarif"))["runs"][0]
assert len(run["tool"]["driver"]["rules"]) == len(checks)
assert len(run["results"]) == sum(c["status"] in ("fail", "unknown", "waived") for c in checks)
lines = open(work + "/report.tap").read().splitlines()
assert lines[1] == "1..%d" % len(checks)
assert sum(l.startswith(("ok ", "not ok ")) for l in lines) == len(checks)
class Page(HTMLParser):
    stack = []
    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "img", "iframe"), tag
        if tag != "meta":
            self.stack.append(tag)
    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, tag
page = Page()
page.feed(open(work + "/report.html").read())
assert not page.stack, page.stack
metrics = [l for l in open(work + "/report.prometheus") if l.startswith("harden_verify_check_failed{")]
assert len(metrics) == len(checks)
assert sum(l.endswith(" 1\n") for l in metrics) == report["summary"]["fail"]
END
}

writes_every_format() {
    expect "a bare node has findings, in several formats from one look" 1 verify --format json \
        --output /root/report.json --report junit=/root/report.junit \
        --report sarif=/root/report.sarif --report tap=/root/report.tap \
        --report markdown=/root/report.markdown --report html=/root/report.html \
        --report prometheus=/root/report.prometheus
    [ -z "$output" ] || fail "--output printed as well: $output"
    on 66 'cd /root && tar -cf - report.*' | tar -C "$work" -xf -
    parses || fail "a report is not what its readers parse"
    ok "JSON, JUnit, SARIF, TAP, HTML and the metrics parse, and tell the same"
    lacks "nothing is left beside them" "report.json." on 66 ls -A /root
    expect "an unknown format is a mistake" 2 verify --report pdf=/root/x
    expect "a report that cannot be written is told" 2 verify --only ssh.root-login --output /proc/x/y
}

gates() {
    expect "what fails only below the gate passes" 0 verify --only docker.live-restore --fail-on critical
    expect "and fails without" 1 verify --only docker.live-restore
    expect "against its own earlier report nothing is worse" 0 verify --since /root/report.json \
        --allow-unknown
    on 66 'sed -i "/\"id\": \"docker.live-restore\"/,/\"status\"/ s/\"fail\"/\"pass\"/" /root/report.json'
    expect "what has got worse counts" 1 verify --since /root/report.json --allow-unknown
    prints "and is named" "worse: " verify --since /root/report.json
    prints "a check is explained" "fix       harden egress apply" verify explain egress.smtp
    expect "one that nobody has is a typo" 2 verify explain egress.smpt
    prints "all are listed" "egress.smtp" verify list
}

# Programs that never answer, where verify looks for them. One login for all: sshd could make no
# other meanwhile.
hangs() {
    # shellcheck disable=SC2016 # the node expands it
    run_captured on 66 'printf "#!/bin/sh\nexec sleep 601\n" >/root/hang; chmod 755 /root/hang
        mount --bind /root/hang /usr/sbin/sshd; kill -STOP $(cat /run/docker.pid); began=$(date +%s)
        /usr/libexec/harden/verify; echo "after $(($(date +%s) - began)) s"
        kill -CONT $(cat /run/docker.pid); umount /usr/sbin/sshd'
    local took=${output##*after }
    [ "${took% s}" -le 15 ] || fail "the report came after $took"
    ok "with a Docker and an sshd that hang the report comes after $took"
    for said in "[FAIL] Docker answers (docker does not answer in time" \
        "[UNKNOWN] SSH password auth disabled" "did not end in time" \
        "[UNKNOWN] Docker no-new-privileges enabled" "[FAIL] SMTP port 25 blocked"; do
        case $output in
        *"$said"*) ok "and says $said" ;;
        *) fail "\"$said\" is not in: $output" ;;
        esac
    done
    # sshd itself becomes the hanging program for each connection: those are its own
    output=$(on 66 'pgrep -P 1 -af "sleep 60[1]"' || true)
    [ -z "$output" ] || fail "a program that hung is left: $output"
    ok "what hung is ended"
}

# Something answers at the socket, accepts, and never says a word.
is_silent() {
    # shellcheck disable=SC2016 # the node expands it
    on 66 'systemd-socket-activate --listen=/root/silent.sock sleep 600 >/dev/null 2>&1 & echo $! >/root/silent
           until [ -S /root/silent.sock ]; do sleep 0.1; done'
    local began=$SECONDS
    prints "a socket that never answers is told" "docker does not answer in time" \
        on 66 env DOCKER_HOST=unix:///root/silent.sock /usr/libexec/harden/verify
    [ $((SECONDS - began)) -le 10 ] || fail "the report came after $((SECONDS - began)) s"
    ok "after $((SECONDS - began)) s"
    # shellcheck disable=SC2016
    on 66 'kill $(cat /root/silent)'
}

asks_several_nodes() {
    expect "two nodes in one report" 1 fleet --host root@node66 --host root@node67 --format json \
        --output "$work/fleet.json" --report sarif="$work/fleet.sarif" \
        --report html="$work/fleet.html" --report junit="$work/fleet.junit"
    python3 - "$work" <<'END' || fail "the merged report"
import json, sys, xml.etree.ElementTree as xml
fleet = json.load(open(sys.argv[1] + "/fleet.json"))
assert fleet["schema"] == "harden.verify-nodes/1"
assert [r["node"] for r in fleet["reports"]] == ["node66", "node67"]
assert fleet["summary"]["fail"] == sum(r["summary"]["fail"] for r in fleet["reports"])
suites = xml.parse(sys.argv[1] + "/fleet.junit").getroot().findall("testsuite")
assert [s.get("hostname") for s in suites] == ["node66", "node67"]
END
    ok "holds both, in their order"
    on 67 rm -rf /usr/libexec/harden
    expect "one node without harden is trouble" 2 fleet --host root@node67 --only egress.smtp
    prints "a node with harden missing is told, beside the other" "harden is not installed there" \
        fleet --host root@node66 --host root@node67 --only egress.smtp
}

node_up 66
lab image 66 >/dev/null
node_up 67
has_a_hostile_tenant
writes_every_format
gates
asks_several_nodes
hangs
is_silent
