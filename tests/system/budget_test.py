# SPDX-License-Identifier: Apache-2.0
"""A year's budget from end to end over mifctl: compiled from a file, approved by two people, adjusted, executed by applications; above it an
application is refused, or - where the deployment says so - done, counted and told."""
import os
import shutil
import subprocess
import tempfile
import unittest

from home import BUILD, PASSWORD, SOURCE, Home

BOOK, ITEM, INPATIENT = "990000-310", "2090301.01", "2090301.0101"
FLOW = """
flow fund-application { title "资金申请"  version 1  node approve { role chief } }
"""
FUNDS = """
    account 9900001004001 { book 990000-310  name "支出户"  bank-no 102290000012 }
    kind use { title "用款"  to payee  word 付
      debit 50010101  debit-aux "insutype=310;mode=1"  credit 1004  credit-aux "bank_account={from}" }"""


def added(path, mark, more):
    text = path.read_text(encoding="utf-8")
    assert mark in text, (path, mark)
    path.write_text(text.replace(mark, mark + more, 1), encoding="utf-8")


class Budgeted(Home):
    def build(self):
        config = self.path / "config-of-the-province"
        shutil.copytree(SOURCE / "config/demo-province", config)
        added(config / "roles.info", 'title "制单"', "\n  permission fund.apply\n  permission fund.budget")
        # The province's own flow of budgets, with two approvals instead of one.
        flows = (config / "workflow.info").read_text(encoding="utf-8")
        one, two = "title \"预算和预算调整\"\n  version 1\n  node approve {\n    role chief\n", "    need 2\n"
        assert one in flows
        (config / "workflow.info").write_text(flows.replace(one, one + two, 1) + FLOW, encoding="utf-8")
        with open(config / "people.info", "a", encoding="utf-8") as people:
            people.write("".join(f'person {login} {{\n  name "{name}"\n  unit 990000\n  role chief\n}}\n' for login, name in (("chief2", "另一主管"), ("chief3", "第三主管"))))
        added(config / "mif.info", "budget-flow fund-budget", FUNDS)
        self.run("init", "--from", config, "--templates", SOURCE / "templates")
        for login in ("maker1", "reviewer1", "chief1", "chief2", "chief3"):
            subprocess.run([BUILD / "bin/mifctl", "user", "password", login, "--password-stdin", "--quiet"], env=dict(os.environ, MIF_HOME=str(self.path)), input=PASSWORD + "\n",
                           text=True, check=True, capture_output=True)
        return self.install(("exchange", "source-exchange-db", "treasury", "bank-xmlfront", "funds"))

    def refused(self, who, *words):
        done = self.run(*words, who=who, check=False)
        assert done.returncode not in (0, 3), done.stdout
        return done.stderr.rsplit("[", 1)[-1].split("]")[0]

    def apply(self, amount):
        return self.items("fund", "apply", "--kind", "use", "--book", BOOK, "--from", "9900001004001", "--to", "6222000011112222", "--payee-name", "甲医院", "--payee-bank-no", "102290000099",
                          "--amount", amount, "--budget", ITEM, "--purpose", "住院费", "--day", "2023-12-20", who="maker1")[0]["id"]

    def executed(self):
        """The item's line of the execution, None before there is a budget."""
        lines = self.items("budget", "execution", "--book", BOOK, "--year", "2023", "--month", "12", who="chief1", check=False)
        return next((i for i in lines if i["budget"] == ITEM and i["adjusted"]), None)


class Budget(unittest.TestCase):
    def test_compiled_approved_by_two_adjusted_executed_and_exceeded(self):
        with tempfile.TemporaryDirectory(prefix="mif-budget-") as folder:
            self.play(Budgeted([], folder).build())

    def play(self, home):
        (home.path / "budget").mkdir()
        (home.path / "budget/2023.csv").write_text(f"item,amount\n{ITEM},1000.00\n{INPATIENT},800.00\n", encoding="utf-8")
        compiled = home.items("budget", "compile", "--book", BOOK, "--year", "2023", "--reason", "年初预算", "--file", "budget/2023.csv", who="maker1")
        plan = compiled[0]["plan"]
        self.assertEqual({i["budget"]: i["amount"] for i in compiled if i["budget"]}, {ITEM: "1000.00", INPATIENT: "800.00"})
        home.run("budget", "submit", plan, who="maker1")
        # One approval is not enough, nobody counts twice, and not the maker.
        home.run("budget", "approve", plan, who="chief1")
        self.assertEqual(home.executed(), None)
        self.assertEqual(home.refused("chief1", "budget", "approve", plan), "workflow.acted-before")
        self.assertNotEqual(home.refused("maker1", "budget", "approve", plan), "")
        home.run("budget", "approve", plan, who="chief2")
        self.assertEqual(home.executed()["adjusted"], "1000.00")

        # An adjustment is a version of its own, by two again.
        one = ("--book", BOOK, "--item", ITEM, "--year", "2023")
        adjusted = home.items("budget", "adjust", *one, "--by", "200.00", "--reason", "追加", "--document", "文1", who="maker1")[0]
        self.assertEqual([adjusted[k] for k in ("before", "after", "change")], ["1000.00", "1200.00", "200.00"])
        home.run("budget", "approve", *one, who="chief2")
        self.assertEqual(home.executed()["adjusted"], "1000.00")
        home.run("budget", "approve", *one, who="chief3")
        self.assertEqual([home.executed()[k] for k in ("opening", "adjusted")], ["1000.00", "1200.00"])
        self.assertEqual([v["change"] for v in home.items("budget", "history", *one, who="chief1")], ["1000.00", "200.00"])

        # Executed: held by what was approved, and no fen above it.
        home.run("fund", "approve", home.apply("900.00"), who="chief1")
        self.assertEqual([home.executed()[k] for k in ("held", "remaining", "over")], ["900.00", "300.00", "0.00"])
        above = home.apply("300.01")
        self.assertEqual(home.refused("chief1", "fund", "approve", above), "fund.over-budget")
        self.assertEqual(home.executed()["held"], "900.00")
        self.assertEqual(home.items("budget", "over", "--unit", "990000", "--year", "2023", who="chief1"), [])

        # Where it only flags, the same application is approved, and told everywhere.
        info = home.path / "mif.info"
        info.write_text(info.read_text(encoding="utf-8").replace("over refuse", "over flag"), encoding="utf-8")
        home.run("fund", "approve", above, who="chief1")
        self.assertEqual([home.executed()[k] for k in ("held", "over")], ["1200.01", "0.01"])
        self.assertEqual(home.run("budget", "execution", "--book", BOOK, "--year", "2023", "--month", "12", who="chief1", check=False).returncode, 3)
        told = home.items("budget", "over", "--unit", "990000", "--year", "2023", who="chief1", check=False)
        self.assertIn(ITEM, [i["budget"] for i in told])
        self.assertEqual(home.run("fund", "verify", who="chief1", check=False).returncode, 3)
        self.assertEqual(home.run("verify", who="chief1", check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
