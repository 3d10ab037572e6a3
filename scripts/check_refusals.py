#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/refusals.md to the source: every rule code the source names is in the catalogue and the reverse, with one status
each; and in the rooms listed below no refusal is thrown without a code."""
import collections
import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
CATALOGUE = SOURCE / "docs/refusals.md"
SCANNED = ("kernel", "plugins", "sdk/include")
CODED = ("kernel", "sdk/include/mif", "plugins")

CODE = re.compile(r'"([a-z][a-z0-9-]*\.[a-z][a-z0-9-]*)"')
# How a refusal is made: an Error or Problem with its status or slug in front, or a local helper that puts the status in itself.
THROWN = re.compile(r"\b(Error|Problem)\(")
HELPERS = re.compile(r"\b(invalid|bad|refuse|wrong|complain|need|fail|malformed|problem|ruled|unable)\(")
# A message that ends with a message of another refusal has that one's code; so has a refusal kept for later.
CARRIED = re.compile(r"(\.what\(\)|\.what|\brefusal|\bsentence|\.refusal|message_?|\bwhat)\s*(,\s*errors)?\)?$")
# Not a refusal for a person: FILE:COLUMN -> why no code.
ALLOWED = {
    "plugins/exchange/mapping.cpp MIF_E_INVALID": "why a document is held: kept with the document as data, never thrown to a person",
    "plugins/exchange/figures.cpp MIF_E_INVALID": "the same",
}
# A code that has more than one status -> why.
SEVERAL = {
}


def arguments(text, start):
    """The arguments of a call whose bracket opens just before start, split at its own commas."""
    depth, quoted, parts, at = 1, False, [], start
    i = start
    while i < len(text):
        c = text[i]
        if quoted:
            if c == "\\":
                i += 1
            elif c == '"':
                quoted = False
        elif c == '"':
            quoted = True
        elif c == "'" and text[i + 2:i + 3] == "'":
            i += 2
        elif c == "'" and text[i + 1:i + 2] == "\\":
            i += 3
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth == 0:
                return [p.strip() for p in parts + [text[at:i]]]
        elif c == "," and depth == 1:
            parts.append(text[at:i])
            at = i + 1
        i += 1
    return []


def catalogue():
    rows, complaints = {}, []
    for number, line in enumerate(CATALOGUE.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("| `"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        code = cells[0].strip("`")
        if len(cells) != 4 or not all(cells):
            complaints.append(f"docs/refusals.md:{number}: {code} needs four cells with content")
        if code in rows:
            complaints.append(f"docs/refusals.md:{number}: {code} stands there twice")
        rows[code] = number
    return rows, complaints


def main():
    rows, complaints = catalogue()
    thrown = collections.defaultdict(set)  # code -> statuses
    for path in sorted(p for top in SCANNED for p in (SOURCE / top).rglob("*") if p.suffix in (".cpp", ".h", ".hpp")):
        name = path.relative_to(SOURCE).as_posix()
        text = path.read_text(encoding="utf-8")
        for call in THROWN.finditer(text):
            found = arguments(text, call.end())
            if len(found) < 2 or not re.search(r'MIF_E_|code\(\)|^"|\?', found[0]):
                continue
            for code in CODE.findall(found[1]) if len(found) > 2 else []:
                thrown[code].add(found[0])
            coded = len(found) > 2 and (CODE.search(found[1]) or found[1] == "rule")
            line = text.count("\n", 0, call.start()) + 1
            # A request that cannot be read names each field in its errors instead.
            if not coded and found[0] != '"malformed-request"' and any(name.startswith(room) for room in CODED):
                if "MIF_E_INTERNAL" not in found[0] and not CARRIED.search(found[-1]) and found[-1] != '""' and f"{name} {found[0]}" not in ALLOWED:
                    complaints.append(f"{name}:{line}: a refusal without a rule code: {found[-1][:80]}")
        for call in HELPERS.finditer(text):
            for argument in arguments(text, call.end())[:2]:
                for code in re.findall("^" + CODE.pattern + "$", argument):
                    thrown[code]  # its status is the helper's
    complaints += [f"docs/refusals.md does not list {code}" for code in sorted(set(thrown) - set(rows))]
    complaints += [f"docs/refusals.md:{rows[code]}: nothing throws {code}" for code in sorted(set(rows) - set(thrown))]
    for code, statuses in sorted(thrown.items()):
        if len(statuses) > 1 and code not in SEVERAL:
            complaints.append(f"{code} is thrown with several statuses: {', '.join(sorted(statuses))}")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"refusals: {len(rows)} codes in the catalogue, {len(thrown)} in the source, {len(complaints)} problems")
    return 1 if complaints else 0


sys.exit(main())
