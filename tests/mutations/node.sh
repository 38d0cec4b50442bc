# shellcheck shell=sh
# What the rows of matrix.tsv call on the node. The files as setup left them are in /root/wanted.

# Docker's unit gives up after three starts in a minute.
restart_docker() {
    systemctl reset-failed docker.service
    systemctl restart docker.service
}

# only_write_without KEY…: daemon.json without these keys, whatever their values are
only_write_without() {
    cp -p /root/wanted/daemon.json /etc/docker/daemon.json
    for key in "$@"; do
        perl -0pi -e '
            s/,?\s*"'"$key"'":\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|"[^"]*"|[^,}\s]+)//; s/\{\s*,/{/' \
            /etc/docker/daemon.json
    done
}

without_keys() {
    only_write_without "$@"
    restart_docker
}

# with its time: that dockerd started after the file was written is evidence
put_back_daemon_json() { cp -p /root/wanted/daemon.json /etc/docker/daemon.json; }

restore_daemon_json() {
    put_back_daemon_json
    restart_docker
}

# edit_sshd KEY VALUE: in our own drop-in, as somebody would by hand
edit_sshd() {
    sed -i "s/^$1 .*/$1 $2/" /etc/ssh/sshd_config.d/00-harden.conf
    grep -q "^$1 $2\$" /etc/ssh/sshd_config.d/00-harden.conf
    systemctl reload ssh
}

restore_sshd() {
    cp /root/wanted/00-harden.conf /etc/ssh/sshd_config.d/00-harden.conf
    systemctl reload ssh
}
