# SPDX-License-Identifier: Apache-2.0
"""Outside judges: hledger, ledger and beancount read our export, find it sound, and give our balances to the fen."""
import collections
import csv
import io
import re
import shutil
import subprocess
import unittest

from home import EMPLOYEE, SOURCE, Bank, Home


def fen(text):
    sign = -1 if text.strip().startswith("-") else 1
    yuan, _, cents = re.sub(r"[^\d.]", "", text).partition(".")
    return sign * (int(yuan or 0) * 100 + int((cents + "00")[:2]))


class Judges(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([SOURCE / "tests/system/small.info"]).assemble()
        with Bank(cls.home.path):
            cls.home.month()
        cls.ours = collections.Counter()
        for item in cls.home.items("ledger", "balance", "--book", EMPLOYEE, "--period", "2023-06"):
            if item["kind"] == "row":  # leaves; what stands above them is their sum
                cls.ours[item["account"]] += fen(item["closing"])
        cls.ours = {a: v for a, v in cls.ours.items() if v}
        assert cls.ours

    @classmethod
    def tearDownClass(cls):
        cls.home.remove()

    def export(self, kind):
        path = self.home.path / f"book.{kind}"
        self.home.run("export", "--book", EMPLOYEE, "--format", kind, "--out", path)
        return path

    def judge(self, program):
        if not shutil.which(program):
            self.skipTest(f"{program} is not installed (scripts/setup installs it)")

    def compare(self, pairs):
        theirs = collections.Counter()
        for account, amount in pairs:
            codes = re.findall(r"\d{4,}", account)
            self.assertTrue(codes, account)
            theirs[codes[-1]] += fen(amount)
        self.assertEqual({a: v for a, v in theirs.items() if v}, self.ours)

    def test_hledger(self):
        self.judge("hledger")
        path = self.export("hledger")
        subprocess.run(["hledger", "-f", path, "check"], check=True, capture_output=True, text=True)
        done = subprocess.run(["hledger", "-f", path, "bal", "--flat", "-N", "-O", "csv"], check=True, capture_output=True, text=True)
        rows = list(csv.reader(io.StringIO(done.stdout)))[1:]
        self.compare([(account, amount) for account, amount in rows])

    def test_ledger(self):
        self.judge("ledger")
        done = subprocess.run(["ledger", "-f", self.export("ledger"), "bal", "--flat", "--no-total", "--format", "%(account)\t%(quantity(scrub(total)))\n"], check=True,
                              capture_output=True, text=True)
        self.compare([line.split("\t") for line in done.stdout.splitlines()])

    def test_beancount(self):
        self.judge("bean-check")
        path = self.export("beancount")
        subprocess.run(["bean-check", path], check=True, capture_output=True, text=True)
        done = subprocess.run(["bean-query", "-q", "-f", "csv", path, "select account, sum(number) group by account"], check=True, capture_output=True, text=True)
        rows = list(csv.reader(io.StringIO(done.stdout)))[1:]
        self.compare([(row[0], row[1]) for row in rows if row])


if __name__ == "__main__":
    unittest.main()
