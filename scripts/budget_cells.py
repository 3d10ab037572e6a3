#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The list that fills a ministry's budget cells from the approved budget: `budget_cells.py CELLS SCHEME UNIT OPENING <EXECUTION`.

EXECUTION is the answer of `budget execution -o json`, CELLS says which item stands in which line (config/demo-province/budget/cells.csv):
the first approved version goes to column 1, what is in force to column 2. An item stands for those below it; parts (其中) are not
added to their whole; 3001 is what the year began with, out of the file with the book's opening balances. Written is a list as
`report import --file` takes it."""
import csv
import json
import sys
from decimal import Decimal


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(cells, scheme, unit, opening):
    items = [i for i in json.load(sys.stdin)["items"] if i["adjusted"] and not i["of"]]
    began = sum((Decimal(o["amount"]) for o in read(opening) if o["account"].startswith("3001")), Decimal(0))
    lines = {}
    for place in read(cells):
        if place["scheme"] != scheme:
            continue
        wanted = place["item"]
        found = [(Decimal(i["opening"]), Decimal(i["adjusted"])) for i in items if i["budget"] == wanted or i["budget"].startswith(wanted + ".")]
        if wanted == "3001":
            found = [(began, began)]
        for first, in_force in found:
            was = lines.get((place["table"], place["row"]), (Decimal(0), Decimal(0)))
            lines[place["table"], place["row"]] = (was[0] + first, was[1] + in_force)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["unit", "table", "row", "col", "value"])
    for (table, row), amounts in lines.items():
        for col, amount in enumerate(amounts, 1):
            out.writerow([unit, table, row, col, amount])


if __name__ == "__main__":
    main(*sys.argv[1:])
