# SPDX-License-Identifier: Apache-2.0
"""A voucher's life through mifctl by the people of an agency: draft, edit, document, review, cashier, correction, rules."""
import pathlib
import shutil
import tempfile
import unittest

from home import EMPLOYEE, Home


class Vouchers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([], pathlib.Path(tempfile.mkdtemp(prefix="mif-voucher-")))
        cls.home.assemble_books()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.home.path, ignore_errors=True)

    def make(self, *lines, summary="测试", **options):
        flags = [f"--{name}={value}" if value != "" else f"--{name}" for name, value in options.items()]
        return self.home.items("voucher", "enter", "--book", EMPLOYEE, "--day", "2023-06-10", "--summary", summary, *flags, *lines, who="maker1")[0]["id"]

    def state(self, voucher):
        rows = self.home.items("voucher", "list", "--book", EMPLOYEE, "--after", int(voucher) - 1, "--limit", 1)
        return rows[0]["state"], rows[0]["number"]

    def refused(self, *command, who, code, says):
        done = self.home.run(*command, who=who, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertRegex(done.stderr, says)

    def tearDown(self):
        done = self.home.run("verify", "--quiet", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_draft_to_posted_with_the_cashier(self):
        voucher = self.make("D 1003 bank_account=1 120.00", "C 42010101 120.00", draft="")
        self.assertEqual(self.state(voucher)[0], "草稿")
        self.home.run("voucher", "edit", voucher, "--summary", "六月利息", "D 1003 bank_account=1 125.50", "C 42010101 125.50", who="maker1")
        paper = self.home.path / "利息单.pdf"
        paper.write_bytes(b"%PDF-1.4 interest")
        self.home.run("voucher", "attach", voucher, paper, "--type", "application/pdf", who="maker1")
        self.refused("voucher", "edit", voucher, "--summary", "别人", who="reviewer1", code=6, says="maker1")
        self.home.run("voucher", "submit", voucher, who="maker1")
        self.refused("voucher", "edit", voucher, "--summary", "晚了", who="maker1", code=5, says="only a draft")
        self.home.run("voucher", "review", voucher, who="reviewer1")
        self.assertEqual(self.state(voucher)[0], "已审", "money that moved waits for the cashier")
        self.refused("voucher", "sign", voucher, who="reviewer1", code=6, says="voucher.sign")
        self.home.run("voucher", "sign", voucher, who="cashier1")
        self.assertEqual(self.state(voucher)[0], "已记账")
        shown = self.home.run("voucher", "show", voucher).stdout
        self.assertIn("壹佰贰拾伍元伍角整", shown)
        self.assertIn("利息单.pdf", shown)
        # The same document again is refused, under another name too.
        again = self.make("D 1003 bank_account=1 9.00", "C 42010101 9.00", draft="")
        other = self.home.path / "副本.pdf"
        other.write_bytes(paper.read_bytes())
        self.refused("voucher", "attach", again, other, who="maker1", code=5, says="attached to another voucher")
        self.home.run("voucher", "withdraw", again, "--reason", "重复", who="maker1")

    def test_what_moves_no_money_needs_no_cashier(self):
        voucher = self.make("D 110102 10.00", "C 200105 10.00")
        self.home.run("voucher", "review", voucher, who="reviewer1")
        self.assertEqual(self.state(voucher)[0], "已记账")

    def test_correction_by_lines(self):
        voucher = self.make("D 110102 70.00", "C 200105 70.00")
        self.home.run("voucher", "review", voucher, who="reviewer1")
        made = self.home.items("voucher", "correct", voucher, "--day", "2023-06-20", "D 110102 75.00", "C 200105 75.00", who="maker1")
        self.assertEqual([row["amount"] for row in made], ["5.00"])
        self.assertIn("订正6月10日记字第", made[0]["summary"])
        other = self.make("D 110102 33.00", "C 200105 33.00")
        self.home.run("voucher", "review", other, who="reviewer1")
        made = self.home.items("voucher", "correct", other, "--day", "2023-06-20", "D 110199 33.00", "C 200105 33.00", who="maker1")
        self.assertEqual([row["amount"] for row in made], ["-33.00", "33.00"])
        self.home.run("voucher", "review", "--all", who="reviewer1")

    def test_the_same_key_makes_one_voucher(self):
        first = self.make("D 110102 1.00", "C 200105 1.00", key="k1")
        self.assertEqual(self.make("D 110102 1.00", "C 200105 1.00", key="k1"), first)
        self.refused("voucher", "enter", "--book", EMPLOYEE, "--day", "2023-06-10", "--summary", "测试", "--key", "k1", "D 110102 2.00", "C 200105 2.00",
                     who="maker1", code=5, says="same source key, other content")
        self.home.run("voucher", "withdraw", first, "--reason", "测试", who="maker1")

    def test_lookalikes_are_told(self):
        lines = ("D 110102 4321.00", "C 200105 4321.00")
        first = self.make(*lines)
        done = self.home.run("voucher", "copy", first, "--day", "2023-06-12", who="maker1")
        self.assertIn("voucher.lookalike", done.stderr)
        found = self.home.run("voucher", "lookalikes", first, "-o", "json", check=False)
        self.assertEqual(found.returncode, 3)
        for row in self.home.items("voucher", "list", "--book", EMPLOYEE, "--min", "4321.00", "--max", "4321.00"):
            self.home.run("voucher", "withdraw", row["id"], "--reason", "测试", who="maker1")

    def test_rules_review_after_two_people_agreed_on_them(self):
        rule = self.home.path / "rule.info"
        rule.write_text('source mifctl\nword "记 转"\naccounts "1101,2001"\nmost 500.00\n', encoding="utf-8")
        self.refused("rule", "propose", "small", "--file", rule, who="maker1", code=6, says="rule.propose")
        self.home.run("rule", "propose", "small", "--file", rule, who="chief1")
        small = self.make("D 110103 77.00", "C 200199 77.00", summary="先行支付")
        large = self.make("D 110103 501.00", "C 200199 501.00", summary="先行支付")
        money = self.make("D 1003 bank_account=1 88.00", "C 200199 88.00", summary="来款")
        self.home.run("voucher", "auto-review", who="reviewer1")
        self.assertEqual(self.state(small)[0], "待审", "nobody has approved the rule yet")
        self.refused("rule", "approve", "small", "--version", "1", who="chief1", code=6, says="second person")
        self.home.run("rule", "approve", "small", "--version", "1", who="reviewer1")
        result = self.home.items("voucher", "auto-review", who="reviewer1")
        self.assertEqual([(row["voucher"], row["rule"]) for row in result], [(small, "rule:small@1")])
        self.assertEqual(self.state(small)[0], "已记账")
        self.assertIn("rule:small@1", self.home.run("voucher", "show", small).stdout)
        self.assertEqual((self.state(large)[0], self.state(money)[0]), ("待审", "待审"))
        # A double waits for a person although the rule fits.
        double = self.make("D 110103 77.00", "C 200199 77.00", summary="先行支付")
        done = self.home.run("voucher", "auto-review", who="reviewer1", check=False)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(self.state(double)[0], "待审")
        self.home.run("rule", "retire", "small", "--version", "1", who="chief1")
        for voucher in (large, money, double):
            self.home.run("voucher", "withdraw", voucher, "--reason", "测试", who="maker1")

    def test_a_rule_that_says_nothing_is_refused(self):
        rule = self.home.path / "bad.info"
        for text, says in [("", "1 to 4000|without a condition"), ("colour red\n", "colour"), ("most much\n", "most")]:
            rule.write_text(text, encoding="utf-8")
            self.refused("rule", "propose", "bad", "--file", rule, who="chief1", code=1, says=says)


if __name__ == "__main__":
    unittest.main()
