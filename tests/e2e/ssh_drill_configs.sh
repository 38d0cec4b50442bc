# shellcheck shell=bash
# Random configurations of sshd for the drill. Each call sets
#   what      its name, for people
#   commands  what puts it on the node
#   login     ssh options of the operator who comes to such a node
#   client    the operator's ssh_config
#   loaded    not empty: sshd has read it before harden comes (and the operator can log in)
#   site      not empty: put in force by hand the files alone would not lock out
# shellcheck disable=SC2034,SC2154 # what the drill reads and gives

pick() {
    local words=("$@")
    REPLY=${words[RANDOM % ${#words[@]}]}
}

# Where an operator may have written a line.
place() { pick sshd_config.d/10-ops.conf sshd_config.d/99-site.conf sshd_config.d/01-a.conf; }

# What the file says already stays: the line goes to the place that $REPLY names, or to the end or
# the top of sshd_config.
line_somewhere() {
    local line=$1 file
    what=$line
    case $((RANDOM % 4)) in
    0) commands="sed -i '1i $line' /etc/ssh/sshd_config" ;;
    *)
        place
        file=$REPLY
        commands="printf '%s\n' '$line' >/etc/ssh/$file"
        ;;
    esac
}

line_in_site() { # NAME VALUE: a setting of /etc/harden/ssh.toml
    what="$1 = $2 in ssh.toml"
    site=yes
    commands="mkdir -p /etc/harden; printf 'version = 1\n[settings]\n%s = { value = \"%s\" }\n' '$1' '$2' >/etc/harden/ssh.toml"
}

line_or_site() { # NAME VALUE
    if [ $((RANDOM % 2)) -eq 0 ]; then line_somewhere "$1 $2"; else line_in_site "$1" "$2"; fi
}

# A Match block that holds for the operator, with a line that shuts him out.
hostile_match() {
    local criteria
    pick "User root" "Address 10.77.0.0/24" "LocalPort 22,2022" "User r*,!ann" "Group root" \
        "Address *,!192.0.2.0/24" "User root Address 10.77.0.*" "LocalAddress 10.77.0.0/16" all
    criteria=$REPLY
    pick "PermitRootLogin no" "PubkeyAuthentication no" "AuthorizedKeysFile /etc/none" \
        "AuthenticationMethods password" "DenyUsers root" "PubkeyAcceptedAlgorithms ssh-dss,ecdsa-sha2-nistp256" \
        "AllowUsers ann" "AllowGroups wheel"
    what="Match $criteria: $REPLY"
    if [ $((RANDOM % 3)) -eq 0 ]; then # by an Include below the Match
        what="$what, included"
        commands="printf '%s\n' '$REPLY' >/etc/ssh/more.conf
                  printf '%s\n' 'Match $criteria' 'Include /etc/ssh/more.conf' >>/etc/ssh/sshd_config"
    else
        commands="printf '%s\n' 'Match $criteria' '$REPLY' >>/etc/ssh/sshd_config"
    fi
    [ $((RANDOM % 2)) -eq 0 ] ||
        commands="$commands; mkdir -p /etc/harden; printf 'version = 1\nmatch_blocks = \"keep\"\n' >/etc/harden/ssh.toml"
}

hostile_listen() {
    pick "Port 2222" "ListenAddress 127.0.0.1" "ListenAddress 192.0.2.9:22" "AddressFamily inet6" "Port 22222"
    local name=${REPLY%% *} value=${REPLY#* }
    line_or_site "$name" "$value"
    site=yes # on another port it says nothing
}

v6_only_operator() {
    login="-o HostName=fd77::$((node + 10)) -o HostKeyAlias=node$node"
    pick "AddressFamily inet" "ListenAddress 0.0.0.0" "AllowUsers root@10.77.0.0/16" "DenyUsers root@fd77::/16"
    line_somewhere "$REPLY"
    what="v6-only operator: $what"
}

# sshd_config without its Include, and a drop-in that slept until ours brought it in.
missing_include() {
    pick "AllowUsers ann" "PermitRootLogin no" "DenyGroups root" "AuthorizedKeysFile /etc/none"
    what="missing Include wakes: $REPLY"
    loaded=yes site=yes
    commands="sed -i '/^Include/d' /etc/ssh/sshd_config; printf '%s\n' '$REPLY' >/etc/ssh/sshd_config.d/50-old.conf"
}

include_order() {
    what="a Match before the Include"
    commands="sed -i '1i Match User root\nPermitRootLogin no' /etc/ssh/sshd_config"
}

old_client() { # one that cannot do what the site asks for: nothing on the node can know
    login="-o KexAlgorithms=curve25519-sha256"
    what="a client without the site's key exchange"
    site=yes
    commands="mkdir -p /etc/harden; printf 'version = 1\n[algorithms]\nKexAlgorithms = [\"diffie-hellman-group16-sha512\"]\n' >/etc/harden/ssh.toml"
}

no_session() { # a login that gets in and can do nothing
    what="MaxSessions 0 in ssh.toml"
    site=yes
    commands="mkdir -p /etc/harden; printf 'version = 1\n[settings]\nMaxSessions = { least = 0, most = 0 }\n' >/etc/harden/ssh.toml"
}

loose_keys() { # StrictModes no is in force, and ours is yes
    what="a key file that others can write"
    loaded=yes site=yes
    commands="printf 'StrictModes no\n' >/etc/ssh/sshd_config.d/10-ops.conf; chmod 0666 /root/.ssh/authorized_keys"
}

small_rsa() {
    client=$work/rsa_config
    line_or_site RequiredRSASize "$((3072 + RANDOM % 3 * 512))"
    what="RSA key of 2048 bits: $what"
}

hostile_config() {
    login='' client=$config loaded='' site='' commands='' what=''
    case $((RANDOM % 19)) in
    0) pick ann 'ann@10.77.0.1' 'root@192.0.2.0/24' 'root@fd00::/8' 'ops*' && line_or_site AllowUsers "$REPLY" ;;
    1) pick root 'r*' 'root@10.77.0.0/16' '*@10.77.0.1' '*' && line_or_site DenyUsers "$REPLY" ;;
    2) pick wheel sudo 'adm*' && line_or_site AllowGroups "$REPLY" ;;
    3) pick root 'ro*' '*' && line_or_site DenyGroups "$REPLY" ;;
    4 | 5 | 6) hostile_match ;;
    7) small_rsa ;;
    8) pick ssh-dss ecdsa-sha2-nistp256 rsa-sha2-512 sk-ssh-ed25519@openssh.com && line_or_site PubkeyAcceptedAlgorithms "$REPLY" ;;
    9) pick /etc/ssh/keys/%u none .ssh/other '/var/keys/%U %h/none' && line_or_site AuthorizedKeysFile "$REPLY" ;;
    10) pick password publickey,password publickey,publickey,publickey 'publickey,keyboard-interactive' &&
        line_or_site AuthenticationMethods "$REPLY" ;;
    11) hostile_listen ;;
    12) v6_only_operator ;;
    13) missing_include ;;
    14) pick no forced-commands-only && line_or_site PermitRootLogin "$REPLY" ;;
    15) if [ $((RANDOM % 2)) -eq 0 ]; then include_order; else loose_keys; fi ;;
    16) if [ $((RANDOM % 2)) -eq 0 ]; then old_client; else line_in_site HostKey /root/another_host_key; fi ;;
    17) pick "ForceCommand /bin/false" "ChrootDirectory /srv" &&
        line_in_site "${REPLY%% *}" "${REPLY#* }" ;;
    18) no_session ;;
    esac
}

