# CHANGELOG.md as Debian writes its changelogs, in lines of 79. `date` is for what is not released yet.
function tell(    word, words, line, i) {
    words = split(entry, word, " ")
    line = "  *"
    for (i = 1; i <= words; i++) {
        if (length(line) + length(word[i]) > 78) {
            print line
            line = "   "
        }
        line = line " " word[i]
    }
    if (words)
        print line
    entry = ""
}
function finish() {
    tell()
    if (version != "")
        printf "\n -- %s  %s\n", maintainer, stamp
}
/^## / {
    finish()
    printf "%sharden (%s) unstable; urgency=medium\n\n", version == "" ? "" : "\n", $2
    version = $2
    stamp = date
    if ($3 ~ /^\([0-9]/) {
        command = "date -Ru -d " substr($3, 2, 10)
        command | getline stamp
        close(command)
    }
    next
}
version == "" || /^ *$/ { next }
/^- / { tell(); $0 = substr($0, 3) }
{ entry = entry " " $0 }
END { finish() }
