# SPDX-License-Identifier: Apache-2.0
"""Malformed configuration, templates, rules and command lines: one sentence with file and line, a non-zero exit, nothing
half-written."""
import pathlib
import shutil
import tempfile
import unittest

from home import SOURCE, Home


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-bad-"))
        cls.good = Home([SOURCE / "tests/system/small.info"], cls.folder / "good")
        cls.good.path.mkdir()
        cls.good.assemble()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def refused(self, home, *command, code, says, who=None):
        done = home.run(*command, who=who, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertRegex(done.stderr, says)
        self.assertEqual(done.stdout, "")
        errors = [line for line in done.stderr.splitlines() if line.startswith(("错误", "用法"))]
        self.assertEqual(len(errors), 1, done.stderr)

    def broken_deployment(self, file, old, new):
        deployment = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copytree(SOURCE / "config/demo-province", deployment, dirs_exist_ok=True)
        path = deployment / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text, file)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        home = Home([], pathlib.Path(tempfile.mkdtemp(dir=self.folder)))
        return home, ("init", "--from", deployment, "--templates", SOURCE / "templates")

    def test_deployment_files(self):
        for file, old, new, says in [
            ("mif.info", "http {", "htpp {", r"mif\.info:\d+: .*htpp.*http"),
            ("mif.info", "plugin {", "plugin { {", r"mif\.info:\d+: "),
            ("mif.info", "mode development", "mode testing", r"mif\.info:\d+: .*testing"),
            ("books.info", "start 2023-06", "start 2023-14", r"books\.info:\d+: .*2023-14"),
            ("books.info", "unit 990000", "unitt 990000", r"books\.info:\d+: .*unitt.*unit"),
            ("opening/990000-310.csv", "debit", "dedit", r"990000-310\.csv:\d+: .*dedit"),
            ("chart/employee.csv", "asset", "assett", r"employee\.csv:\d+: .*assett"),
            ("workflow.info", "role reviewer", "rolle reviewer", r"workflow\.info:\d+: .*rolle"),
            ("roles.info", "{", "", r"roles\.info:\d+: "),
        ]:
            with self.subTest(file=file, new=new):
                home, command = self.broken_deployment(file, old, new)
                self.refused(home, *command, code=1, says=says)

    def test_command_lines(self):
        for command, code, says in [
            (("nonsense",), 2, "nonsense"),
            (("explain", "date.never"), 4, r"date\.never.* \[explain\.unknown\]$"),
            (("explain",), 1, r"\[explain\.one-code\]$"),
            (("ledger", "balance", "--book", "990000-310"), 1, "period"),
            (("ledger", "balance", "--book", "990000-310", "--period", "2023-6"), 1, r"2023-6.* \[date\.period\]$"),
            (("ledger", "balance", "--book", "000", "--period", "2023-06"), 4, "000"),
            (("ledger", "balance", "--book", "990000-310", "--all", "--period", "2023-06"), 1, "one way"),
            (("ledger", "balance", "--book", "990000-310", "--period", "2023-06", "--as-of", "yesterday"), 1, "yesterday"),
            (("ledger", "matrix", "--book", "990000-310", "--period", "2023-06"), 2, "--rows"),
            (("voucher", "show", "99999"), 4, r"99999 \[voucher\.not-found\]$"),
            (("voucher", "show", "abc"), 1, "voucher id"),
            (("voucher", "list", "--book", "990000-310", "--colour", "red"), 2, "--colour"),
            (("export", "--book", "990000-310", "--format", "excel"), 1, "excel"),
            (("period", "close", "--book", "990000-310", "--period", "2023-06"), 6, "--as"),
        ]:
            with self.subTest(command=command):
                self.refused(self.good, *command, code=code, says=says)

    def test_who_may_not_is_told_so(self):
        self.refused(self.good, "voucher", "review", "--all", who="viewer1", code=6, says="voucher.review|审核")
        self.refused(self.good, "exchange", "pull", who="viewer1", code=6, says="exchange.run|权")

    def test_a_code_is_explained_without_a_home(self):
        nowhere = Home([], self.folder / "no-home")
        [entry] = nowhere.items("explain", "date.period")
        self.assertEqual(entry["code"], "date.period")
        self.assertIn("2023-06", entry["remedy"])
        self.assertEqual(entry["english"], "not a period")

    def test_a_home_that_is_none(self):
        nowhere = Home([], self.folder / "nowhere")
        self.refused(nowhere, "book", "list", code=4, says="mifctl init")

    def test_broken_rules_stop_the_intake_before_anything_is_written(self):
        home = Home([], self.folder / "rules")
        shutil.copytree(self.good.path, home.path)
        rules = home.path / "templates/vouchers/employee.info"
        rules.write_text(rules.read_text(encoding="utf-8") + "\nrule {\n", encoding="utf-8")
        done = home.run("exchange", "pull", who="maker1", check=False)
        self.assertNotEqual(done.returncode, 0)
        # The kernel refused to read the file for the plugin, the plugin passed it on: the code is still the kernel's.
        self.assertRegex(done.stderr, r"employee\.info:\d+.* \[config\.syntax\]$")
        self.assertEqual(home.items("voucher", "list", "--book", "990000-310"), [])


if __name__ == "__main__":
    unittest.main()
