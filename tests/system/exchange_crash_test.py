# SPDX-License-Identifier: Apache-2.0
"""Kill -9 at any moment of a pull and of an answer, with documents that share vouchers, on SQLite and PostgreSQL: run again, the state
is that of the undisturbed run and every document has had its one answer.

A preloaded shim kills the command just before or just after it flushes, renames or sends; MIF_CRASH_POINTS of these moments are tried for
each command (10), all of them when there are fewer."""
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from home import BUILD, SOURCE, Home
from crash_test import SHIM, spread

sys.path.insert(0, str(SOURCE / "scripts"))
from postgres_server import postgres  # noqa: E402

POINTS = int(os.environ.get("MIF_CRASH_POINTS", "10"))
STEPS = [("maker1", ("exchange", "pull")), ("reviewer1", ("voucher", "review", "--all")), ("maker1", ("exchange", "ack"))]
DISTURBED = (0, 2)


def gathering(home):
    """Institutions share a voucher per day; few documents with one commit, so that there are many moments."""
    info = home / "mif.info"
    info.write_text(re.sub(r"(\n\s*exchange \{)", r"\1\n    batch 12", info.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    for scheme in ("employee", "resident"):
        rules = home / f"templates/vouchers/{scheme}.info"
        text = rules.read_text(encoding="utf-8")
        for name in ("institution-settlement", "pharmacy-settlement"):
            head, tail = text.split(f"document {name}\n", 1)
            text = head + f"document {name}\n" + tail.replace("    summary ", "    gather institution-day\n    summary ", 1)
        rules.write_text(text, encoding="utf-8")


class ExchangeCrash:
    """What both databases share; a subclass says how a database is copied."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-exchange-crash-"))
        self.use("reference")
        home = Home([SOURCE / "tests/system/small.info"], self.folder / "reference")
        home.path.mkdir()
        home.assemble()
        gathering(home.path)
        self.events = []
        for step, (who, command) in enumerate(STEPS):
            self.keep(home, step)
            counter = self.folder / "count"
            counter.unlink(missing_ok=True)
            home.run(*command, who=who, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_COUNT": str(counter)})
            self.events.append(int(counter.read_text()))
        self.outcome = self.facts(home)
        gathered = [v for v in home.items("voucher", "list", "--book", "990000-310", "--limit", "1000") if "/20230" in v["source"]]
        self.assertTrue(gathered, "no voucher is shared: the test tests nothing")

    def tearDown(self):
        os.environ.pop("MIF_DATABASE_DSN", None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def facts(self, home):
        with sqlite3.connect(home.path / "exchange/exchange.db") as db:
            told = db.execute("select feed, seq, doc_no, version, state, voucher from ex_status order by feed, seq").fetchall()
        vouchers = sorted((v["source"], v["state"], v["number"], v["amount"]) for v in home.items("voucher", "list", "--book", "990000-310", "--limit", "1000"))
        return home.state(), told, vouchers

    def test_a_pull_and_an_answer_survive_kill_9(self):
        for step in DISTURBED:
            for point in spread(self.events[step], POINTS):
                with self.subTest(step=" ".join(STEPS[step][1]), point=point, of=self.events[step]):
                    home = self.back_to(step)
                    who, command = STEPS[step]
                    died = home.run(*command, who=who, check=False, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_AT": str(point)})
                    self.assertIn(died.returncode, (-9, 137), died.stderr)
                    for again_who, again in STEPS[step:]:
                        home.run(*again, who=again_who)
                    self.assertEqual(self.facts(home), self.outcome)
                    self.assertEqual(home.run("verify", "--quiet", check=False).returncode, 0)


class OnSqlite(ExchangeCrash, unittest.TestCase):
    def use(self, name):
        pass

    def keep(self, home, step):
        shutil.copytree(home.path, self.folder / f"before-{step}")

    def back_to(self, step):
        home = Home([], self.folder / "victim")
        shutil.rmtree(home.path, ignore_errors=True)
        shutil.copytree(self.folder / f"before-{step}", home.path)
        return home


class OnPostgresql(ExchangeCrash, unittest.TestCase):
    def setUp(self):
        server = postgres()
        self.conninfo, _ = server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        super().setUp()

    def sql(self, statement):
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.conninfo, "-c", statement], check=True, capture_output=True, text=True)

    def use(self, name):
        if name == "reference":
            self.sql(f"create database {name}")
        os.environ["MIF_DATABASE_DSN"] = "postgresql:" + self.conninfo.replace("dbname=postgres", "dbname=" + name)

    def keep(self, home, step):
        shutil.copytree(home.path, self.folder / f"before-{step}")
        self.sql(f"create database before_{step} template reference")

    def back_to(self, step):
        home = Home([], self.folder / "victim")
        shutil.rmtree(home.path, ignore_errors=True)
        shutil.copytree(self.folder / f"before-{step}", home.path)
        self.sql("drop database if exists victim with (force)")
        self.sql(f"create database victim template before_{step}")
        self.use("victim")
        return home


if __name__ == "__main__":
    unittest.main()
