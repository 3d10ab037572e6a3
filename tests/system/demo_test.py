# SPDX-License-Identifier: Apache-2.0
"""The demonstration as a stranger runs it: published figures to the fen, each payment once, also over a cut line; again on the
same home it continues and doubles nothing."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from home import BIN, BUILD, EMPLOYEE, RESIDENTS, SOURCE, Home



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


if __name__ == "__main__":
    unittest.main()
