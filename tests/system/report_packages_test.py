# SPDX-License-Identifier: Apache-2.0
"""Data packages between two homes that share nothing but files: a county on SQLite, a province on PostgreSQL, each driven by mifctl alone.
A county submits and packs, the province looks, takes, sums and packs; what is old, changed or out of turn is refused; a unit without a network
fills in a kit. The packages are also opened with Python's own zip and csv, as a stranger would."""
import csv
import hashlib
import io
import json
import pathlib
import random
import shutil
import sys
import tempfile
import unittest
import zipfile

from ferry_orders_test import Side
from home import BUILD, SOURCE

sys.path.insert(0, str(SOURCE / "scripts"))
from postgres_server import postgres  # noqa: E402

PROVINCE, COUNTY, PERIOD, MONTH, YEAR = "990000", "990101", "2023-12", "nhsa-2023-month", "nhsa-2023-year"
CHIEF = {"who": "chief1"}


class Office(Side):
    def __init__(self, folder, dsn=None):
        super().__init__([], folder)
        self.dsn = dsn
        self.path.mkdir(parents=True)
        self.out = folder / "out"
        self.assemble_books()
        (self.path / "trust/vendors").mkdir(parents=True, exist_ok=True)
        self.run("plugin", "keygen", "--out", self.path / "keys/demo-vendor")
        shutil.copy(self.path / "keys/demo-vendor.pem", self.path / "trust/vendors/demo-vendor.pem")
        bundles = []
        for name in ("reporting", "report-nhsa", "report-mof"):
            bundles.append(self.path / "bundles" / f"{name}.plugin")
            shutil.copytree(BUILD / "plugins" / f"{name}.plugin", bundles[-1])
        self.run("plugin", "seal", "--key", self.path / "keys/demo-vendor.key.pem", "--key-id", "demo-vendor", *bundles)
        self.run("plugin", "install", *bundles)

    def report(self, word, *options, check=True):
        """The items of a report command."""
        return self.items("report", word, *options, check=check, **CHIEF)

    def refused(self, word, *options):
        """The code of the refusal."""
        done = self.run("report", word, *options, check=False, **CHIEF)
        assert done.returncode not in (0, 3), done.stdout
        return done.stderr.rsplit("[", 1)[-1].split("]")[0]

    def assign(self, package, units):
        return self.report("assign", "--package", package, "--unit", PROVINCE, "--period", PERIOD, "--deadline", "2023-12-31", "--units", units)[0]["assignment"]

    def pack(self, package, unit, *options):
        made = [i for i in self.report("package", "--package", package, "--unit", unit, "--period", PERIOD, "--out", self.out, *options) if i["form"] != "missing"]
        assert len(made) == 1, made
        return self.out / made[0]["file"]

    def take(self, file, apply=True):
        return [i for i in self.report("receive", "--file", file, *(("--apply", "yes") if apply else ()), check=False) if i["state"] != "cell"]

    def submissions(self, unit):
        return {(i["package"], i["revision"]): i for i in self.report("submissions", "--unit", unit)}

    def verified(self):
        done = self.run("report", "verify", check=False, **CHIEF)
        return done.returncode, done.stdout


