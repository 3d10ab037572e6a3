#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/conformance to what is true: every article is there, and every row names tests that exist and are not skipped, or
says why there is none. `scripts/check_conformance.py [BUILD]`; the default build is build/release.

A row is | article | requirement | how mif meets it | proof | status |. Tests stand in backquotes in the proof column: a ctest
name, a GoogleTest `Suite.Test` (with or without its instance and parameter), or `ctest_name.test_method` of a Python test.
Statuses: met | in part: what is missing | not yet: which issue | not applicable: why."""
import json
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else SOURCE / "build/release").resolve()


def numbers(text):
    """"1-3 21(1)-21(4)" as a list of article labels."""
    labels = []
    for part in text.split():
        first, _, last = part.partition("-")
        article, _, item = first.partition("(")
        if item:
            end = int(last.partition("(")[2].rstrip(")")) if last else int(item.rstrip(")"))
            labels += [f"{article}({i})" for i in range(int(item.rstrip(")")), end + 1)]
        else:
            labels += [str(i) for i in range(int(first), int(last or first) + 1)]
    return labels


# The numbering of the regulations; an article with numbered parts has a row for each.
ARTICLES = {
    "caikuai-2024-12.md": numbers("1-19 20(1)-20(3) 21(1)-21(4) 22(1)-22(2) 23-47"),
    "caikuai-2024-11.md": numbers("1-50"),
    "accounting-basics.md": numbers("12 16 27 39-42 45-46 50 51(1)-51(6) 52(1)-52(5) 53 55-59 60(1)-60(8) 61 62(1)-62(3) 63(1)-63(3) 64 66-67"),
}
STATUSES = {"met": False, "in part": True, "not yet": True, "not applicable": True}  # needs a reason?
NEED_TESTS = {"met", "in part"}


class Tests:
    """What the build knows: names of ctest, GoogleTest and Python tests, and which of them the last run skipped."""

    def __init__(self):
        listed = json.loads(subprocess.run(["ctest", "--test-dir", BUILD, "--show-only=json-v1"], check=True, capture_output=True, text=True).stdout)
        self.known, self.disabled, self.skipped, self.not_built = set(), set(), set(), set()
        programs = set()
        for test in listed["tests"]:
            name = test["name"]
            properties = {p["name"]: p["value"] for p in test.get("properties", [])}
            (self.disabled if properties.get("DISABLED") else self.known).add(name)
            command = test.get("command")
            if command is None:
                self.not_built.add(name)
                continue
            for argument in command:
                if argument.endswith("_test.py"):
                    self.add_python(name, pathlib.Path(argument))
            program = pathlib.Path(command[0])
            if program.name.endswith(("test", "suite")) and BUILD in program.parents:
                programs.add(program)
        for program in sorted(programs):
            self.add_google(program)
        self.read_log()

    def add_python(self, ctest, path):
        skip = False
        for line in path.read_text().splitlines():
            skip = skip or line.strip().startswith("@unittest.skip(")
            method = re.match(r"\s+def (test_\w+)", line)
            if method:
                (self.disabled if skip else self.known).add(f"{ctest}.{method[1]}")
                skip = False

    def add_google(self, program):
        if not program.exists():
            self.not_built.add(program.name)
            return
        if b"gtest_list_tests" not in program.read_bytes():
            return  # a program of its own, which would run instead of answering
        suite = ""
        listing = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True).stdout
        for line in listing.splitlines():
            line = line.split("#")[0].rstrip()
            if not line.startswith(" "):
                suite = line if line.endswith(".") else ""
            elif suite:
                for name in self.forms(suite + line.strip()):
                    (self.disabled if "DISABLED_" in name else self.known).add(name.replace("DISABLED_", ""))

    @staticmethod
    def forms(full):
        """`On/Suite.Test/0` is also found as `Suite.Test`."""
        suite, _, test = full.partition(".")
        return {full, suite.split("/")[-1] + "." + test.split("/")[0]} if "/" in full else {full}

    def read_log(self):
        """A test that was skipped in the last run proves nothing; one instance that ran proves its short name."""
        self.log = BUILD / "Testing/Temporary/LastTest.log"
        if not self.log.exists():
            return
        ran, ctest = set(), ""
        for line in self.log.read_text(errors="replace").splitlines():
            if started := re.match(r"\d+/\d+ Test: (\S+)", line):
                ctest = started[1]
            elif line.startswith("Test Skipped") or re.match(r"skipped: ", line):
                self.skipped.add(ctest)
            elif found := re.match(r"\[  SKIPPED \] (\S+\.\S+)", line):
                self.skipped |= self.forms(found[1].rstrip(","))
            elif found := re.match(r"\[       OK \] (\S+\.\S+)", line):
                ran |= self.forms(found[1])
            elif found := re.match(r"(test_\w+) \(.*\) \.\.\. skipped", line):
                self.skipped.add(f"{ctest}.{found[1]}")
        self.skipped -= ran

    def complaint(self, name):
        if name in self.skipped:
            return f"`{name}` was skipped in the last run ({self.log})"
        if name in self.known:
            return None
        if name in self.disabled:
            return f"`{name}` is disabled"
        return f"`{name}` does not exist"


def check(path, tests, complain):
    rows, seen = 0, set()
    for number, line in enumerate(path.read_text().splitlines(), 1):
        cells = [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells or not re.match(r"\d", cells[0]):
            continue
        where = f"{path.relative_to(SOURCE)}:{number}"
        if len(cells) != 5:
            complain(f"{where}: a row has five cells, this one {len(cells)}")
            continue
        article, requirement, how, proof, status = cells
        rows += 1
        seen.add(article)
        if article not in ARTICLES[path.name]:
            complain(f"{where}: the regulation has no article {article}")
        word, _, reason = status.partition(":")
        if word not in STATUSES:
            complain(f"{where}: status \"{word}\" is none of {', '.join(STATUSES)}")
            continue
        if not requirement or (word in NEED_TESTS and not how):
            complain(f"{where}: article {article} says nothing of the requirement or of how it is met")
        if STATUSES[word] and not reason.strip():
            complain(f"{where}: article {article} is \"{word}\" without a reason")
        names = re.findall(r"`([^`]+)`", proof)
        if word in NEED_TESTS and not names:
            complain(f"{where}: article {article} is \"{word}\" but names no test")
        for name in names:
            if objection := tests.complaint(name):
                complain(f"{where}: article {article}: {objection}")
    for article in ARTICLES[path.name]:
        if article not in seen:
            complain(f"{path.relative_to(SOURCE)}: article {article} is missing")
    return rows


def main():
    tests, complaints = Tests(), []
    rows = sum(check(SOURCE / "docs/conformance" / name, tests, complaints.append) for name in ARTICLES)
    for text in complaints:
        print(text)
    if complaints and tests.not_built:
        print(f"not built, so their tests are unknown: {', '.join(sorted(tests.not_built))}")
    print(f"conformance: {rows} rows, {len(tests.known)} tests known, {len(complaints)} problems")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
