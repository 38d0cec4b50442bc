#include "checks/host_looks.h"

#include <algorithm>
#include <iterator>

namespace harden {

static constexpr auto group = "Host";

static std::vector<Check> upkeep_checks()
{
    return {
        {.id = "host.supported-system",
         .group = group,
         .title = "The system still gets security updates",
         .severity = Severity::Medium,
         .level = Level::Config,
         .remedy = "upgrade to a supported release",
         .why = "After its end a release gets no fixes, and nothing says so. /etc/os-release is "
                "compared with the dates in rules/host.toml.",
         .look = system_supported},
        {.id = "host.security-upgrades",
         .group = group,
         .title = "Security upgrades are installed without being asked",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "apt-get install unattended-upgrades && dpkg-reconfigure -f noninteractive "
                   "unattended-upgrades",
         .why = "Known holes are used within days. apt's merged settings, its timers, the time of "
                "its last success and packages on hold are read.",
         .look = upgrades_run},
        {.id = "host.time-synchronised",
         .group = group,
         .title = "The clock is synchronised",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "apt-get install chrony",
         .map = {"CIS-Ubuntu-2.3", "UBTU-24-600180"},
         .why = "Certificates, logs and the age of updates are judged by the clock. The service "
                "that runs is asked when it last agreed with a server.",
         .look = clock_synchronised},
        {.id = "host.audit",
         .group = group,
         .title = "The audit daemon watches what matters",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "apt-get install auditd, and \"-w PATH -p wa\" for each in /etc/audit/rules.d",
         .map = {"CIS-Docker-1.1.3", "CIS-Ubuntu-6.2"},
         .why = "After a break-in nobody knows who changed what. The kernel's own list of rules "
                "must hold the paths of rules/host.toml, and it must have lost nothing.",
         .look = audited},
        {.id = "host.needless-services",
         .group = group,
         .title = "No needless service runs",
         .severity = Severity::Low,
         .profile = Profile::Strict,
         .remedy = "systemctl disable --now UNIT",
         .map = {"CIS-Ubuntu-2.1"},
         .why = "What a run node does not need can only be attacked. systemd is asked for the "
                "units of rules/host.toml.",
         .look = without_needless_services},
        {.id = "host.cloud-init",
         .group = group,
         .title = "cloud-init will not undo the hardening",
         .severity = Severity::Medium,
         .level = Level::Config,
         .profile = Profile::Full,
         .remedy = "harden ssh-harden apply",
         .why = "On a new instance cloud-init writes sshd's password setting again. Its files "
                "are merged as it merges them; the last ssh_pwauth counts.",
         .look = cloud_init_agrees},
    };
}

static std::vector<Check> storage_checks()
{
    return {
        {.id = "host.container-filesystem",
         .group = group,
         .title = "Container data has a file system of its own",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "move Docker's and containerd's directories to a volume of their own",
         .map = {"CIS-Docker-1.1.1"},
         .why = "A tenant that fills the disk stops the system with it. The mount under each "
                "directory is compared with that of /.",
         .look = containers_apart},
        {.id = "host.disk-quota",
         .group = group,
         .title = "Disk quotas are enforced",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "put Docker's directory on XFS mounted with prjquota, and set the size of "
                   "containers",
         .why = "Without project quotas --storage-opt size is refused, and one tenant takes all "
                "tenants' room. The mount's own options are read.",
         .look = quota_enforced},
        {.id = "host.free-space",
         .group = group,
         .title = "Disks have room and images are cleaned up",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "docker image prune from a timer, and more room",
         .why = "On a full disk containers, logs and updates fail at once. Blocks and inodes of "
                "every disk are read, and who cleans up images.",
         .look = room_left},
        {.id = "host.tmp-mounts",
         .group = group,
         .title = "Temporary directories carry no programs",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "mount them nosuid,nodev in /etc/fstab, or systemctl enable tmp.mount",
         .map = {"CIS-Ubuntu-1.1.2"},
         .why = "Where everybody writes, a program with its owner's rights must not run. The "
                "mounts' own options are read.",
         .look = temporary_mounts},
        {.id = "host.swap",
         .group = group,
         .title = "Swap is off or encrypted",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "swapoff -a, or swap on an encrypted device",
         .why = "Tenants' memory and keys stay on the disk. /proc/swaps and the devices under it "
                "are read.",
         .look = swap_safe},
        {.id = "host.journal",
         .group = group,
         .title = "The journal is kept and bounded",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "Storage=persistent and SystemMaxUse=1G in a file of "
                   "/etc/systemd/journald.conf.d",
         .map = {"CIS-Ubuntu-6.1"},
         .why = "A journal in memory is gone with the node, one without bounds fills it. "
                "journald's files are merged as it merges them.",
         .look = journal_bounded},
    };
}

static std::vector<Check> access_checks()
{
    return {
        {.id = "host.root-accounts",
         .group = group,
         .title = "Only root is root, and nobody logs in without a password",
         .severity = Severity::Critical,
         .level = Level::Config,
         .remedy = "userdel the account, or passwd -l it",
         .map = {"CIS-Ubuntu-7.2"},
         .why = "A second account with uid 0 or an empty password is how intruders come back. "
                "/etc/passwd and /etc/shadow are read.",
         .look = root_accounts},
        {.id = "host.privileged-users",
         .group = group,
         .title = "Only listed users have root's rights",
         .severity = Severity::High,
         .level = Level::Config,
         .profile = Profile::Strict,
         .remedy = "take the rule or the membership away, or name the user in "
                   "[access] of /etc/harden/host.toml",
         .map = {"CIS-Ubuntu-7.2"},
         .why = "Who is in the group lxd or needs no password for sudo is root. sudo's rules "
                "with all includes, /etc/passwd and /etc/group are read.",
         .look = privileged_users},
        {.id = "host.root-files",
         .group = group,
         .title = "Only root can write what root runs",
         .severity = Severity::Critical,
         .remedy = "chown root:root and chmod go-w",
         .why = "Who can write a unit, a cron entry or a sudo rule is root a little later. Owner "
                "and mode of everything in the directories of rules/host.toml are read.",
         .look = root_owned},
        {.id = "host.privileged-files",
         .group = group,
         .title = "No new privileged file has appeared",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "chmod ug-s the file, or name it in [privileged_files] of /etc/harden/host.toml",
         .map = {"CIS-Ubuntu-7.1"},
         .why = "A set-user-ID program that nobody knows is a back door. The directories of "
                "rules/host.toml are looked at, not the whole disk.",
         .look = privileged_files},
        {.id = "host.apparmor-enforcing",
         .group = group,
         .title = "AppArmor profiles are enforced",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "apt-get install apparmor-utils && aa-enforce /etc/apparmor.d/*",
         .map = {"CIS-Ubuntu-1.3.1.4"},
         .why = "A profile that only complains stops nothing. The kernel's own list of profiles "
                "is read.",
         .look = apparmor_enforces},
    };
}

std::vector<Check> host_checks()
{
    std::vector<Check> all;
    for (auto* part : {upkeep_checks, storage_checks, access_checks})
        std::ranges::move(part(), std::back_inserter(all));
    return all;
}

}