class ReportPackages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-report-packages-"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_county_to_province_and_back(self):
        with postgres() as (conninfo, _):
            county, province = Office(self.folder / "county"), Office(self.folder / "province", "postgresql:" + conninfo)
            self.the_way_up(county, province)
            self.the_kit(province)

    def the_way_up(self, county, province):
        duty, wanted = county.assign(MONTH, COUNTY), province.assign(MONTH, f"{PROVINCE},{COUNTY}")
        county.report("compute", "--unit", COUNTY, "--period", PERIOD, "--package", MONTH)
        county.report("submit", "--assignment", duty, "--unit", COUNTY)
        first = county.pack(MONTH, COUNTY)

        # Looked at, nothing is kept; then taken, once.
        self.assertEqual([i["state"] for i in province.take(first, apply=False)], ["preview"])
        self.assertEqual(province.submissions(COUNTY), {})
        self.assertEqual([i["state"] for i in province.take(first)], ["taken"])
        self.assertEqual([i["state"] for i in province.take(first)], ["same"])
        for field in ("result", "cells", "layer"):
            self.assertEqual(province.submissions(COUNTY)[(MONTH, "1")][field], county.submissions(COUNTY)[(MONTH, "1")][field], field)

        # What a stranger reads in the file is what the province shows, and what stood behind it.
        with zipfile.ZipFile(first) as archive:
            manifest = archive.read("manifest.json")
            listed = json.loads(manifest)
            for f in listed["files"]:
                self.assertEqual(hashlib.sha256(archive.read(f["name"])).hexdigest(), f["sha256"], f["name"])
            def rows(kind):
                return [(t["code"], row) for t in listed["tables"] for row in csv.DictReader(io.StringIO(archive.read(f"{kind}/{t['code']}.csv").decode()))]
            adding = {(t, row["row"], row["col"]) for t, row in rows("data") if row["linear"] == "yes"}
            table, asked = next((t, row) for t, row in rows("lineage") if int(row["fen"]) != 0 and (t, row["row"], row["col"]) in adding)
        drilled = province.run("report", "drill", "--table", table, "--row", asked["row"], "--col", asked["col"], "--unit", COUNTY, "--period", PERIOD, "--revision", "1", check=False, **CHIEF)
        self.assertEqual(drilled.returncode, 0, drilled.stdout + drilled.stderr)
        self.assertIn("与该格相等；分录在", drilled.stdout + drilled.stderr)
        self.assertIn(hashlib.sha256(manifest).hexdigest()[:12], drilled.stdout + drilled.stderr)

        # One bit anywhere.
        good, rng, bad = first.read_bytes(), random.Random(2023), county.out / "bad.zip"
        for at in [0, len(good) - 1] + [rng.randrange(len(good)) for _ in range(14)]:
            bad.write_bytes(good[:at] + bytes([good[at] ^ (1 << rng.randrange(8))]) + good[at + 1:])
            self.assertRegex(province.refused("receive", "--file", bad, "--apply", "yes"), r"^report-package\.", f"byte {at}")

        # A correction comes after a return, in turn, and nothing older after it.
        county.report("return", "--assignment", duty, "--unit", COUNTY, "--reason", "重报")
        county.report("submit", "--assignment", duty, "--unit", COUNTY)
        second = county.pack(MONTH, COUNTY)
        self.assertEqual(json.loads(zipfile.ZipFile(second).read("manifest.json"))["parent"], hashlib.sha256(manifest).hexdigest())
        self.assertEqual(county.pack(MONTH, COUNTY, "--revision", "1").read_bytes(), good)
        self.assertEqual(province.refused("receive", "--file", second, "--apply", "yes"), "report.fixed")
        province.report("return", "--assignment", wanted, "--unit", COUNTY, "--reason", "重报")
        self.assertEqual([i["state"] for i in province.take(second)], ["taken"])
        self.assertEqual(province.refused("receive", "--file", first, "--apply", "yes"), "report-package.replay")
        empty = Office(self.folder / "empty")
        self.assertEqual(empty.refused("receive", "--file", second, "--apply", "yes"), "report-package.parent")

        # The province's own report and the sum, all in one file.
        province.report("compute", "--unit", PROVINCE, "--period", PERIOD, "--package", MONTH)
        province.report("sum", "--package", MONTH, "--unit", PROVINCE, "--period", PERIOD, check=False)
        province.report("submit", "--assignment", wanted, "--unit", PROVINCE, "--layer", "sum")
        gathered = province.pack(MONTH, PROVINCE, "--gather", "yes")
        units = {u["unit"]: u for u in json.loads(zipfile.ZipFile(gathered).read("manifest.json"))["units"]}
        self.assertEqual(sorted(units), [PROVINCE, COUNTY])
        self.assertEqual(units[COUNTY]["digest"], hashlib.sha256(zipfile.ZipFile(second).read("manifest.json")).hexdigest())

        # The neutral form.
        xbrl = zipfile.ZipFile(county.pack(MONTH, COUNTY, "--form", "xbrl-csv"))
        self.assertTrue(any(name.endswith("report.json") for name in xbrl.namelist()), xbrl.namelist())
        for office in (county, province):
            code, said = office.verified()
            self.assertEqual(code, 0, said)

    def the_kit(self, province):
        alone = Office(self.folder / "alone")
        wanted = province.assign(YEAR, COUNTY)
        province.report("kit", "--package", YEAR, "--unit", COUNTY, "--period", PERIOD, "--out", province.out)
        kit = next(province.out.glob(f"*{YEAR}*kit.zip"))
        begun = alone.take(kit)
        self.assertEqual([i["state"] for i in begun], ["task"])
        self.assertEqual([i["state"] for i in alone.take(kit)], ["same"])
        alone.report("compute", "--unit", COUNTY, "--period", PERIOD, "--package", YEAR)
        alone.report("submit", "--assignment", begun[0]["submission"], "--unit", COUNTY)
        self.assertEqual([i["state"] for i in province.take(alone.pack(YEAR, COUNTY))], ["taken"])
        self.assertEqual([i["state"] for i in province.report("status", "--assignment", wanted)], ["submitted"])
        self.assertEqual(province.verified()[0], 0)


if __name__ == "__main__":
    unittest.main()
