# SPDX-License-Identifier: Apache-2.0
"""What tests of the reporting pages share: a home, its server, a browser, and the ways a person moves through the pages."""
import os
import subprocess
import unittest

import browser
from report_home import BIN, COUNTY, PASSWORD, ReportHome

SHEET = "unit=990101&table=YA&package=nhsa-small"


@unittest.skipUnless(browser.available(), "no chromium or chromedriver here")
class ReportPages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = ReportHome().assemble()
        cls.server = subprocess.Popen([BIN / "mifd", f"--home={cls.home.path}", "--port=0"], stdout=subprocess.PIPE, text=True)
        cls.site = cls.server.stdout.readline().split()[1].rstrip("/")
        cls.browser = browser.Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.server.terminate()
        cls.server.wait(30)
        cls.server.stdout.close()
        cls.home.remove()

    def sign_in(self, login):
        b = self.browser
        b.go(self.site + "/")
        b.wait("document.querySelector('form input[name=login]') || document.querySelector('#content')")
        b.later("const done = arguments[arguments.length - 1]; fetch('/api/v1/session').then((r) => r.ok ? r.json() : null)"
                ".then((s) => s ? fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-CSRF-Token': s.csrfToken } }) : null).then(() => done(true))")
        b.go(self.site + "/")
        b.wait("document.querySelector('form input[name=login]')")
        b.type("input[name=login]", login)
        b.type("input[name=password]", PASSWORD)
        b.click("form button")
        self.ready()

    def ready(self, page=""):
        self.browser.wait(f"document.querySelector('#content') && document.querySelector('#content').dataset.ready && document.querySelector('#content').dataset.ready.startsWith('{page}')")

    def open(self, page):
        self.browser.go(f"{self.site}/x/console/{page}")
        self.ready()

    def word(self, word):
        """A button of the toolbar."""
        self.browser.wait(f"document.querySelector(\"[data-word='{word}']\")")
        self.browser.click(f"[data-word='{word}']")

    def words(self):
        return self.browser.js("return [...document.querySelectorAll('.toolbar [data-word]')].map((n) => n.dataset.word)")

    def said(self, words):
        """What the last action answered, on the page built anew after it."""
        self.browser.wait(f"document.querySelector('#said') && document.querySelector('#said').innerText.includes('{words}')")
        self.ready()

    def confirm(self):
        self.browser.wait("document.querySelector('dialog[open] button[type=submit]')")
        self.browser.click("dialog[open] button[type=submit]")
        self.browser.wait("!document.querySelector('dialog[open]')")

    def cell(self, row, col):
        return self.browser.text(f"td.cell[data-row='{row}'][data-col='{col}']").replace("✖", "").replace("⚠", "").replace("▪", "").strip()

    def at(self):
        return self.browser.js("const n = document.querySelector('td.active'); return n ? [n.dataset.row, n.dataset.col] : null")

    def picture(self, name):
        folder = os.environ.get("MIF_SCREENSHOTS")
        if folder:
            self.browser.screenshot(os.path.join(folder, f"reporting-{name}.png"))

    def sheet(self, period, more=""):
        self.open(f"reports?{SHEET}&period={period}{more}")
        self.browser.wait("document.querySelector('#report') || document.querySelector('.problem')")

    def prepare(self, period):
        """The county's report of a month computed, nothing typed, at the first input cell."""
        self.home.run("report", "compute", "--unit", COUNTY, "--period", period, "--package", "nhsa-small", who="accountant", check=False)
        self.sheet(period)
        self.browser.wait("document.querySelector('td.active')")

    def confirm_refused(self, why):
        """The question is answered with yes, and the refusal is shown as a dialog of its own."""
        b = self.browser
        b.wait("document.querySelector('dialog[open] button[type=submit]')")
        b.click("dialog[open] button[type=submit]")
        b.wait("document.querySelector('dialog[open] .problem')")
        self.assertIn(why, b.text("dialog[open] .problem"))
        b.click("dialog[open] button[name=cancel]")
        b.wait("!document.querySelector('dialog[open]')")

    def asked(self, module, code):
        """What a module of the console answers, without a page."""
        return self.browser.later(f"const done = arguments[arguments.length - 1]; import('/x/console/static/{module}').then((m) => done({code}), (e) => done(String(e)))")
