# SPDX-License-Identifier: Apache-2.0
"""Payments followed in a browser: found by search, the whole way on one page, packets folded and masked, markup harmless."""
import base64
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

import browser  # noqa: E402
from home import BIN, PASSWORD, SOURCE, Bank, Home  # noqa: E402

MARKUP = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>医院"


@unittest.skipUnless(browser.available(), "no chromium or chromedriver here")
class Tracing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([SOURCE / "tests/system/small.info"]).assemble()
        with Bank(cls.home.path, "refuse:1"):
            for who, command in Home.MONTH[:9]:
                done = cls.home.run(*command, who=who, check=False)
                if done.returncode not in (0, 3):
                    raise AssertionError(f"{command} → {done.returncode}\n{done.stderr}")
        database = sqlite3.connect(cls.home.path / "data/mif.db")
        cls.code, cls.payee, cls.fen = database.execute("select code, payee_name, fen from x_treasury_payment where state = 'done' order by id limit 1").fetchone()
        cls.failed = database.execute("select code from x_treasury_payment where state = 'failed'").fetchone()[0]
        cls.marked = database.execute("select code from x_treasury_payment where state = 'done' order by id desc limit 1").fetchone()[0]
        # what a careless or hostile source might deliver
        database.execute("update x_treasury_payment set payee_name = ?, purpose = ? where code = ?", (MARKUP, MARKUP, cls.marked))
        database.commit()
        database.close()
        cls.server = subprocess.Popen([BIN / "mifd", f"--home={cls.home.path}", "--port=0"], stdout=subprocess.PIPE, text=True)
        cls.site = cls.server.stdout.readline().split()[1].rstrip("/")
        cls.browser = browser.Browser()
        b = cls.browser
        b.go(cls.site + "/")
        b.wait("document.querySelector('form input[name=login]')")
        b.type("input[name=login]", "payer1")
        b.type("input[name=password]", PASSWORD)
        b.click("form button")
        b.wait("document.querySelector('#content') && document.querySelector('#content').dataset.ready")
        b.errors()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.server.terminate()
        cls.server.wait(30)
        cls.server.stdout.close()
        cls.home.remove()

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [])

    def shot(self, name):
        folder = os.environ.get("MIF_SCREENSHOTS")
        if folder:
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(self.browser.call("GET", self.browser.session + "/screenshot")))

    def test_the_menu_leads_to_a_search_and_the_search_to_one_payment(self):
        b = self.browser
        b.go(self.site + "/x/console/")
        b.wait("[...document.querySelectorAll('.nav a')].some((a) => a.innerText === '付款追踪')")
        b.go(self.site + "/x/treasury/payments")
        rows = len(b.texts("#payments tr"))
        self.assertGreater(rows, 1)
        self.shot("list")
        b.type("input[name=code]", self.code)
        b.click("form button.primary")
        b.wait(f"document.querySelectorAll('#payments tr').length === 1 && location.search.includes('{self.code}')")
        b.click("#payments a")
        b.wait("document.querySelector('#trail')")
        self.assertIn(self.code, b.text("h1"))
        self.assertIn(self.payee, b.text("#content"))
        self.assertIn("银行已付", b.text("#state"))

    def test_one_page_holds_the_whole_way(self):
        b = self.browser
        b.go(f"{self.site}/x/treasury/payments/{self.code}")
        steps = b.js("return [...document.querySelectorAll('#trail > li')].map((li) => li.dataset.step)")
        for step in ["document", "voucher", "payable", "batch", "approval", "packet", "answer", "statement", "posting"]:
            self.assertIn(step, steps)
        self.assertLess(steps.index("document"), steps.index("approval"))
        self.assertLess(steps.index("approval"), steps.index("packet"))
        self.assertLess(steps.index("packet"), steps.index("statement"))
        self.assertFalse(b.js("return document.querySelector('#trail details').open"), "packets are folded")
        self.assertFalse(b.js("return document.documentElement.scrollWidth > window.innerWidth"))
        self.shot("payment")
        b.click("#trail details summary")
        packet = b.text("#trail details pre")
        self.assertIn(self.code, packet)
        self.assertNotIn("9900001004001", packet)
        self.assertNotIn(self.payee, packet)
        self.shot("packet")
        self.assertEqual(b.js("return getComputedStyle(document.querySelector('.top')).backgroundColor"), "rgb(23, 80, 138)", "the console's look")

    def test_markup_in_a_name_is_shown_and_does_nothing(self):
        b = self.browser
        for path in [f"payments/{self.marked}", "payments?state=done", "watch?large=0.01&from=2020-01-01&to=2040-01-01"]:
            b.go(f"{self.site}/x/treasury/{path}")
            b.wait("document.querySelector('#content')")
            self.assertIn("<img src=x", b.text("#content"), path)
            self.assertIsNone(b.js("return window.hacked || null"), path)
            self.assertEqual(b.js("return document.querySelectorAll('#content img, #content script').length"), 0, path)

    def test_watch_and_undecided_returns_open(self):
        b = self.browser
        b.go(self.site + "/x/treasury/watch?from=2023-06-01&to=2023-06-30")
        self.assertIn("每日收付", b.texts("h2"))
        self.shot("watch")
        b.go(self.site + "/x/treasury/returns")
        self.assertIn("待定退汇", b.text("h1"))
        self.assertFalse(b.js("return document.documentElement.scrollWidth > window.innerWidth"))

    def test_a_payment_that_failed_is_given_up_by_two_and_one_is_not_two(self):
        b = self.browser
        b.go(f"{self.site}/x/console/payments?code={self.code}")
        b.wait("document.querySelector('#answers')")
        self.assertIsNone(b.js("return document.querySelector('#payment-drop')"), "what was paid is not given up")
        b.go(f"{self.site}/x/console/payments?code={self.failed}")
        b.wait("document.querySelector('#payment-drop')")
        self.assertIn(self.failed, b.text("#content"))
        b.click("#payment-drop")
        b.wait("document.querySelector('dialog textarea')")
        b.click("dialog button[name=yes]")
        self.assertIn("请填写理由", b.text("dialog"))
        b.type("dialog textarea", "收款人已销户")
        b.click("dialog button[name=yes]")
        b.wait("document.querySelector('#payment-dropped')")
        self.assertIn("须由另一人确认", b.text("#payment-dropped"))
        b.click("#payment-drop")  # the same person once more
        b.wait("document.querySelector('dialog textarea')")
        b.click("dialog button[name=yes]")
        b.wait("!document.querySelector('dialog') && document.querySelector('#payment-dropped')")
        database = sqlite3.connect(self.home.path / "data/mif.db")
        self.assertEqual(database.execute("select proposed_by, confirmed_ms, reason from x_treasury_drop").fetchall(), [("payer1", 0, "收款人已销户")])
        database.close()


if __name__ == "__main__":
    unittest.main()
