# SPDX-License-Identifier: Apache-2.0
"""A change of mapping rules through mifctl, on a month that has been booked: trial, approval by another person, its first day, roll back."""
import pathlib
import shutil
import sqlite3
import tempfile
import unittest
from decimal import Decimal

import home as parts
from home import EMPLOYEE, SOURCE, Home

OLD, NEW = "50010101", "50010102"
TYPE = "institution-settlement"


def fen(yuan):
    return int(Decimal(yuan or "0") * 100)


class Mapping(unittest.TestCase):
    def setUp(self):
        self.addCleanup(setattr, parts, "PLUGINS", parts.PLUGINS)
        parts.PLUGINS = ["exchange", "source-exchange-db"]
        self.home = Home([SOURCE / "tests/system/small.info"], pathlib.Path(tempfile.mkdtemp(prefix="mif-mapping-")))
        self.addCleanup(shutil.rmtree, self.home.path, True)
        self.home.assemble()
        self.home.run("exchange", "pull", who="maker1")

    def refused(self, *command, who, says):
        done = self.home.run("mapping", *command, who=who, check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stderr, says)

    def draft(self):
        text = (SOURCE / "templates/vouchers/employee.info").read_text(encoding="utf-8").replace("version 2026.1", "version 2026.2", 1)
        at = text.index(f"\ndocument {TYPE}\n")
        file = self.home.path / "employee-2026-2.info"
        file.write_text(text[:at] + text[at:].replace(f"account {OLD} ", f"account {NEW} ", 1), encoding="utf-8")
        return self.home.items("mapping", "draft", "--file", file, who="maker1")[0]["set"]

    def documents(self):
        """(number, inpatient in fen, state) of the month's settlements that were drafted or held."""
        db = sqlite3.connect(self.home.path / "data/mif.db")
        rows = db.execute("select doc_key, json_extract(payload, '$.inpatient'), state from x_exchange_document where doc_type = ? and book = ? and state in ('drafted', 'held') and arrival = 0 and doc_day between 20230601 and 20230630 order by id",
                          (TYPE, EMPLOYEE)).fetchall()
        db.close()
        return [(key, fen(money), state) for key, money, state in rows]

    def test_from_draft_to_roll_back(self):
        before, documents = self.home.state(), self.documents()
        moved = sum(money for _, money, state in documents if state == "drafted")
        touched = [key for key, money, state in documents if money and state == "drafted"]
        self.assertTrue(touched)
        number = self.draft()
        lines = [row["text"] for row in self.home.items("mapping", "diff", "--set", number, who="viewer1")]
        self.assertEqual([line.split()[4] for line in lines], [OLD, NEW])

        rows = self.home.items("mapping", "trial", "--set", number, "--month", "2023-06", who="maker1")
        accounts = {row["account"]: row for row in rows if row["row"] == "account"}
        self.assertEqual(fen(accounts[OLD]["debit_old"]) - fen(accounts[OLD]["debit_new"]), moved)
        self.assertEqual(fen(accounts[NEW]["debit_new"]) - fen(accounts[NEW]["debit_old"]), moved)
        kind = next(row for row in rows if row["row"] == "type" and row["type"] == TYPE)
        self.assertEqual((int(kind["documents"]), int(kind["changed"]), int(kind["newly_held"])), (len(documents), len(touched), 0))
        total = next(row for row in rows if row["row"] == "total")
        self.assertEqual(total["debit_old"], total["debit_new"])
        self.assertEqual(int(total["changed"]), len(touched))
        self.assertEqual(self.home.state(), before)

        self.refused("submit", "--set", number, "--from", "2023-07-01", who="maker1", says=r"mapping\.example-missing")
        self.home.run("mapping", "example", "--set", number, "--name", "月结", "--document", touched[0], who="maker1")
        shown = next(row for row in self.home.items("mapping", "show", "--set", number, who="maker1") if row["row"] == "example")
        expected = shown["text"].split(": ", 1)[1]
        self.refused("submit", "--set", number, "--from", "2023-07-01", who="maker1", says=r"mapping\.example-failed")
        self.home.run("mapping", "example", "--set", number, "--name", "月结", "--document", touched[0], "--expected", expected.replace(OLD, NEW), who="maker1")
        self.home.run("mapping", "test", "--set", number, who="viewer1")
        self.home.run("mapping", "submit", "--set", number, "--from", "2023-07-01", who="maker1")
        self.refused("approve", "--set", number, who="maker1", says="exchange.approve")
        self.home.run("mapping", "approve", "--set", number, who="chief1")
        self.assertEqual(self.in_force("2023-06-30"), "2026.1")
        self.assertEqual(self.in_force("2023-07-01"), "2026.2")
        self.home.run("mapping", "rollback", "--set", number, "--from", "2023-08-01", "--reason", "文件撤销", who="maker1")
        self.home.run("mapping", "approve", "--set", number, who="chief1")
        self.assertEqual(self.in_force("2023-07-31"), "2026.2")
        self.assertEqual(self.in_force("2023-08-01"), "2026.1")
        self.assertEqual(self.home.state(), before)
        self.home.run("verify", "--quiet")

    def in_force(self, day):
        return next(row["version"] for row in self.home.items("mapping", "list", "--scheme", "310", "--day", day, who="viewer1") if row["in_force"])


if __name__ == "__main__":
    unittest.main()
