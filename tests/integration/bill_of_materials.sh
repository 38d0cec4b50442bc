#!/bin/sh
# The bill of materials beside the package is a valid SPDX 2.3 document, and it names what the
# compiler and the loader really took: headers by the compiler's own list, libraries by the programs'.
set -eu
build=${HARDEN_BUILD:-build}
bill=$(find "$build" -maxdepth 1 -name 'harden_*.spdx.json')
[ -n "$bill" ] || { echo "skipped: there is no package: ./dev package"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: python3 is missing"; exit 77; }
[ -e "$build/build.ninja" ] || { echo "skipped: the compiler's list of headers is ninja's"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ninja -C "$build" -t deps | sed -n 's/^ *\(\/usr\/.*\)/\1/p' | sort -u >"$work/headers"
for program in harden setup adopt verify egress firewall daemonjson gvisor-install detect-miners scan ssh-harden tx webhook-send canary; do
    objdump -p "$build/bin/$program" | sed -n 's/^ *NEEDED *//p'
done | sort -u >"$work/needed"
python3 - "$bill" "$work/headers" "$work/needed" <<'PYTHON'
import json, re, subprocess, sys

bill = json.load(open(sys.argv[1]))
problems = []
def want(holds, sentence):
    if not holds:
        problems.append(sentence)

def owners(paths):
    found = set()
    for start in range(0, len(paths), 200):
        listed = subprocess.run(["dpkg", "-S", *paths[start:start + 200]], capture_output=True, text=True)
        for line in listed.stdout.splitlines():
            # one library may be there for other processors too
            if not line.startswith("diversion") and not re.search(r"/(lib32|libx32)/", line):
                found.update(name.split(":")[0].strip() for name in line.rsplit(": ", 1)[0].split(","))
    return found

want(bill.get("spdxVersion") == "SPDX-2.3" and bill.get("dataLicense") == "CC0-1.0", "it is SPDX 2.3")
want(bill.get("SPDXID") == "SPDXRef-DOCUMENT" and bill.get("name"), "the document has an id and a name")
want(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill.get("documentNamespace", "")), "its namespace is a URI")
made = bill.get("creationInfo", {})
want(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made.get("created", "")), "it says when it was made")
want(all(re.match(r"(Person|Organization|Tool): ?.+", who) for who in made.get("creators", [""])), "and by what")
ids = ["SPDXRef-DOCUMENT"] + [package["SPDXID"] for package in bill["packages"]]
want(len(ids) == len(set(ids)), "no id is there twice")
for package in bill["packages"]:
    name = package.get("name", "?")
    want(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", package["SPDXID"]), f"{name}: its id has the letters of an id")
    for key in ("versionInfo", "downloadLocation", "licenseDeclared", "licenseConcluded", "copyrightText"):
        want(package.get(key), f"{name}: has {key}")
    want(package.get("filesAnalyzed") is False, f"{name}: says that its files are not listed")
    for reference in package.get("externalRefs", []):
        want(re.fullmatch(r"pkg:deb/[a-z]+/[a-z0-9.%A-Z-]+@[^@ ?]+\?arch=[a-z0-9]+", reference["referenceLocator"]),
             f"{name}: has a purl")
for row in bill["relationships"]:
    want(row["spdxElementId"] in ids and row["relatedSpdxElement"] in ids, f"{row} joins what is there")
    want(row["relationshipType"] in ("DESCRIBES", "STATIC_LINK", "DYNAMIC_LINK"), f"{row} is of a known kind")

inside = {p["name"] for p in bill["packages"] if p["SPDXID"].startswith("SPDXRef-inside-")}
loaded = {p["name"] for p in bill["packages"] if p["SPDXID"].startswith("SPDXRef-loaded-")}
needed = owners(["*/" + line.strip() for line in open(sys.argv[3])])
want(loaded == needed, f"it lists the libraries that are loaded: {sorted(loaded ^ needed)}")
# Declarations alone: the library itself is loaded, or it is the kernel's, or the tests'.
declarations = {re.sub(r"[0-9.-]*(t64)?$", "", name) for name in needed}
read = owners([line.strip() for line in open(sys.argv[2]) if "/catch2/" not in line and "/libCatch2" not in line])
want(len(read) > 10, "the compiler's list of headers is there")
for package in sorted(read - inside - {"linux-libc-dev"}):
    want(re.sub(r"[0-9.-]*-dev$", "", package) in declarations or package.startswith("libgcc-"),
         f"the compiler read {package}, which it does not list")
for archive in ("libre2-dev", "libutf8proc-dev"):
    want(archive in inside, f"{archive} is linked in")
for sentence in problems:
    print("not so:", sentence)
print(f"{len(inside)} compiled in, {len(loaded)} loaded, {len(read)} packages read by the compiler")
sys.exit(bool(problems))
PYTHON