# One to three harmless lines, each at a place of its own.
valid_config() {
    login='' client=$config commands='true' what=''
    local count=$((1 + RANDOM % 3)) i
    for ((i = 0; i < count; ++i)); do
        pick "AllowUsers root ann" "AllowUsers r*" "AllowUsers root@10.77.0.0/16 root@fd77::/16" "DenyUsers ann" \
            "AllowGroups root sudo" "DenyGroups nogroup" "MaxAuthTries 3" "PermitRootLogin without-password" \
            "AuthorizedKeysFile .ssh/none .ssh/authorized_keys" "AuthorizedKeysFile /root/.ssh/authorized_keys" \
            "AuthenticationMethods publickey" "ClientAliveInterval 30" "PubkeyAcceptedAlgorithms ssh-ed25519,rsa-sha2-512" \
            "RequiredRSASize 2048" "LogLevel INFO" "X11Forwarding yes" "Banner none" "ListenAddress 0.0.0.0" \
            "AcceptEnv LANG LC_*" "UseDNS no" "PasswordAuthentication yes" "MaxStartups 20:30:60"
        what="$what; $REPLY"
        commands="$commands; printf '%s\n' '$REPLY' >/etc/ssh/sshd_config.d/$((10 + RANDOM % 80))-$i.conf"
    done
    case $((RANDOM % 6)) in
    0) commands="$commands; sed -i '/^Include/d' /etc/ssh/sshd_config" what="$what; no Include" ;;
    1)
        pick "User ann" "Address 192.0.2.0/24" "LocalPort 2222" "Group sudo" "User root" "Address 10.77.0.*"
        what="$what; Match $REPLY"
        commands="$commands; printf '%s\n' 'Match $REPLY' 'AllowTcpForwarding no' 'MaxSessions 5' >>/etc/ssh/sshd_config"
        ;;
    2) commands="$commands; printf 'Port 22\nPort 2222\n' >/etc/ssh/sshd_config.d/11-port.conf" what="$what; two ports" ;;
    3) client=$work/rsa_config what="$what; by RSA key" ;;
    4)
        commands="$commands; mkdir -p /etc/harden; printf 'version = 1\n[settings]\nLoginGraceTime = { least = 1, most = 20 }\nMaxAuthTries = { least = 1, most = 2 }\n' >/etc/harden/ssh.toml"
        what="$what; ssh.toml"
        ;;
    5) ;;
    esac
}
