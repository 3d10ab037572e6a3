# SPDX-License-Identifier: Apache-2.0
"""Kill -9 of either side while money moves: mif's process and the bank's, at any flush or send of pay send, pay query, statement import and
statement match. Run again to the end, everything is as in the undisturbed run, and the bank's own ledger shows every debt paid once.

MIF_CRASH_POINTS of these moments are tried for each step and side (1), all of them when there are fewer."""
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import exchange_crash_test as exchange
from crash_test import SHIM, spread
from home import SOURCE, Bank, Home

BEFORE = Home.MONTH[:4]  # to the approval
STEPS = Home.MONTH[4:8]  # send, query, import, match
BANK_SPEAKS = 3          # the match does not ask the bank


class PaymentCrash:
    """What both databases share; a subclass says how a database is copied."""
    points = int(os.environ.get("MIF_CRASH_POINTS", "1"))

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-payment-crash-"))
        self.use("reference")
        home = Home([SOURCE / "tests/system/small.info"], self.folder / "reference")
        home.path.mkdir()
        home.assemble()
        with Bank(home.path):
            for who, command in BEFORE:
                home.run(*command, who=who)
        self.events, self.bank_events = [], []
        for step, (who, command) in enumerate(STEPS):
            self.keep(home, step)
            counter, bank_counter = self.folder / "count", self.folder / "bank-count"
            with Bank(home.path, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_COUNT": str(bank_counter)}):
                home.run(*command, who=who, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_COUNT": str(counter)})
            self.events.append(int(counter.read_text()))
            self.bank_events.append(int(bank_counter.read_text()))
        with Bank(home.path):
            self.outcome = self.facts(home)
        self.assertTrue(self.outcome[1], "nothing was paid: the test tests nothing")

    def tearDown(self):
        os.environ.pop("MIF_DATABASE_DSN", None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def facts(self, home):
        """Payments, vouchers and both sides' balances, without ids, codes and times."""
        def table(*command):
            return json.loads(home.run(*command, "-o", "json", "--quiet", who="payer1", check=False).stdout)["items"]
        paid = sorted((p["obligation"], p["state"], p["amount"]) for p in table("pay", "status", "--limit", "1000"))
        accounts = sorted((a["account"], a["state"], a.get("statement"), a.get("ledger")) for a in table("statement", "status"))
        vouchers = sorted((v["source"], v["state"], v["amount"]) for v in home.items("voucher", "list", "--book", "990000-310", "--limit", "1000"))
        bank = home.bank_ledger()
        self.assertEqual((bank["executed_more_than_once"], bank["look_alikes"]), (0, 0), "paid twice")
        return bank["executed_once"], paid, accounts, vouchers, [(a["number"], a["balance"], a["debits"]) for a in bank["accounts"]]

    def finish(self, home, step):
        with Bank(home.path):
            for who, again in STEPS[step:]:
                home.run(*again, who=who)
            self.assertEqual(self.facts(home), self.outcome)
            self.assertEqual(home.run("verify", "--quiet", check=False).returncode, 0)

    def test_a_killed_payer_pays_once(self):
        for step, (who, command) in enumerate(STEPS):
            for point in spread(self.events[step], self.points):
                with self.subTest(step=" ".join(command[:2]), point=point, of=self.events[step]):
                    home = self.back_to(step)
                    with Bank(home.path):
                        died = home.run(*command, who=who, check=False, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_AT": str(point)})
                    self.assertIn(died.returncode, (-9, 137), died.stderr)
                    self.finish(home, step)

    def test_a_killed_bank_pays_once(self):
        for step, (who, command) in enumerate(STEPS[:BANK_SPEAKS]):
            for point in spread(self.bank_events[step], self.points):
                with self.subTest(step=" ".join(command[:2]), point=point, of=self.bank_events[step]):
                    home = self.back_to(step)
                    bank = Bank.__new__(Bank)
                    try:
                        bank.__init__(home.path, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_AT": str(point)})
                    except AssertionError:
                        pass  # killed while it opened its books: there is nobody to talk to
                    home.run(*command, who=who, check=False)
                    bank.process.wait(20)
                    bank.process.stdout.close()
                    self.assertEqual(bank.process.returncode, -9)
                    self.finish(home, step)


class OnSqlite(PaymentCrash, unittest.TestCase):
    use = exchange.OnSqlite.use
    keep = exchange.OnSqlite.keep
    back_to = exchange.OnSqlite.back_to


class OnPostgresql(PaymentCrash, unittest.TestCase):
    points = int(os.environ.get("MIF_CRASH_POINTS_POSTGRESQL", "1"))
    sql = exchange.OnPostgresql.sql
    use = exchange.OnPostgresql.use
    keep = exchange.OnPostgresql.keep
    back_to = exchange.OnPostgresql.back_to

    def setUp(self):
        server = exchange.postgres()
        self.conninfo, _ = server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        super().setUp()


if __name__ == "__main__":
    unittest.main()
