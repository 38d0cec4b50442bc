#!/usr/bin/env python3
"""What consumers of scan's formats make of one scan, told in several of them.

scan_reports.py DIRECTORY [--sarif-schema FILE] : DIRECTORY holds report.json and any of
report.sarif, report.junit, report.codequality and report.text, all of the same scan. Ends with
status 1 and a sentence where one of them is not what its readers parse, or tells something else.
A schema, where one is given, is checked with python3-jsonschema.
"""
import argparse
import json
import os
import sys
import xml.etree.ElementTree as xml

options = argparse.ArgumentParser()
options.add_argument("directory")
options.add_argument("--sarif-schema")
options = options.parse_args()


def wanted(truth, sentence):
    if not truth:
        sys.exit(sentence)


def opened(name):
    path = os.path.join(options.directory, "report." + name)
    return open(path, encoding="utf-8") if os.path.exists(path) else None


with opened("json") as file:
    report = json.load(file)
wanted(report["schema"] == "harden.scan/1", "json: another schema")
files = report["files"]
findings = [f for each in files for f in each["findings"]]
suppressed = [f for each in files for f in each["suppressed"]]
unread = [each for each in files if "problem" in each]
rejected = [f for f in findings if f["verdict"] == "reject"]
for verdict in ("reject", "review", "pass"):
    count = sum(each["verdict"] == verdict for each in files)
    wanted(report["summary"][verdict] == count, "json: the summary counts otherwise")
wanted(report["summary"]["unread"] == len(unread), "json: the summary counts otherwise")


def check_sarif(file):
    log = json.load(file)
    if options.sarif_schema:
        import jsonschema
        with open(options.sarif_schema, encoding="utf-8") as schema:
            jsonschema.validate(log, json.load(schema))
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    results = run["results"]
    wanted(len(results) == len(findings) + len(suppressed), "sarif: not one result a finding")
    prints = set()
    for result in results:
        wanted(rules[result["ruleIndex"]]["id"] == result["ruleId"], "sarif: a rule is not listed")
        place = result["locations"][0]["physicalLocation"]
        wanted(place["artifactLocation"]["uri"], "sarif: a result without a file")
        wanted(not place["artifactLocation"]["uri"].startswith("/"), "sarif: an absolute path")
        wanted(place["region"]["startLine"] > 0 < place["region"]["startColumn"], "sarif: no place")
        prints.add(result["partialFingerprints"]["primaryLocationLineHash"])
    wanted(len(prints) == len(results), "sarif: two results with one fingerprint")
    shown = sum("suppressions" in result for result in results)
    wanted(shown == len(suppressed), "sarif: what is suppressed is not told as such")
    wanted(run["invocations"][0]["executionSuccessful"] == (not unread), "sarif: unread is untold")


def check_junit(file):
    suites = xml.parse(file).getroot()
    wanted(len(suites.findall("testsuite")) == len(files), "junit: not one suite a file")
    wanted(len(suites.findall(".//failure")) == len(rejected), "junit: not one failure a reject")
    wanted(len(suites.findall(".//error")) == len(unread), "junit: unread is untold")
    for counted in ("tests", "failures", "errors"):
        total = sum(int(suite.get(counted)) for suite in suites.findall("testsuite"))
        wanted(int(suites.get(counted)) == total, "junit: the counts do not add up")


def check_codequality(file):
    rows = json.load(file)
    wanted(len(rows) == len(findings) + len(unread), "codequality: not one row a finding")
    wanted(len({row["fingerprint"] for row in rows}) == len(rows), "codequality: one print twice")
    for row in rows:
        wanted(row["severity"] in ("info", "minor", "major", "critical", "blocker"),
               "codequality: an unknown severity")
        wanted(row["description"] and row["check_name"], "codequality: a row without words")
        wanted(row["location"]["lines"]["begin"] > 0, "codequality: a row without a line")


def check_text(file):
    text = file.read()
    count = len(files)
    closing = text.splitlines()[-1]
    wanted(closing.startswith(f"{count} file{'' if count == 1 else 's'}: "), "text: no counts")
    wanted(not any(ord(letter) < 32 and letter != "\n" for letter in text), "text: control bytes")


checks = {"sarif": check_sarif, "junit": check_junit, "codequality": check_codequality,
          "text": check_text}
told = []
for name, check in checks.items():
    file = opened(name)
    if file:
        with file:
            check(file)
        told.append(name)
print(f"{len(files)} files, {len(findings)} findings, the same in json {' '.join(told)}")
