#!/usr/bin/env bash
# Ansible's own view of the role: a check changes nothing, a first run converges, a second changes
# nothing, and what goes wrong is told in harden's words.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "Ansible is tried by ./dev test --full"
command -v ansible-playbook >/dev/null || skip "ansible-playbook is not here: apt-get install ansible-core"
package=$(built_package)
node=115
suite=${HARDEN_E2E_SUITE:-$suite}
e2e_nodes "$node"
lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
lab image "$node" >/dev/null
# Ansible's one wish for a node
lab put "$node" "$(lab debs "$suite" python3)" /var/tmp/debs
on "$node" "apt-get install -y -qq /var/tmp/debs/*.deb >/dev/null 2>&1 && rm -r /var/tmp/debs"

mkdir "$work/rules" "$work/reports"
printf 'version = 1\n[groups.office]\ntier = "hard"\naction = "refuse"\naddresses = ["198.51.100.0/24"]\n' >"$work/rules/egress.toml"
cat >"$work/inventory.yml" <<END
run_nodes:
  hosts:
    node$node:
      ansible_user: root
      ansible_ssh_common_args: -F $(lab ssh-config)
  vars:
    harden_package: $package
    harden_gvisor: $(lab runsc)
    harden_waivers: $repository/tests/lab/waivers.toml
    harden_site_rules: $work/rules
    harden_report_dir: $work/reports
END

export ANSIBLE_NOCOLOR=1 ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_SSH_CONTROL_PATH_DIR=$work/control \
    ANSIBLE_LOCAL_TEMP=$work/local
play() {
    lab client ansible-playbook -i "$work/inventory.yml" "$repository/deploy/ansible/site.yml" "$@"
}
converges() { # WHAT CHANGED ARGUMENTS…: the recap's count, or ">0"
    local what=$1 wanted=$2 changed
    shift 2
    run_captured play "$@"
    [ "$status" -eq 0 ] || fail "$what: ansible-playbook ends with $status: $output"
    changed=$(sed -n 's/^node.* changed=\([0-9]*\) .*/\1/p' <<<"$output")
    [ "$changed" = "$wanted" ] || { [ "$wanted" = ">0" ] && [ "$changed" -gt 0 ]; } ||
        fail "$what: changed=$changed, wanted $wanted: $output"
    ok "$what: changed=$changed"
}
breaks() { # WHAT TEXT ARGUMENTS…
    run_captured play "${@:3}"
    [ "$status" -eq 2 ] || fail "$1: ansible-playbook ends with $status: $output"
    prints "$1" "$2" printf '%s' "$output"
}
# All that a run may leave. A plan unpacks a release in staging/ and takes it away.
observed() {
    on "$node" "find /etc /usr/local /usr/libexec /usr/share/harden /lib/systemd/system /var/lib/harden \
                    -xdev -printf '%p %m %U %T@ %s\n' 2>/dev/null | grep -v -e '^/var/lib/harden ' -e '^/var/lib/harden/miners' -e '^/var/lib/harden/staging ' | sort
                $kernel_rules"
}
unchanged() {
    local difference
    difference=$(diff <(printf '%s\n' "$1") <(observed)) || fail "$2 changed the node: $difference"
    ok "$2 changed nothing on the node"
}

say "==> a bare node"
before=$(observed)
converges "a check of it" ">0" --check
prints "says what comes after the package" "after the package come profile, egress" printf '%s' "$output"
unchanged "$before" "it"
converges "the first run" ">0"
say "$(grep '^node' <<<"$output")"
expect "its report says that the node is as wanted" 0 \
    python3 -c "import json; r = json.load(open('$work/reports/harden-node$node.json')); \
                assert r['summary']['fail'] == r['summary']['unknown'] == 0 and r['profile'] == 'baseline', r"
prints "the site's own rule is in force" "198.51.100.0/24" on "$node" nft list table inet harden_egress

say "==> again"
before=$(observed)
converges "the second run" 0
converges "a check of it" 0 --check --diff
unchanged "$before" "both"

say "==> a fleet"
sed "s/^  hosts:/  hosts:\n    canary: { ansible_host: 10.77.0.1, ansible_port: 9 }/" "$work/inventory.yml" >"$work/fleet.yml"
run_captured lab client ansible-playbook -i "$work/fleet.yml" "$repository/deploy/ansible/site.yml" --tags verify
[ "$status" -ne 0 ] || fail "a canary that is not there goes unnoticed: $output"
prints "a canary that is not there ends the rollout" "unreachable=1" printf '%s' "$output"
lacks "where the canary fails no other node is touched" "node$node" printf '%s' "$output"

say "==> one verb"
on "$node" "harden egress remove >/dev/null"
before=$(observed)
converges "a check tells what one verb would change" 1 --check --diff --tags egress
prints "as a difference" '+iptables-nft ip6: DOCKER-USER' printf '%s' "$output"
unchanged "$before" "it"
converges "and a run with its tag changes that alone" 1 --tags egress
printf 'version = 1\n[groups.office]\ntier = "hardest"\naction = "refuse"\naddresses = ["198.51.100.0/24"]\n' >"$work/rules/egress.toml"
breaks "a wrong rule is told with its place" "egress.toml:3" --tags profile,egress
rm "$work/rules/egress.toml"
on "$node" "rm /etc/harden/egress.toml"

say "==> the full profile"
lab put "$node" "$binaries/lab_probe" /root/probe
on "$node" "systemd-run --quiet --unit=plain /root/probe serve --for 600 tcp:0.0.0.0:9090"
breaks "a port in use is not closed unasked" "9090/tcp" -e harden_profile=full
on "$node" systemctl stop plain
converges "it is confirmed over new logins" ">0" -e harden_profile=full
expect "the firewall stays" 0 on "$node" harden firewall status
expect "sshd's settings stay" 0 on "$node" harden ssh-harden status
converges "again" 0 -e harden_profile=full
