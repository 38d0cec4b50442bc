# shellcheck shell=bash
# A control group of its own for each node in every hierarchy that the machine has mounted.

# Prints "CONTROLLERS DIRECTORY" a line; version 2 has the word "cgroup2" for its controllers.
cgroup_hierarchies() {
    awk '
        FNR == NR && $3 == "cgroup2" && !("" in place) { place[""] = $2 }
        FNR == NR && $3 == "cgroup" {
            count = split($4, options, ",")
            for (i = 1; i <= count; i++) if (!(options[i] in place)) place[options[i]] = $2
        }
        FNR == NR { next }
        {
            split($0, part, ":"); list = part[2]; first = list; sub(/,.*/, "", first)
            if (first in place) print (list == "" ? "cgroup2" : list), place[first]
        }' /proc/self/mounts /proc/self/cgroup
}

cgroup_name() {
    echo "harden-lab-$(cksum <<<"$LAB_DIRECTORY" | cut -d ' ' -f 1)-node$1"
}

cgroup_create() {
    local controllers directory
    while read -r controllers directory; do
        mkdir -p "$directory/$1"
        [[ ,$controllers, != *,cpuset,* ]] || cgroup_open_cpuset "$directory" "$directory/$1"
    done < <(cgroup_hierarchies)
}

# A new cpuset is empty and takes no process until it is filled.
cgroup_open_cpuset() {
    cat "$1/cpuset.cpus" >"$2/cpuset.cpus"
    cat "$1/cpuset.mems" >"$2/cpuset.mems"
    echo 1 >"$2/cgroup.clone_children"
}

cgroup_join() {
    local directory
    while read -r _ directory; do
        echo "$2" >"$directory/$1/cgroup.procs"
    done < <(cgroup_hierarchies)
}

# A frozen process cannot die, and the node's first process waits for all of them.
cgroup_thaw() {
    local directory
    while read -r _ directory; do
        [[ -d $directory/$1 ]] || continue
        find "$directory/$1" -name freezer.state -exec sh -c 'echo THAWED >"$1"' sh {} \; 2>/dev/null || true
        find "$directory/$1" -name cgroup.freeze -exec sh -c 'echo 0 >"$1"' sh {} \; 2>/dev/null || true
    done < <(cgroup_hierarchies)
}

cgroup_remove() {
    local directory
    while read -r _ directory; do
        [[ ! -d $directory/$1 ]] || cgroup_remove_tree "$directory/$1"
    done < <(cgroup_hierarchies)
}

# The last processes of a killed node leave their groups a moment later.
cgroup_remove_tree() {
    for _ in {1..100}; do
        find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
        [[ -d $1 ]] || return 0
        sleep 0.02
    done
    fail "control group $1 cannot be removed: processes are left in it"
}
