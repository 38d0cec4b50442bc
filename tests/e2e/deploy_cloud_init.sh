#!/usr/bin/env bash
# A real cloud-init makes a node of the user-data: its own schema, its own stages. The lab has no
# mirror, so the package is there before, the release comes from a directory, and Debian's old
# versions are waived.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "cloud-init is tried by ./dev test --full"
package=$(built_package)
node=116
e2e_nodes "$node"
lab up "$node" >/dev/null || skip "the lab cannot run here"
lab image "$node" >/dev/null
lab put "$node" "$(lab debs "$suite" cloud-init)" /var/tmp/debs
lab put "$node" "$package" /var/tmp/debs/
lab put "$node" "$(lab runsc)" /var/tmp/gvisor
lab put "$node" "$repository/deploy/cloud-init/user-data.yaml" /root/user-data.yaml
lab put "$node" "$repository/tests/lab/waivers.toml" /root/waivers.toml
on "$node" "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq /var/tmp/debs/*.deb >/dev/null 2>&1" ||
    fail "cloud-init and the package do not install"
say "$(on "$node" cloud-init --version 2>&1)"

say "==> the schema"
expect "cloud-init finds the user-data valid" 0 on "$node" cloud-init schema --config-file /root/user-data.yaml
on "$node" "sed 's/^runcmd:/runcmds:/; s/ssh_pwauth: false/ssh_pwauth: [never]/' /root/user-data.yaml >/root/wrong.yaml"
expect "and would have found a mistake" 1 on "$node" cloud-init schema --config-file /root/wrong.yaml

say "==> a first boot"
on "$node" python3 - <<'END'
import os, yaml
data = yaml.safe_load(open("/root/user-data.yaml"))
for key in ("apt", "packages", "package_update"):
    del data[key]
data["runcmd"] = [["harden", "gvisor-install", "apply", "--from", "/var/tmp/gvisor"] if "gvisor-install" in words else words
                  for words in data["runcmd"]]
data["write_files"] = [one for one in data["write_files"] if "gvisor" not in one["path"]]
data["write_files"].append({"path": "/etc/harden/waivers.toml", "content": open("/root/waivers.toml").read()})
# the way into the lab stays, and its Debian has no locales
data.update(ssh_deletekeys=False, disable_root=False, locale=False)
seed = "/var/lib/cloud/seed/nocloud"
os.makedirs(seed, exist_ok=True)
open(seed + "/user-data", "w").write("#cloud-config\n" + yaml.safe_dump(data))
open(seed + "/meta-data", "w").write("instance-id: lab\n")
open("/etc/cloud/cloud.cfg.d/99-lab.cfg", "w").write(
    "datasource_list: [NoCloud]\nnetwork: {config: disabled}\npreserve_hostname: true\nmanage_etc_hosts: false\n")
END
run_captured on "$node" "cloud-init init --local && cloud-init init && cloud-init modules --mode=config && cloud-init modules --mode=final"
[ "$status" -eq 0 ] || fail "cloud-init ends with $status: $output"
ok "cloud-init ends well, with the status of the verification"
prints "the report is where the user-data says" '"fail": 0' on "$node" "sed -n '/\"summary\"/,\$p' /var/lib/harden/verify.json"
expect "the policy is in force" 0 on "$node" harden egress status
expect "Docker knows gVisor" 0 on "$node" "docker info --format '{{json .Runtimes}}' | grep -q runsc"
prints "the detector is on" '"changes": []' on "$node" harden detect-miners plan --format json
prints "and so is the timer" enabled on "$node" systemctl is-enabled harden-verify.timer
prints "passwords let nobody in" "passwordauthentication no" on "$node" sshd -T
