#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The floors of the house, checked from the #include graph.

A kernel room may include rooms of floors below its own, itself, and the SDK; a plugin, an SDK tool or an example may include
the SDK and third-party headers only; the SDK includes only itself. SOCI stays in `store`; heavy headers stay out of headers.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLOORS = [["base"], ["store", "sheet"], ["audit", "objects"], ["chart"], ["ledger"], ["books", "open_items"], ["closing"],
          ["print", "interchange"], ["identity"], ["workflow"], ["plugin"], ["service"], ["web"], ["app"]]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
HEAVY = ("soci", "Poco/", "boost/")
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1)


def sources(folder):
    return sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in (".h", ".hpp", ".cpp", ".c") and p.is_file())


def kernel():
    for path in sources("kernel"):
        room = path.relative_to(ROOT / "kernel").parts[0]
        if room not in LEVEL:
            yield path, 0, f"room '{room}' is on no floor"
            continue
        for line, name in includes(path):
            if name.startswith("kernel/"):
                other = name.split("/")[1]
                if other != room and LEVEL.get(other, 99) >= LEVEL[room]:
                    yield path, line, f"{room} may not include {name}: {other} is not on a floor below"
            if "soci" in name and room != "store":
                yield path, line, f"only store includes SOCI, found {name}"
            if path.suffix == ".h" and name.startswith(HEAVY) and room != "web":
                yield path, line, f"heavy header {name} in a header: use it in the .cpp"


def outside_kernel():
    for folder in ("plugins", "sdk/examples", "sdk/tools"):
        for path in sources(folder):
            for line, name in includes(path):
                if name.startswith("kernel/"):
                    yield path, line, f"{folder} use the public SDK only, found {name}"
    for path in sources("sdk/include"):
        for line, name in includes(path):
            if "/" in name and not name.startswith("mif/"):
                yield path, line, f"the SDK depends on nothing, found {name}"


problems = [*kernel(), *outside_kernel()]
for path, line, text in problems:
    print(f"{path.relative_to(ROOT)}:{line}: {text}", file=sys.stderr)
print(f"layers: {len(problems)} problems", file=sys.stderr)
sys.exit(1 if problems else 0)
