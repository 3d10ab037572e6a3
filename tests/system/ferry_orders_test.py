# SPDX-License-Identifier: Apache-2.0
"""Payment orders across a network gap, with the real programs: a home inside, a home outside, two folders between them, the bank behind the
outer one. Both directions to the end; orders that expire; kill -9 of the outer side at any flush, rename or send of its round, and of the
inner side while it sends.

MIF_CRASH_POINTS of these moments are tried for each side (3), all of them when there are fewer."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from crash_test import SHIM, spread
from home import BIN, BUILD, SOURCE, Bank, Home

sys.path.insert(0, str(SOURCE / "scripts"))
from postgres_server import postgres  # noqa: E402

POINTS = int(os.environ.get("MIF_CRASH_POINTS", "3"))
YEAR = ("statement", "import", "--account", "9900001004001", "--from", "2023-01-01", "--to", "2023-12-31")
RUN = ("ferry-orders", "run")


def ends(me, peer):
    return (f"me {me} peer {peer}\n out {{ flow {me}-orders outbox \"ferry/out\" sign {{ k-{me} {me}.key.pem }} encrypt {{ k1 fund.shared }} }}\n"
            f" in {{ flow {peer}-orders inbox \"ferry/in\" verify {{ k-{peer} {peer}.pem }} decrypt {{ k1 fund.shared }} }}\n")


class Side(Home):
    """A home on a database of its own; None: SQLite, inside the home."""
    dsn = None

    def run(self, *arguments, **how):
        with self.database():
            return super().run(*arguments, **how)

    def assemble_books(self):
        with self.database():
            return super().assemble_books()

    @contextlib.contextmanager
    def database(self):
        before = os.environ.pop("MIF_DATABASE_DSN", None)
        if self.dsn:
            os.environ["MIF_DATABASE_DSN"] = self.dsn
        try:
            yield
        finally:
            os.environ.pop("MIF_DATABASE_DSN", None)
            if before:
                os.environ["MIF_DATABASE_DSN"] = before


class Gap:
    """Two homes and what lies between them."""

    def __init__(self, folder, dsns=(None, None)):
        self.folder = folder
        self.inner, self.outer = Side([SOURCE / "tests/system/small.info"], folder / "inner"), Side([], folder / "outer")
        self.inner.dsn, self.outer.dsn = dsns

    def build(self):
        for home in (self.inner, self.outer):
            home.path.mkdir()
            for below in ("ferry/in", "ferry/out", "secrets"):
                (home.path / below).mkdir(parents=True)
        keys = self.folder / "keys"
        keys.mkdir()
        for owner in ("fund", "outside"):
            subprocess.run([BIN / "mif-ferry", "keygen", "--suite", "gm", "--out", keys / owner], check=True, capture_output=True)
        for home, files in ((self.inner, ("fund.key.pem", "outside.pem", "fund.shared")), (self.outer, ("outside.key.pem", "fund.pem", "fund.shared"))):
            for name in files:
                shutil.copy(keys / name, home.path / "secrets" / name)
        self.inner.assemble()
        self.outer.assemble_books()
        shutil.copytree(self.inner.path / "trust", self.outer.path / "trust", dirs_exist_ok=True)
        bundle = self.inner.path / "bundles/bank-ferry.plugin"
        shutil.copytree(BUILD / "plugins/bank-ferry.plugin", bundle)
        self.inner.run("plugin", "seal", "--key", self.inner.path / "keys/demo-vendor.key.pem", "--key-id", "demo-vendor", bundle)
        self.inner.run("plugin", "install", bundle)
        self.outer.run("plugin", "install", bundle, self.inner.path / "bundles/bank-xmlfront.plugin")
        (self.outer.path / "exchange").mkdir()
        shutil.copy(self.inner.path / "exchange/bank.info", self.outer.path / "exchange/bank.info")
        self.outer.path.joinpath("mif.info").write_text(
            "name \"外网\"\nmode development\nclock { business-day 2023-12-31 }\nplugin {\n bank-ferry { outer fund {\n " + ends("outside", "fund") +
            " adapter bank-xmlfront\n link demo-bank\n unit 990000 } }\n bank-xmlfront { link demo-bank { profile \"templates/bank/cmb-like.info\" host 127.0.0.1 port 9005 login DEMO01 } }\n}\n",
            encoding="utf-8")
        info = self.inner.path / "mif.info"
        text = info.read_text(encoding="utf-8").replace("adapter bank-xmlfront\n      link demo-bank", "adapter bank-ferry\n      link bank")
        info.write_text(text.replace("plugin {\n", "plugin {\n  bank-ferry { inner bank {\n " + ends("fund", "outside") + " expires-seconds 3600 } }\n", 1), encoding="utf-8")
        return self

    def expires(self, seconds):
        info = self.inner.path / "mif.info"
        info.write_text(re.sub(r"expires-seconds \d+", f"expires-seconds {seconds}", info.read_text(encoding="utf-8")), encoding="utf-8")

    def cross(self):
        for a, b in ((self.inner, self.outer), (self.outer, self.inner)):
            for file in sorted((a.path / "ferry/out").glob("*.ferry")):
                shutil.move(file, b.path / "ferry/in" / file.name)

    def trip(self):
        """Out, a round outside, and back."""
        self.cross()
        done = self.outer.run(*RUN, who="payer1", check=False)
        assert done.returncode in (0, 3), done.stdout + done.stderr
        self.cross()

    def pay(self, *words, check=False, env=None):
        return self.inner.run("pay", *words, who="maker1" if words[0] == "prepare" else "payer1", check=check, env=env)

    def payments(self):
        return {p["code"]: p["state"] for p in json.loads(self.pay("status", "--limit", "1000", "-o", "json", "--quiet").stdout)["items"]}

    def approved(self):
        for who, command in Home.MONTH[:4]:
            self.inner.run(*command, who=who)
        return self

    def copy_to(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Gap(folder)


class Judged:
    def judge(self, gap, paid):
        bank = gap.outer.bank_ledger()
        self.assertEqual((bank["executed_more_than_once"], bank["look_alikes"]), (0, 0), "paid twice")
        self.assertEqual(bank["executed_once"], paid)
        for home in (gap.inner, gap.outer):
            self.assertEqual(home.run("verify", "--quiet", check=False).returncode, 0)

    def both_directions(self, gap):
        with Bank(gap.outer.path):
            gap.pay("send")
            self.assertEqual(set(gap.payments().values()), {"processing"})
            gap.pay("query")
            self.assertEqual(set(gap.payments().values()), {"processing"}, "nothing has come back yet")
            gap.trip()
            gap.pay("query")
            states = gap.payments()
            self.assertEqual(set(states.values()), {"done"})
            first = gap.inner.run(*YEAR, who="payer1", check=False)
            self.assertNotEqual(first.returncode, 0, "no statement can be here before it was asked for")
            gap.trip()
            gap.inner.run(*YEAR, who="payer1")
            gap.inner.run("statement", "match", who="payer1", check=False)
            balance = ("treasury", "balance", "--account", "9900001004001", "-o", "json", "--quiet")
            gap.inner.run(*balance, who="payer1", check=False)
            gap.trip()
            told = json.loads(gap.inner.run(*balance, who="payer1", check=False).stdout)["items"][0]
            account = next(a for a in gap.outer.bank_ledger()["accounts"] if a["number"] == "9900001004001")
            self.assertIn(account["balance"], json.dumps(told))
            self.judge(gap, len(states))
            self.assertEqual(gap.outer.run("ferry-orders", "status", who="payer1", check=False).returncode, 0)


class FerryOrders(Judged, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = pathlib.Path(tempfile.mkdtemp(prefix="mif-ferry-orders-"))
        (cls.top / "prepared").mkdir()
        cls.prepared = Gap(cls.top / "prepared").build().approved()
        assert cls.prepared.payments(), "nothing is to be paid: the test tests nothing"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.top, ignore_errors=True)

    def world(self):
        return self.prepared.copy_to(self.top / "world")

    def test_both_directions_to_the_end(self):
        self.both_directions(self.world())

    def test_what_expired_unsent_may_be_paid_again(self):
        gap = self.world()
        gap.expires(1)
        with Bank(gap.outer.path):
            gap.pay("send")
            time.sleep(1.5)
            gap.trip()
            gap.pay("query")
            first = gap.payments()
            self.assertEqual(set(first.values()), {"failed"})
            self.judge(gap, 0)
            gap.expires(3600)
            for step in ("prepare", "approve", "send"):
                gap.pay(step)
            gap.trip()
            gap.pay("query")
            again = {code: state for code, state in gap.payments().items() if code not in first}
            self.assertEqual((len(again), set(again.values())), (len(first), {"done"}))
            self.judge(gap, len(first))

    def test_a_lost_bundle_is_a_doubt_and_then_sent_again(self):
        gap = self.world()
        with Bank(gap.outer.path):
            gap.pay("send")
            for file in (gap.inner.path / "ferry/out").glob("*.ferry"):
                file.unlink()
            gap.trip()
            self.judge(gap, 0)
            gap.inner.run(*RUN, who="payer1")  # repeats what was not acknowledged
            gap.trip()
            gap.pay("query")
            self.assertEqual(set(gap.payments().values()), {"done"})
            self.judge(gap, len(gap.payments()))

    def count(self, home, *command):
        counter = self.top / "count"
        counter.unlink(missing_ok=True)
        home.run(*command, who="payer1", check=False, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_COUNT": str(counter)})
        return int(counter.read_text())

    def killed(self, home, *command, at):
        died = home.run(*command, who="payer1", check=False, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_AT": str(at)})
        self.assertIn(died.returncode, (-9, 137), died.stderr)

    def test_the_outer_side_killed_at_any_moment_pays_once(self):
        gap = self.world()
        gap.pay("send")
        gap.cross()
        before = gap.copy_to(self.top / "before")
        with Bank(gap.outer.path):
            events = self.count(gap.outer, *RUN)
        doubts = 0
        for point in spread(events, POINTS):
            with self.subTest(point=point, of=events):
                gap = before.copy_to(self.top / "world")
                with Bank(gap.outer.path):
                    self.killed(gap.outer, *RUN, at=point)
                    gap.trip()
                    gap.inner.run(*RUN, who="payer1")
                    gap.trip()
                    gap.pay("query")
                    states = gap.payments()
                    self.assertLessEqual(set(states.values()), {"done", "unknown"})
                    # in doubt is only what the bank does not know: whoever died between the journal and the first byte
                    self.judge(gap, sum(state == "done" for state in states.values()))
                    doubts += sum(state == "unknown" for state in states.values())
                    for code in (c for c, state in states.items() if state == "unknown"):
                        told = gap.outer.run("ferry-orders", "status", "--code", code, who="payer1", check=False)
                        self.assertEqual(told.returncode, 3)
        if POINTS >= events:
            self.assertGreater(doubts, 0, "no moment between journal and first byte was tried")

    def test_the_inner_side_killed_while_it_sends_pays_once(self):
        gap = self.world()
        with Bank(gap.outer.path):
            events = self.count(gap.inner, "pay", "send")
        for point in spread(events, POINTS):
            with self.subTest(point=point, of=events):
                gap = self.world()
                with Bank(gap.outer.path):
                    self.killed(gap.inner, "pay", "send", at=point)
                    for _ in range(2):
                        gap.pay("send")
                        gap.trip()
                        gap.pay("query")
                    states = gap.payments()
                    self.assertEqual(set(states.values()), {"done"})
                    self.judge(gap, len(states))


class OnPostgresql(Judged, unittest.TestCase):
    """The plugin's tables and SQL are the portable subset or they are nothing."""

    def test_both_directions_to_the_end(self):
        with postgres() as (conninfo, _), tempfile.TemporaryDirectory(prefix="mif-ferry-orders-") as folder:
            for name in ("inside", "outside"):
                subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", conninfo, "-c", f"create database {name}"], check=True, capture_output=True, text=True)
            gap = Gap(pathlib.Path(folder), ["postgresql:" + conninfo.replace("dbname=postgres", "dbname=" + name) for name in ("inside", "outside")])
            self.both_directions(gap.build().approved())


if __name__ == "__main__":
    unittest.main()
