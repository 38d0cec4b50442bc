# shellcheck shell=bash
# This machine's own Debian sources, turned to another suite and printed one a line.

machine_codename() {
    # shellcheck source=/dev/null
    (. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

one_line_sources() {
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
        awk '$1 == "deb" {
            options = ""; first = 2
            if ($2 ~ /^\[/) do options = options $(first) " "; while ($(first++) !~ /\]$/)
            print $(first), $(first + 1), options
        }'
}

deb822_sources() {
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ ! -e $file ]] || { cat "$file" && echo; }
    done | awk '
        function value(name) { return (name in field) ? field[name] : "" }
        function stanza(    u, s, uris, suites) {
            if (value("types") ~ /(^| )deb( |$)/ && value("enabled") !~ /^no/)
                for (u = split(value("uris"), uris, " "); u > 0; u--)
                    for (s = split(value("suites"), suites, " "); s > 0; s--)
                        print uris[u], suites[s], value("signed-by") ~ /^\// ? "[signed-by=" value("signed-by") "]" : ""
            delete field
        }
        /^#/ { next }
        /^[ \t]*$/ { stanza(); next }
        match($0, /^[A-Za-z-]+:/) {
            name = tolower(substr($0, 1, RLENGTH - 1)); text = substr($0, RLENGTH + 1)
            sub(/^ +/, "", text); field[name] = text
        }
        END { stanza() }'
}

# Only entries of the machine's own release count: other vendors' sources have suites of other names.
sources_for() {
    local suite=$1 codename
    codename=$(machine_codename)
    { one_line_sources; deb822_sources; } | sort -u |
        awk -v from="$codename" -v to="$suite" '
            $2 == from || (to != "sid" && ($2 == from "-updates" || $2 == from "-security")) {
                sub("^" from, to, $2)
                options = $3; for (i = 4; i <= NF; i++) options = options " " $i
                print "deb", options, $1, $2, "main"
            }'
}
