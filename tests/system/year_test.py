# SPDX-License-Identifier: Apache-2.0
"""A whole year of both demonstration books by command line alone (scripts/year): every month closed, the adjustments, the next
year's opening, printed books looked at as pictures, exports judged, tables computed, verification clean."""
import collections
import csv
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from home import EMPLOYEE, RESIDENTS, SOURCE, Home


YEAR_END = "2023-13"  # after the adjustments


def fen(text):
    sign = -1 if text.strip().startswith("-") else 1
    yuan, _, cents = re.sub(r"[^\d.]", "", text).partition(".")
    return sign * (int(yuan or 0) * 100 + int((cents + "00")[:2]))


def darkness(page):
    """How many of a PGM picture's pixels are dark, and of how many."""
    data = page.read_bytes()
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", data)
    pixels = data[header.end():]
    return sum(1 for p in pixels if p < 128), len(pixels)


class Year(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-year-"))
        cls.done = subprocess.run([SOURCE / "scripts/year", "--no-build", "--home", cls.folder / "home"], text=True, capture_output=True, timeout=800)
        cls.home, cls.out = Home([], cls.folder / "home"), cls.folder / "home/out"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def pdfs(self, book):
        found = sorted((self.out / book).rglob("*.pdf"))
        self.assertTrue(found, f"nothing was printed for {book}")
        return found

    def text_of(self, pdf):
        return subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout

    def balances(self, book, period):
        return {i["account"]: fen(i["closing"]) for i in self.home.items("ledger", "balance", "--book", book, "--period", period) if i["kind"] == "row" and fen(i["closing"])}

    def test_1_the_year_goes_through(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout + self.done.stderr)
        self.assertIn("全年走通", self.done.stdout)

    def test_2_every_month_is_closed_and_nothing_waits(self):
        periods = {item["book"]: item["open"] for item in self.home.items("period", "list")}
        self.assertEqual(periods, {EMPLOYEE: "2024-01", RESIDENTS: "2024-01"})

    def test_3_the_next_year_begins_with_what_the_year_ended_with(self):
        for book in (EMPLOYEE, RESIDENTS):
            end, december = self.balances(book, YEAR_END), self.balances(book, "2023-12")
            self.assertTrue(end)
            moved = {a: end.get(a, 0) - december.get(a, 0) for a in {*end, *december} if end.get(a, 0) != december.get(a, 0)}
            self.assertEqual(moved, {"110199": 5000000, "200199": -5000000}, "month 13")
            self.assertEqual(sum(end.values()), 0)
            self.assertEqual([a for a in end if a[0] in "45"], [], "income and expense are carried away")
            with open(self.out / f"{book}-2024-01.csv", encoding="utf-8-sig") as file:
                opening = {row[1]: fen(row[3]) for row in list(csv.reader(file))[1:] if row[:1] == ["row"] and fen(row[3])}
            self.assertEqual(opening, end)

    def test_4_the_printed_books_are_pages_with_amounts(self):
        for program in ("pdftoppm", "pdftotext"):
            if not shutil.which(program):
                self.skipTest(f"{program} is not installed (scripts/setup installs it)")
        for book in (EMPLOYEE, RESIDENTS):
            text = ""
            for pdf in self.pdfs(book):
                with self.subTest(pdf=pdf.name):
                    words = self.text_of(pdf)
                    self.assertTrue(re.search(r"\d{1,3}(,\d{3})*\.\d\d", words), "no amount")
                    prefix = self.folder / "page"
                    subprocess.run(["pdftoppm", "-gray", "-r", "40", "-l", "3", pdf, prefix], check=True, capture_output=True)
                    pages = sorted(self.folder.glob("page*.pgm"))
                    self.assertTrue(pages)
                    for page in pages:
                        dark, all_pixels = darkness(page)
                        self.assertGreater(dark, all_pixels // 1000, f"{page.name} is blank")
                        page.unlink()
                    text += words
            text = re.sub(r"[^\S\n]", "", text)  # titles are spaced out
            for needed in ("启用日期", "目录", "本月合计", "本年累计", "结转下年"):
                self.assertTrue(needed in text, f"{book}: no {needed}")
            for account, amount in self.balances(book, YEAR_END).items():
                self.assertTrue(f"{abs(amount) // 100:,}.{abs(amount) % 100:02d}" in text, f"{book} {account}: its year-end balance is on no page")

    def test_5_hledger_finds_the_same_year_end(self):
        if not shutil.which("hledger"):
            self.skipTest("hledger is not installed (scripts/setup installs it)")
        for book in (EMPLOYEE, RESIDENTS):
            done = subprocess.run(["hledger", "-f", self.out / f"{book}.hledger", "bal", "--flat", "-N", "-O", "csv", "-e", "2024-01-01"], check=True, capture_output=True, text=True)
            theirs = collections.Counter()
            for account, amount in list(csv.reader(done.stdout.splitlines()))[1:]:
                theirs[account.split(":")[-1]] += fen(amount)
            self.assertEqual({a: v for a, v in theirs.items() if v}, self.balances(book, YEAR_END))

    def journal(self, book):
        """(month, is a closing voucher, account, fen) of every posting, from the exported journal."""
        month = closing = None
        for line in (self.out / f"{book}.hledger").read_text(encoding="utf-8").splitlines():
            if head := re.match(r"(\d{4})-(\d\d)-\d\d \* \((.*?)\) (.*)", line):
                adjusts = head[4].startswith("年末往来重分类")  # entered in month 13, dated in December
                month = "2023-00" if "期初" in head[4] else YEAR_END if adjusts else head[1] + "-" + head[2]
                closing = head[4].startswith("结转2023年")
            elif posting := re.match(r"  \w+:(\d+)  (-?[\d.]+) CNY", line):
                yield month, closing, posting[1], fen(posting[2])

    def table(self, kind, book, period):
        items = json.loads((self.out / f"{kind}-{book}-{period}.json").read_text(encoding="utf-8"))["items"]
        return {int(i["row"]): i for i in items}

    def test_6_the_statutory_tables_equal_their_formulas_in_every_month(self):
        # 会社保02表: row -> (sign, account); 会社保01表: row -> (sign, account, column of the period's end)
        flows = {EMPLOYEE: {2: (-1, "400101"), 3: (-1, "4101"), 4: (-1, "420101"), 9: (-1, "400102"), 10: (-1, "420102"), 16: (1, "500101"), 17: (1, "50010101"),
                            18: (1, "50010102"), 22: (1, "5101"), 27: (1, "500102"), 29: (1, "50010202"), 30: (1, "50010203"), 31: (1, "5201")},
                 RESIDENTS: {"社会保险费收入": (-1, "4001"), "财政补贴收入": (-1, "4101"), "利息收入": (-1, "4201"), "社会保险待遇支出": (1, "5001")}}
        stocks = {3: (1, "1003", "2 期末余额"), 4: (1, "1004", "2 期末余额"), 5: (1, "1005", "2 期末余额"), 6: (1, "1101", "2 期末余额")}
        compared = 0
        for book in (EMPLOYEE, RESIDENTS):
            postings = list(self.journal(book))
            for month in range(1, 13):
                period = f"2023-{month:02d}"
                flow, stock = self.table("FS02", book, period), self.table("FS01", book, period)
                names = {item["name"].strip("　 "): row for row, item in reversed(flow.items())}
                for row, (sign, account) in flows[book].items():
                    row = names[row] if isinstance(row, str) else row
                    of = [(m, f) for m, closing, a, f in postings if a.startswith(account) and not closing]
                    self.assertEqual(fen(flow[row]["1 本月数"]), sign * sum(f for m, f in of if m == period), f"{book} {period} 会社保02表 {flow[row]['name']}")
                    self.assertEqual(fen(flow[row]["2 本年累计数"]), sign * sum(f for m, f in of if m <= period), f"{book} {period} 会社保02表 {flow[row]['name']}")
                    compared += 2
                for row, (sign, account, column) in stocks.items():
                    wanted = sign * sum(f for m, _, a, f in postings if a.startswith(account) and m <= period)
                    self.assertEqual(fen(stock[row][column]), wanted, f"{book} {period} 会社保01表 {stock[row]['name']}")
                    compared += 1
        self.assertGreater(compared, 400)

    def test_7_verification_is_clean(self):
        self.assertEqual(self.home.run("verify", "--quiet", check=False).returncode, 0)

    def test_8_a_backup_is_the_same_books(self):
        self.home.run("db", "backup", self.folder / "backup.db")
        restored = Home([], self.folder / "restored")
        shutil.copytree(self.home.path, restored.path, ignore=shutil.ignore_patterns("mif.db*"))
        shutil.copy(self.folder / "backup.db", restored.path / "data/mif.db")
        self.assertEqual(restored.state(), self.home.state())
        self.assertEqual(restored.run("verify", "--quiet", check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
