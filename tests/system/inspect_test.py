# SPDX-License-Identifier: Apache-2.0
"""`mifctl statement inspect FILE` in a home where nothing is configured: no person, no account, only the plugins."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from home import BIN, BUILD, SOURCE

HEAD = "日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n"
GOOD = HEAD + "2023-06-20,100.00,100.00,R1,,,,a\n2023-06-21,-30.00,70.00,R2,,,,b\n2023-06-21,-30.00,40.00,,,,,b\n"
KEYS = ["statement", "format", "account", "currency", "id", "number", "opening_day", "closing_day", "opening", "closing", "entries", "credit_sum", "debit_sum",
        "booked", "booked_credit_sum", "booked_debit_sum", "reversals", "pending", "bundled", "verdict", "reason", "notes"]


class Inspect(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="mif-inspect-"))
        cls.addClassCleanup(shutil.rmtree, cls.home, True)
        done = cls.mifctl("init", "--from", SOURCE / "config/demo-province", "--templates", SOURCE / "templates")
        assert done.returncode == 0, done.stdout + done.stderr
        (cls.home / "mif.info").write_text("name \"x\"\nmode development\n", encoding="utf-8")
        for name in ("treasury", "bank-csv"):
            done = cls.mifctl("plugin", "install", BUILD / f"plugins/{name}.plugin")
            assert done.returncode == 0, done.stdout + done.stderr

    @classmethod
    def mifctl(cls, *arguments):
        return subprocess.run([BIN / "mifctl", "--home", cls.home, *map(str, arguments)], text=True, capture_output=True, timeout=60)

    def inspect(self, text, *arguments):
        path = self.home / "statement.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = self.mifctl("statement", "inspect", path, "-o", "json", "--quiet", *arguments)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            self.fail(f"no JSON: {done.stdout}\n{done.stderr}")

    def test_what_adds_up_is_proved(self):
        code, answer = self.inspect(GOOD)
        self.assertEqual(code, 0, answer)
        self.assertEqual(answer["kind"], "StatementInspection")
        (item,) = answer["items"]
        self.assertEqual(list(item), KEYS)
        self.assertEqual({k: item[k] for k in ("statement", "format", "opening", "closing", "entries", "credit_sum", "debit_sum", "pending", "reversals", "verdict", "reason")},
                         {"statement": "1", "format": "csv/statement-signed", "opening": "0.00", "closing": "40.00", "entries": "3", "credit_sum": "100.00", "debit_sum": "60.00",
                          "pending": "0", "reversals": "0", "verdict": "proved", "reason": ""})

    def test_what_does_not_is_warned_of(self):
        code, answer = self.inspect(GOOD.replace("70.00", "71.00"))
        self.assertEqual(code, 3)
        self.assertEqual(answer["items"][0]["verdict"], "warned")
        self.assertIn("第 2 笔的余额 71.00", answer["items"][0]["reason"])

    def test_a_broken_file_is_quarantined_with_its_byte(self):
        code, answer = self.inspect(GOOD + "2023-06-22,1x,41.00,,,,,c\n")
        self.assertEqual(code, 3)
        self.assertEqual(answer["items"][0]["verdict"], "quarantined")
        self.assertIn(f"第 {len(GOOD.encode())} 字节（第 5 行）", answer["items"][0]["reason"])

    def test_what_nobody_knows_is_quarantined(self):
        for content in (b"", b"\0\1\2", b"what is this?\n", b"\xff" * 100000):
            code, answer = self.inspect(content)
            self.assertEqual((code, answer["items"][0]["verdict"]), (3, "quarantined"), content[:20])

    def test_a_named_map(self):
        code, answer = self.inspect("交易日期,贷方发生额,借方发生额,余额,交易流水号,凭证号码,对方账号,对方户名,摘要\n20230601,5.00,,5.00,,,,,收\n".encode("gb18030"), "--map", "statement-counter")
        self.assertEqual((code, answer["items"][0]["verdict"]), (0, "proved"), answer)
        code, answer = self.inspect(GOOD, "--map=statement-counter")
        self.assertEqual((code, answer["items"][0]["verdict"]), (3, "quarantined"), answer)

    def test_refusals(self):
        self.assertEqual(self.mifctl("statement", "inspect", self.home / "no-such-file").returncode, 4)
        self.assertEqual(self.mifctl("statement", "inspect", self.home).returncode, 4)
        self.assertEqual(self.mifctl("statement", "inspect", self.home / "mif.info", "--format", "mt999").returncode, 4)
        self.assertIn("--file", self.mifctl("statement", "inspect").stderr)
        self.assertEqual(self.mifctl("statement", "inspect", "a", "b").returncode, 2)


if __name__ == "__main__":
    unittest.main()
