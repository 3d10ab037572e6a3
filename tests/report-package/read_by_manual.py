#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a data package with nothing but docs/reporting/packages.md, Python's zipfile and hashlib and the openssl program: a second reader
that shares no code with ours. Arguments: package, public key. Prints unit, table, row, column and value of every cell that has one; exit 1 with a sentence when
anything does not fit."""
import csv
import decimal
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile


def need(fits, what):
    if not fits:
        sys.exit(f"{what} does not fit")


def rows(text, head):
    lines = list(csv.reader(io.StringIO(text.decode(), newline=""), strict=True))
    need(lines[0] == head.split(","), "head of a CSV file")
    return lines[1:]


def unguarded(text):
    rest = text.lstrip("'")
    return text[1:] if text != rest and rest[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


decimal.getcontext().prec = 60  # control sums are exact
data = open(sys.argv[1], "rb").read()
archive = zipfile.ZipFile(io.BytesIO(data))
need(archive.testzip() is None, "CRC-32")
entries = archive.infolist()
need([e.filename for e in entries[:-1]] == sorted((e.filename for e in entries[:-1]), key=str.encode) and entries[-1].filename == "sign/manifest.sig", "order of the names")
need(all(e.date_time == (1980, 1, 1, 0, 0, 0) and e.extra == b"" and e.comment == b"" and e.external_attr == 0 for e in entries), "form of an entry")
files = {e.filename: archive.read(e) for e in entries}
manifest = json.loads(files["manifest.json"])
need(manifest["format"] == "mif-report-package" and manifest["version"].startswith("1.") and manifest["kind"] == "unit", "format")

seal = json.loads(files["sign/manifest.sig"])
need(seal["container"] == hashlib.sha256(data[:entries[-1].header_offset]).hexdigest(), "digest of the file")
message = "".join(f"{line}\n" for line in (
    "mif-report-seal/1", "manifest sha256 " + hashlib.sha256(files["manifest.json"]).hexdigest(), "manifest sm3 " + hashlib.new("sm3", files["manifest.json"]).hexdigest(),
    "container sha256 " + seal["container"], "algorithm " + seal["algorithm"], "key " + seal["keyId"],
    "certificate sha256 " + (hashlib.sha256(seal["certificate"].encode()).hexdigest() if seal["certificate"] else "")))
with tempfile.TemporaryDirectory() as folder:
    open(folder + "/message", "w", newline="").write(message)
    open(folder + "/signature", "wb").write(bytes.fromhex(seal["signature"]))
    by = {"sm2-sm3": ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"], "ed25519": ["-rawin"]}[seal["algorithm"]]
    verified = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", sys.argv[2], "-in", folder + "/message", *by, "-sigfile", folder + "/signature"], capture_output=True)
need(verified.returncode == 0, "signature")

need({f["name"] for f in manifest["files"]} == set(files) - {"manifest.json", "sign/manifest.sig"}, "list of files")
for f in manifest["files"]:
    content = files[f["name"]]
    need(len(content) == f["bytes"] and hashlib.sha256(content).hexdigest() == f["sha256"] and hashlib.new("sm3", content).hexdigest() == f["sm3"], f["name"])
cells, sums = 0, {}
for table in manifest["tables"]:
    rows(files[f"lineage/{table['code']}.csv"], "row,col,times,book,year,month_from,month_to,opening,accounts,aux,measure,side,closing,fen,opposite,opening_fen")
    for unit, row, col, state, kind, value, printed, formula, source, linear in rows(files[f"data/{table['code']}.csv"], "unit,row,col,state,kind,value,printed,formula,source,linear"):
        cells += 1
        if kind == "number":
            sums.setdefault((table["code"], unguarded(col)), []).append(decimal.Decimal(value))
        if kind != "blank":
            print(unit, table["code"], unguarded(row), unguarded(col), value if kind == "number" else unguarded(value), sep="|")
need(cells == manifest["totals"]["cells"], "number of cells")
need({(c["table"], c["col"]): (c["numbers"], decimal.Decimal(c["sum"])) for c in manifest["totals"]["columns"]} == {place: (len(v), sum(v)) for place, v in sums.items()}, "control sums")
