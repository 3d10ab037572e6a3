# SPDX-License-Identifier: Apache-2.0
"""A report taken along: for every cell of four tables the workbook (as LibreOffice shows it), Word, PDF, CSV and the data package
say the string that the screen says; a package goes out as a workbook, comes back the same, and is cloned into a new year."""
import csv
import io
import re
import shutil
import subprocess
import unittest
import zipfile
from xml.etree import ElementTree

from home import EMPLOYEE, SOURCE, Home

PERIOD = "2023-06"
TABLES = {"NHSA_M01": "nhsa-2023-month", "MOF_06": "mof-2023-year", "FS01_E": "mof-2023-statement", "FS02_E": "mof-2023-statement"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def amounts(strings):
    """What stands in cells, in the order of reading."""
    return [s.strip() for s in strings if s is not None and re.fullmatch(r"-?[\d,]+(\.\d+)?%?", s.strip())]


class ReportFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([SOURCE / "config/demo-province/figures/employee-2023-06.info"]).assemble()
        cls.home.run("exchange", "pull", who="maker1")
        cls.home.run("voucher", "review", "--all", who="reviewer1")
        cls.home.run("report", "compute", "--book", EMPLOYEE, "--period", PERIOD, who="chief1")

    @classmethod
    def tearDownClass(cls):
        cls.home.remove()

    def export(self, table, form):
        out = self.home.path / f"{table}.{form}"
        self.home.run("report", "export", "--book", EMPLOYEE, "--period", PERIOD, "--table", table, "--format", form, "--out", out, who="viewer1")
        return out

    def screen(self, table):
        """Row by row the printed cells."""
        rows = self.home.items("report", "show", "--book", EMPLOYEE, "--period", PERIOD, "--table", table, who="viewer1")
        return [[text for name, text in row.items() if name not in ("row", "name", "right")] for row in rows]

    def test_1_every_format_says_what_the_screen_says(self):
        cells = 0
        for table in TABLES:
            with self.subTest(table=table):
                on_screen = [amounts(row) for row in self.screen(table)]
                flat = [a for row in on_screen for a in row]
                self.assertGreater(len(flat), 5, table)
                cells += len(flat)
                self.assertEqual(self.in_csv(table), on_screen)
                self.assertEqual(self.in_word(table), on_screen)
                self.assertEqual(self.in_package(table), on_screen)
                if shutil.which("soffice"):
                    for form in ("xlsx", "xlsx-formulas"):
                        self.assertEqual(self.in_workbook(table, form), on_screen, form)
                pdf = subprocess.run(["pdftotext", "-layout", self.export(table, "pdf"), "-"], text=True, capture_output=True, check=True).stdout
                for amount in flat:
                    self.assertIn(amount, pdf)
        if not shutil.which("soffice"):
            print("SKIPPED: no LibreOffice, workbooks were not looked at")
        print(f"{len(TABLES)} tables, {cells} cells: screen = xlsx = docx = pdf = csv = package")

    def lines(self, rows, table):
        """Of a grid of strings the lines below 栏次 with the cells that are amounts; 行次 is not one."""
        known = {row["row"] for row in self.home.items("report", "show", "--book", EMPLOYEE, "--period", PERIOD, "--table", table, who="viewer1")}
        found = []
        begun = False
        for row in rows:
            texts = [t.strip() for t in row]
            numbers = [t for t in texts if t and t != "栏次"]
            if not begun:
                begun = bool(numbers) and texts[0] in ("", "栏次") and all(t.isdigit() for t in numbers)
            elif texts and texts[0] in known:
                found.append(amounts(texts[1:]))
        return found

    def in_csv(self, table):
        return self.lines(csv.reader(io.StringIO(self.export(table, "csv").read_text(encoding="utf-8-sig"))), table)

    def in_package(self, table):
        out = self.home.path / "packages"
        out.mkdir(exist_ok=True)
        self.home.run("report", "package", "--book", EMPLOYEE, "--period", PERIOD, "--package", TABLES[table], "--out", out, who="viewer1")
        packed = max(out.glob("*.zip"), key=lambda f: f.stat().st_mtime_ns)
        with zipfile.ZipFile(packed) as files:
            cells = list(csv.DictReader(io.StringIO(files.read(f"data/{table}.csv").decode())))
        rows = {}
        for cell in cells:
            rows.setdefault(cell["row"], []).append(cell["printed"])
        return [amounts(row) for row in rows.values()]

    def in_word(self, table):
        with zipfile.ZipFile(self.export(table, "docx")) as packed:
            root = ElementTree.fromstring(packed.read("word/document.xml"))
        joined = {}
        for each in root.iter(f"{W}tbl"):  # a broad table goes over several, line by line
            rows = [["".join(t.text or "" for t in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")] for row in each.iter(f"{W}tr")]
            for i, line in enumerate(self.lines(rows, table)):
                joined.setdefault(i, []).extend(line)
        return [joined[i] for i in sorted(joined)]

    def in_workbook(self, table, form):
        book = self.export(table, form).rename(self.home.path / f"{table}-{form}-book.xlsx")
        as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
        subprocess.run(["soffice", f"-env:UserInstallation=file://{self.home.path}/office", "--headless", "--convert-to", as_shown, "--outdir", self.home.path, book],
                       check=True, capture_output=True, timeout=120)
        found = next(f for f in self.home.path.glob(f"{table}-{form}-book*.csv") if "审核" not in f.name)
        return self.lines(csv.reader(io.StringIO(found.read_text(encoding="utf-8-sig"))), table)

    def test_2_a_package_goes_out_as_a_workbook_and_comes_back_the_same(self):
        book = self.home.path / "package.xlsx"
        self.home.run("report", "template-export", "--package", "nhsa-2023-month", "--out", book, who="viewer1")
        self.assertEqual(self.home.items("report", "template-import", "--package", "nhsa-2023-month", "--file", book, who="viewer1"), [])

    def test_3_a_package_is_cloned_into_a_new_year(self):
        out = self.home.path / "new-year"
        self.home.run("report", "template-clone", "--package", "nhsa-2023-month", "--code", "nhsa-2024-month", "--from", "2024-01", "--out", out, who="viewer1")
        files = {str(p.relative_to(out)) for p in out.rglob("*.info")}
        self.assertIn("templates/report/nhsa/nhsa-2024-month/NHSA_M01.info", files)
        self.assertIn("2023-12", (out / "templates/report/nhsa/2023-month/package.info").read_text(encoding="utf-8"))

    def test_4_what_cannot_be_is_said_in_one_sentence(self):
        done = self.home.run("report", "export", "--book", EMPLOYEE, "--period", PERIOD, "--table", "NHSA_M01", "--format", "odt", who="viewer1", check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("xlsx、xlsx-formulas、docx、pdf、csv", done.stderr)
        done = self.home.run("report", "template-import", "--package", "nhsa-2023-month", "--file", self.home.path / "mif.info", who="viewer1", check=False)
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
