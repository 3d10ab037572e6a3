# SPDX-License-Identifier: Apache-2.0
"""Kill -9 at any moment of the month, run it again: the same final state, nothing paid twice, nothing lost.

A preloaded shim kills the command just before or just after it flushes, renames or sends. For every step of the month a few
of these moments are tried; the month is then run again from that step to its end by healthy commands."""
import os
import shutil
import subprocess
import tempfile
import pathlib
import unittest

from home import BUILD, SOURCE, Bank, Home

SHIM = BUILD / "tests/crash_shim.so"
POINTS_PER_STEP = int(os.environ.get("MIF_CRASH_POINTS", "4"))


def spread(total, wanted):
    """`wanted` different numbers of 1..total, first and last among them; one is the middle."""
    if total <= wanted:
        return list(range(1, total + 1))
    if wanted == 1:
        return [(total + 1) // 2]
    return sorted({1 + round(i * (total - 1) / (wanted - 1)) for i in range(wanted)})


class Crash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-crash-"))
        cls.snapshots, cls.events = [], []
        home = Home([SOURCE / "tests/system/small.info"], cls.folder / "reference")
        home.path.mkdir()
        home.assemble()
        for who, command in Home.MONTH:
            snapshot = cls.folder / f"before-{len(cls.snapshots)}"
            shutil.copytree(home.path, snapshot)
            cls.snapshots.append(snapshot)
            counter = cls.folder / "count"
            counter.unlink(missing_ok=True)
            with Bank(home.path):
                home.run(*command, who=who, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_COUNT": str(counter)})
            cls.events.append(int(counter.read_text()))
        cls.state, cls.outcome = home.state(), cls.facts(home)
        assert home.run("verify").returncode == 0

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    @staticmethod
    def facts(home):
        """What accountants and the bank see in the end, without ids and times."""
        vouchers = sorted((v["source"], v["state"], v["number"], v["amount"]) for v in home.items("voucher", "list", "--book", "990000-310", "--limit", "1000"))
        bank = home.bank_ledger()
        return vouchers, [(a["number"], a["balance"], a["debits"]) for a in bank["accounts"]], bank["executed_more_than_once"]

    def test_every_step_survives_kill_9(self):
        tried = 0
        for step, (who, command) in enumerate(Home.MONTH):
            for point in spread(self.events[step], POINTS_PER_STEP):
                with self.subTest(step=" ".join(command), point=point, of=self.events[step]):
                    home = Home([], self.folder / "victim")
                    shutil.rmtree(home.path, ignore_errors=True)
                    shutil.copytree(self.snapshots[step], home.path)
                    with Bank(home.path):
                        died = home.run(*command, who=who, check=False, env={"LD_PRELOAD": str(SHIM), "MIF_CRASH_AT": str(point)})
                        self.assertIn(died.returncode, (-9, 137), died.stderr)
                        for again_who, again in Home.MONTH[step:]:
                            home.run(*again, who=again_who)
                    self.assertEqual(home.state(), self.state)
                    self.assertEqual(self.facts(home), self.outcome)
                    self.assertEqual(home.run("verify", "--quiet").returncode, 0)
                    tried += 1
        self.assertGreaterEqual(tried, len(Home.MONTH))

    def test_the_month_run_twice_changes_nothing(self):
        home = Home([], self.folder / "twice")
        shutil.copytree(self.folder / "reference", home.path)
        with Bank(home.path):
            home.month()
        self.assertEqual(home.state(), self.state)
        self.assertEqual(self.facts(home), self.outcome)


if __name__ == "__main__":
    unittest.main()
