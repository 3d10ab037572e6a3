# SPDX-License-Identifier: Apache-2.0
"""The demonstration as a stranger runs it: published figures to the fen, each payment once, also over a cut line; again on the
same home it continues and doubles nothing."""
import csv
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from home import BIN, EMPLOYEE, RESIDENTS, SOURCE, Home

PROVINCE = SOURCE / "config/demo-province"


def printed(yuan, unit="元"):
    """An amount as a ministry's table prints it; nothing is a blank."""
    if not yuan:
        return ""
    return f"{yuan:,.2f}" if unit == "元" else f"{(yuan / 10000).quantize(Decimal(1), ROUND_HALF_UP):,}"


def rows_of(file):
    with open(PROVINCE / "budget" / file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-demo-"))
        cls.home = cls.folder / "home"
        cls.first = cls.demo("--fault", "cut-after-send")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def demo(cls, *options):
        return subprocess.run([SOURCE / "scripts/demo", "--no-serve", "--no-build", "--home", cls.home, *options], text=True, capture_output=True, timeout=800)

    def test_1_everything_holds_although_the_line_was_cut(self):
        self.assertEqual(self.first.returncode, 0, self.first.stdout + self.first.stderr)
        self.assertIn("全部成立", self.first.stdout)

    def test_2_the_published_figures_are_met_cell_by_cell(self):
        compared = re.search(r"(\d+) (?:格|cells)", self.first.stdout)
        self.assertTrue(compared, self.first.stdout)
        self.assertGreaterEqual(int(compared.group(1)), 40)

    def test_3_wrong_documents_are_visible_with_a_reason(self):
        for state in ("held", "rejected", "cancelled"):
            self.assertRegex(self.first.stdout, rf"\b{state}\b +\S")  # followed by its reason

    def test_4_each_payment_is_at_its_bank_exactly_once(self):
        for state, least in (("bank", 1000), ("bank-sm", 100)):
            done = subprocess.run([BIN / "mif-bank-sim", "ledger", "--state", self.home / state, "--json"], text=True, capture_output=True, check=True)
            bank = json.loads(done.stdout)
            self.assertEqual(bank["executed_more_than_once"], 0, state)
            self.assertGreater(bank["executed_once"], least, state)
            self.assertEqual(bank["refs"], bank["executed_once"], state)

    def test_4b_both_adapters_paid_and_both_accounts_are_reconciled(self):
        settings = (self.home / "mif.info").read_text(encoding="utf-8")
        for account, adapter in (("9900001004001", "bank-xmlfront"), ("9901011004001", "bank-json-sm")):
            self.assertRegex(settings, rf"account {account} \{{[^}}]*adapter {adapter}\b")
        shown = self.first.stdout.split("three-way")[1].split("\n—")[0]
        for account in ("9900001004001", "9901011004001"):
            self.assertIn(account, shown)

    def test_4c_no_key_is_in_the_settings_or_the_logs(self):
        session = (self.home / "secrets/demo-sm-session.key").read_text().strip()
        secret = "".join((self.home / "secrets/demo-sm-client.key.pem").read_text().splitlines()[1:-1])
        for path in [self.home / "mif.info", *self.home.glob("log/*"), *self.home.glob("*.log"), *self.home.glob("data/*")]:
            if path.is_file():
                content = path.read_bytes()
                self.assertNotIn(session.encode(), content, path)
                self.assertNotIn(secret[:40].encode(), content, path)

    def test_5_a_second_run_continues_and_doubles_nothing(self):
        home = Home([], self.home)
        before = home.state()
        again = self.demo()
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        self.assertEqual(home.state(), before)

    def test_6_both_books_are_closed_through_their_last_month(self):
        periods = {item["book"]: item["open"] for item in Home([], self.home).items("period", "list")}
        self.assertEqual(periods, {EMPLOYEE: "2023-07", RESIDENTS: "2024-01"})

    def shown(self, table, unit, period):
        """row -> its cells, as printed."""
        password = (self.home / "demo-password").read_text()
        done = subprocess.run([BIN / "mifctl", "report", "show", "--table", table, "--unit", unit, "--period", period, "-o", "json", "--quiet"], text=True, capture_output=True, check=True,
                              env=dict(os.environ, MIF_HOME=str(self.home), MIF_USER="viewer1", MIF_PASSWORD=password))
        return {line["row"]: [text for name, text in line.items() if name not in ("row", "name", "right")] for line in json.loads(done.stdout)["items"]}

    def closed_documents(self):
        """(row, column) of NHSA_M02 -> what the documents of the closed pool say, field by field."""
        database = sqlite3.connect(self.home / "exchange/exchange.db")
        documents = [(kind, json.loads(payload)) for kind, payload in database.execute("select doc_type, payload from ex_document")]
        database.close()
        cells = Counter()
        benefits = {"inpatient", "outpatient_major", "outpatient_pool", "medical"}
        for kind, said in documents:
            if said.get("pool_kind") != "2":
                continue
            pooled = "3" if said["mode"] == "2" else "1"
            for field, text in said.items():
                if field in ("pool_current", "account_current"):
                    cells[pooled if field.startswith("pool") else "4", 3] += Decimal(text)
                elif field == "pool_arrears":
                    cells[pooled, 5] += Decimal(text)
                elif field in benefits or field in ("account_outpatient", "account_pharmacy"):
                    cells["4" if field.startswith("account") else pooled, 18] += Decimal(text)
                    if kind == "maternity":
                        cells["2", 18] += Decimal(text)
        return cells

    def test_7_the_closed_pool_stands_in_tables_of_its_own(self):
        cells = self.closed_documents()
        self.assertEqual({place for place in cells}, {("1", 3), ("1", 5), ("3", 3), ("4", 3), ("1", 18), ("2", 18), ("4", 18)})
        for row in "1234":
            cells[row, 2] = cells[row, 3] + cells[row, 5]
            cells[row, 1], cells[row, 17] = cells[row, 2], cells[row, 18]
        for row in "134":
            cells[row, 24] = cells[row, 1] - cells[row, 17]
        # It began in this month, so what is left of the month is all there is, and the quarter is the month; 单建统筹 stands with the pooled fund.
        cells["1", 25], cells["4", 25] = cells["1", 24] + cells["3", 24], cells["4", 24]
        for col in range(1, 26):
            cells["5", col] = cells["1", col] + cells["3", col] + cells["4", col]
        for table, unit in (("NHSA_M02", "元"), ("NHSA_M05", "万元"), ("NHSA_Q02", "元")):
            expected = {row: [printed(cells[row, col], unit) for col in range(1, 26)] for row in "12345"}
            for row, cols in {"2": (24, 25), "3": (25,)}.items():
                for col in cols:
                    expected[row][col - 1] = "×"
            self.assertEqual(self.shown(table, "990000", "2023-06"), expected, table)

    def test_8_the_budget_is_compared_with_what_was_executed(self):
        for table, book, period, benefits, lines in (
                ("MOF_E06", EMPLOYEE, "2023-06", {"11": "2090301.01", "12": "2090302.02", "13": "2090301.0151"}, ("9", "19")),
                ("MOF_E07", RESIDENTS, "2023-12", {"9": "2091201", "10": "2091202"}, ("8", "15"))):
            opening = {r["item"]: Decimal(r["amount"]) for r in rows_of(f"{book}-2023.csv")}
            adjusted = Counter(opening)
            changes = [r for r in rows_of("adjustments.csv") if r["book"] == book]
            self.assertTrue(changes, book)
            for change in changes:
                adjusted[change["item"]] += Decimal(change["by"])
            shown = self.shown(table, book[:6], period)
            for row, item in benefits.items():
                self.assertEqual(shown[row][:2], [printed(opening[item], "万元"), printed(adjusted[item], "万元")], (table, row))
            # Income is 1…, expense is 2…: the totals of the table are those of the budget's file and its adjustments.
            for row, side in zip(lines, "12"):
                for col, budget in enumerate((opening, adjusted)):
                    self.assertEqual(shown[row][col], printed(sum(v for item, v in budget.items() if item.startswith(side)), "万元"), (table, row, col))
            self.assertGreater(sum(shown[row][4] != "" for row in shown), 8, "rates of execution")

    def test_9_execution_is_both_pools_together(self):
        opened, closed, executed = (self.shown(table, "990000", "2023-06") for table in ("NHSA_M01", "NHSA_M02", "MOF_E06"))
        amount = lambda text: Decimal(text.replace(",", "") or 0)
        for row, col in (("1", 2), ("10", 18)):
            self.assertEqual(executed[row][3], printed(amount(opened["5"][col - 1]) + amount(closed["5"][col - 1]), "万元"))
        adjusted = sum(Decimal(r["amount"]) for r in rows_of(f"{EMPLOYEE}-2023.csv") if r["item"] == "2090301.01") + sum(Decimal(r["by"]) for r in rows_of("adjustments.csv") if r["item"] == "2090301.01")
        paid = sum(amount(t[row][17]) for t in (opened, closed) for row in "13")
        self.assertEqual(executed["11"][4], str((paid * 100 / adjusted).quantize(Decimal("0.01"), ROUND_HALF_UP)))


if __name__ == "__main__":
    unittest.main()
