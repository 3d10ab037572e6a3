# SPDX-License-Identifier: Apache-2.0
"""A whole province is set up from one folder: 187 agencies, two books each, opened, listed and verified; the same folder again
changes nothing, and a wrong agency is named by its line."""
import pathlib
import re
import shutil
import tempfile
import unittest

from home import SOURCE, Home

CITIES, COUNTIES = 16, 170


def province(folder):
    """The demonstration province's configuration with all its agencies; returns their codes."""
    shutil.copytree(SOURCE / "config/demo-province", folder)
    units = ["unit 990000 {\n  name \"示例省\"\n  level province\n}"]
    codes = ["990000"]
    for city in range(1, CITIES + 1):
        codes.append(f"99{city:02}00")
        units.append(f"unit {codes[-1]} {{\n  name \"示例{city}市\"\n  level city\n  parent 990000\n}}")
    for county in range(COUNTIES):
        city = county % CITIES + 1
        codes.append(f"99{city:02}{county // CITIES + 1:02}")
        units.append(f"unit {codes[-1]} {{\n  name \"示例{city}市{county // CITIES + 1}县\"\n  level county\n  parent 99{city:02}00\n}}")
    (folder / "units.info").write_text("\n".join(units) + "\n", encoding="utf-8")
    books = [f"book {code}-{scheme} {{\n  unit {code}\n  scheme {scheme}\n  chart {chart}\n  name \"{code} {chart}\"\n  start 2023-01\n}}"
             for code in codes for scheme, chart in (("310", "employee"), ("390", "resident"))]
    (folder / "books.info").write_text("\n".join(books) + "\n", encoding="utf-8")
    return codes


class Province(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-province-"))
        self.codes = province(self.folder / "config")
        self.home = Home([], self.folder / "home")

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def init(self, check=True):
        return self.home.run("init", "--from", self.folder / "config", "--templates", SOURCE / "templates", check=check)

    def test_every_agency_opens_its_two_books(self):
        self.assertEqual(len(self.codes), 187)
        self.init()
        books = self.home.items("book", "list")
        self.assertEqual(len(books), 374)
        self.assertEqual({b["unit"] for b in books}, set(self.codes))
        self.assertEqual({b["open"] for b in books}, {"2023-01"})
        self.assertEqual(self.home.run("verify", "--quiet", check=False).returncode, 0)
        self.init()
        self.assertEqual(self.home.items("book", "list"), books)

    def test_an_agency_under_an_unknown_one_is_named(self):
        units = self.folder / "config/units.info"
        text = units.read_text(encoding="utf-8").replace("parent 991600", "parent 997700", 1)
        units.write_text(text, encoding="utf-8")
        line = text[:text.index("parent 997700")].count("\n") + 1
        done = self.init(check=False)
        self.assertNotEqual(done.returncode, 0)
        place = re.search(r"units\.info:(\d+)", done.stderr)
        self.assertTrue(place and "997700" in done.stderr, done.stderr)
        self.assertLessEqual(abs(int(place.group(1)) - line), 3, done.stderr)


if __name__ == "__main__":
    unittest.main()
