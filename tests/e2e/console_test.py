# SPDX-License-Identifier: Apache-2.0
"""The console in a browser: signing in, the drill from a report's cell to the business document, reviewing, the keyboard."""
import csv
import io
import os
import subprocess
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

import browser  # noqa: E402
from home import BIN, EMPLOYEE, PASSWORD, SOURCE, Bank, Home  # noqa: E402

PERIOD = "2023-06"

# A pair whose sides differ by the payments of one kind.
POOLS = """bridge { code "pools" title "基金与其中统筹" }
pair {
  id "T1" scheme 310 concept "待遇支出" a "NHSA_M01[5,18]" b "NHSA_M01[1,18]"
  explain { class scope text "个人账户另有支出" expr "NHSA_M01[3,18]+NHSA_M01[4,18]" }
}
"""


def fen(text):
    text = text.replace(",", "").replace("元", "").split("\n")[0].strip()
    sign = -1 if text.startswith("-") else 1
    yuan, _, cents = text.lstrip("-").partition(".")
    return sign * (int(yuan) * 100 + int(cents.strip() or 0))


@unittest.skipUnless(browser.available(), "no chromium or chromedriver here")
class Console(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([SOURCE / "tests/system/small.info"]).assemble()
        (cls.home.path / "templates/report/bridge/pools.info").write_text(POOLS, encoding="utf-8")
        with Bank(cls.home.path):
            for who, command in Home.MONTH:
                done = cls.home.run(*command, who=who, check=False)
                if done.returncode not in (0, 3):  # 3 = done with findings: the small month leaves the county's account unused
                    raise AssertionError(f"{command} → {done.returncode}\n{done.stderr}")
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

    def setUp(self):
        self.sign_out()
        self.browser.errors()

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [])

    def sign_out(self):
        b = self.browser
        b.go(self.site + "/")
        b.wait("document.querySelector('form input[name=login]') || document.querySelector('#content')")
        b.later("const done = arguments[arguments.length - 1]; fetch('/api/v1/session').then((r) => r.ok ? r.json() : null)"
                ".then((s) => s ? fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-CSRF-Token': s.csrfToken } }) : null).then(() => done(true))")

    def sign_in(self, login="viewer1", password=PASSWORD):
        b = self.browser
        b.go(self.site + "/")
        b.wait("document.querySelector('form input[name=login]')")
        b.type("input[name=login]", login)
        b.type("input[name=password]", password)
        b.click("form button")

    def open(self, page):
        self.browser.go(f"{self.site}/x/console/{page}")
        self.ready()

    def ready(self, page=""):
        self.browser.wait(f"document.querySelector('#content') && document.querySelector('#content').dataset.ready && document.querySelector('#content').dataset.ready.startsWith('{page}')")

    def test_a_wrong_password_is_said_and_the_right_one_opens_the_books(self):
        b = self.browser
        self.sign_in(password="wrong")
        b.wait("document.querySelector('.problem')")
        self.assertIn("登录失败", b.text(".problem"))
        b.errors()  # the browser reports the 401 itself
        b.type("input[name=password]", PASSWORD)
        b.click("form button")
        self.ready("books")
        self.assertIn(EMPLOYEE, b.text("#content"))
        self.assertIn("开发模式", b.text(".banner"))
        b.click(".top button")
        b.wait("document.querySelector('form input[name=login]')")

    def test_every_page_opens_without_complaint(self):
        b = self.browser
        self.sign_in()
        self.ready()
        for page in ["books", "balances", "vouchers", "ledger?account=5001", "reports", "reports?table=NHSA_M01", "reports?table=FS01_E", "reports?table=FS02_E", "checks", "compare", "tasks", "budget", "documents",
                     "documents?state=held", "payments", "closing", "ledgers", "reconcile"]:
            joined = "&" if "?" in page else "?"
            self.open(f"{page}{joined}book={EMPLOYEE}&period={PERIOD}")
            self.assertEqual(b.texts(".problem"), [], page)
            self.assertGreater(len(b.texts("#content tbody tr")) + (page == "books"), 0, page)
            wide = b.js("return document.documentElement.scrollWidth > window.innerWidth")
            self.assertFalse(wide, f"{page} scrolls sideways as a whole")

    def test_the_strings_on_the_screen_are_those_of_the_api(self):
        b = self.browser
        self.sign_in()
        self.ready()
        compared = 0
        for table in ["NHSA_M01", "NHSA_M04", "FS01_E", "FS02_E"]:
            self.open(f"reports?book={EMPLOYEE}&period={PERIOD}&table={table}")
            b.wait("document.querySelectorAll('td.active').length === 1")
            answer = b.later("const done = arguments[arguments.length - 1]; fetch(arguments[0]).then((r) => r.json()).then(done)", f"/api/v1/x/reporting/tables/{table}?unit=990000&period={PERIOD}")
            told = {f"{c['row']}|{c['col']}": c["text"] for c in answer["cells"]}
            # Marks stand in an element of their own and are no part of the amount.
            shown = b.js("""return Object.fromEntries([...document.querySelectorAll('#report td.cell')].map((n) => [n.dataset.row + '|' + n.dataset.col,
                [...n.childNodes].filter((c) => c.nodeType === 3).map((c) => c.data).join('')]))""")
            self.assertEqual(len(shown), len(answer["rows"]) * len(answer["cols"]), table)
            for place, text in shown.items():
                self.assertEqual(text, told.get(place, ""), f"{table}[{place}]")
            compared += len(shown)
            # The file people take along says the same in the same places.
            text = b.later("const done = arguments[arguments.length - 1]; fetch(arguments[0]).then((r) => r.text()).then(done)", f"/api/v1/x/reporting/export?table={table}&unit=990000&period={PERIOD}&format=csv")
            lines = list(csv.reader(io.StringIO(text)))
            for row in answer["rows"]:
                words = [shown[f"{row['code']}|{col['code']}"] for col in answer["cols"]]
                found = [line for line in lines if row["code"] in line and all(line.count(w) >= words.count(w) for w in words if w)]
                self.assertTrue(found, f"{table} row {row['code']} in the CSV: {words}")
        self.assertGreater(compared, 250)

    def test_a_difference_between_the_ministries_leads_to_its_vouchers(self):
        b = self.browser
        self.sign_in()
        self.ready()
        self.open(f"compare?book={EMPLOYEE}&period={PERIOD}")
        self.assertIn("个人账户", b.text("tr[data-pair='T1']"))
        b.js("const s = document.querySelector('select[aria-label=\"看哪些\"]'); s.value = '1'; s.dispatchEvent(new Event('change'))")
        self.assertEqual(b.js("return [...document.querySelectorAll('#bridge tbody tr')].filter((r) => !r.hidden && r.dataset.rank === '0').length"), 0)
        self.assertTrue(b.js("return !document.querySelector('tr[data-pair=T1]').hidden && document.querySelector('tr[data-pair=E04]').hidden"))
        button = "tr[data-pair='T1'] button[data-part='0']"
        told = fen(b.text(button))
        self.assertNotEqual(told, 0)
        b.click(button)
        b.wait("document.querySelectorAll('#bridge-lines tr').length > 0")
        self.assertEqual(fen(b.text("#drill-amount")), told)
        while b.js("const m = [...document.querySelectorAll('#drill button')].find((x) => x.innerText.startsWith('再看')); if (m) { const n = document.querySelectorAll('#bridge-lines tr').length; m.click(); window.before = n; } return Boolean(m)"):
            b.wait("document.querySelectorAll('#bridge-lines tr').length > window.before")
        self.assertEqual(sum(fen(x) for x in b.texts("#bridge-lines td.money")), told, "the lines come to the difference")
        self.assertEqual(b.texts(".problem"), [])
        if os.environ.get("MIF_SCREENSHOTS"):
            b.screenshot(os.path.join(os.environ["MIF_SCREENSHOTS"], "bridge-lines.png"))
        b.js("document.querySelector('#bridge-lines tr').focus()")
        b.press("Enter")
        self.ready("voucher")

    def test_the_drill_leads_from_a_cell_to_lines_to_voucher_to_document(self):
        b = self.browser
        self.sign_in()
        self.ready()
        self.open(f"reports?book={EMPLOYEE}&period={PERIOD}&table=NHSA_M01")
        cell = "td.cell[data-row='1'][data-col='18']"
        shown = fen(b.text(cell))
        self.assertGreater(shown, 0)
        b.js("document.querySelector(arguments[0]).scrollIntoView({ inline: 'center' })", cell)
        b.click(cell)
        b.wait("document.querySelectorAll('#drill-lines tr').length > 0")
        self.assertEqual(fen(b.text("#drill-amount")), shown)
        while b.js("const m = [...document.querySelectorAll('#drill button')].find((x) => x.innerText.startsWith('再看')); if (m) { const n = document.querySelectorAll('#drill-lines tr').length; m.click(); window.before = n; } return Boolean(m)"):
            b.wait("document.querySelectorAll('#drill-lines tr').length > window.before")
        lines = b.texts("#drill-lines td.money")
        self.assertEqual(sum(fen(x) for x in lines), shown, "the lines add up to the cell")
        self.assertIn("净额", b.text(".formula"))
        # the same predicate in the ledger gives the same amount
        b.js("document.querySelector('.term a').click()")
        self.ready("ledger")
        self.assertIn(f"{shown // 100:,}".replace(",", ""), b.text("#net").replace(",", ""))
        b.back()
        self.ready("reports")
        b.wait("document.querySelectorAll('#drill-lines tr').length > 0")
        b.js("document.querySelector('#drill-lines tr').focus()")
        b.press("Enter")
        self.ready("voucher")
        self.assertIn("凭证", b.text(".voucher .title"))
        self.assertIn("已记账", b.text(".stamp"))
        sides = [b.js(f"return [...document.querySelectorAll('#voucher tbody tr:not(.sum)')].map((r) => r.querySelectorAll('[data-amount]')[{i}].dataset.amount).filter(Boolean)") for i in (0, 1)]
        self.assertEqual(sum(map(fen, sides[0])), sum(map(fen, sides[1])), "debit equals credit on the form")
        self.assertIn("元", b.text("tr.sum"))
        b.js("[...document.querySelectorAll('#content a')].find((a) => a.href.includes('documents')).click()")
        self.ready("documents")
        self.assertIn("单据内容", b.text("#document"))
        self.assertIn("已记账", b.text(".pagehead"))
        b.js("[...document.querySelectorAll('#document a')].find((a) => a.href.includes('voucher')).click()")
        self.ready("voucher")

    def test_balances_are_walked_with_the_keyboard_and_agree_with_the_ledger(self):
        b = self.browser
        self.sign_in()
        self.ready()
        self.open(f"balances?book={EMPLOYEE}&period={PERIOD}")
        self.assertIn("试算平衡", b.text(".pagehead"))
        b.js("document.querySelector('tr[data-account=\"1004\"]').focus()")
        closing = b.texts("tr[data-account='1004'] td.money")[-1]
        b.press("Down")
        b.press("Up")
        b.press("Enter")
        self.ready("ledger")
        self.assertIn("1004", b.text(".pagehead"))
        rows = b.texts("#lines tr")
        self.assertIn("期初余额", rows[0])
        self.assertIn("本年累计", rows[-1])
        self.assertEqual(b.texts("#lines tr:nth-last-child(3) td.money")[-1], closing, "the running balance ends at the balance")
        b.back()
        self.ready("balances")

    def create_voucher(self, key, summary):
        """As the signed-in maker, from the page."""
        answer = self.browser.later("""
            const [key, summary, book, done] = arguments;
            const draft = { book, day: '2023-07-05', word: '收', summary, lines: [
              { account: '1002', aux: 'bank_account=9900001002001', debit: '1234567.89' }, { account: '40010101', aux: 'mode=1', credit: '1234567.89' }] };
            fetch('/api/v1/vouchers', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key }, body: JSON.stringify(draft) })
              .then(async (r) => done({ status: r.status, body: await r.json() }))""", key, summary, EMPLOYEE)
        self.assertEqual(answer["status"], 201, answer)
        return answer["body"]["id"]

    def test_a_reviewer_approves_on_the_page_and_the_maker_cannot(self):
        b = self.browser
        self.sign_in("maker1")
        self.ready()
        voucher = self.create_voucher("e2e-approve", "收到保费")
        self.open(f"voucher?id={voucher}")
        self.assertIn("待审核", b.text(".stamp"))
        self.assertEqual(b.texts("#approve"), [])
        self.sign_out()
        self.sign_in("reviewer1")
        self.ready()
        self.open(f"voucher?id={voucher}")
        b.type(".tools input", "核对无误")
        b.click("#approve")
        b.wait("document.querySelector('.stamp') && document.querySelector('.stamp').innerText === '已审核'")  # money moved: the cashier signs
        self.ready("voucher")
        self.sign_out()
        self.sign_in("cashier1")
        self.ready()
        self.open(f"voucher?id={voucher}")
        b.click("#approve")
        b.wait("document.querySelector('.stamp') && document.querySelector('.stamp').innerText === '已记账'")
        self.assertIn("核对无误", b.text("#content"))
        self.assertIn("壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", b.text("tr.sum"))

    def test_a_voucher_is_entered_by_keyboard_and_posted_by_three_people(self):
        b = self.browser
        self.sign_in("maker1")
        self.ready()
        self.open(f"vouchers?book={EMPLOYEE}&period=2023-07")
        b.click("#enter")
        self.ready("entry")
        b.wait("document.activeElement.id === 'summary'")
        b.press("七月存款利息")
        b.click("#lines input[name=summary]")
        for text in ["利息", "1003", "bank_account=1", "1,250.5", ""]:
            b.press(text, "Enter")
        self.assertIn("借贷相差 1,250.50", b.text("tr.sum"))
        for text in ["利息", "42010101", "", ""]:
            b.press(text, "Enter")
        b.press("=")
        self.assertEqual(b.texts("#lines .name"), ["财政专户存款", "利息收入/统筹基金/存款利息"])
        self.assertIn("壹仟贰佰伍拾元伍角整", b.text("tr.sum"))
        self.assertEqual(b.text("#debit-total"), b.text("#credit-total"))
        self.assertFalse(b.js("return document.documentElement.scrollWidth > window.innerWidth"), "the entry scrolls sideways as a whole")
        b.press("Control", "s")
        self.ready("voucher")
        self.assertEqual(b.text(".stamp"), "草稿")
        voucher = b.js("return new URLSearchParams(location.search).get('id')")
        b.click("#edit")
        self.ready("entry")
        b.wait("document.activeElement.id === 'summary'")
        b.press("（更正）")
        b.press("Control", "s")
        self.ready("voucher")
        self.assertEqual(b.text(".stamp"), "草稿")
        b.click("#submit-draft")
        b.wait("document.querySelector('.stamp') && document.querySelector('.stamp').innerText === '待审核'")
        self.ready("voucher")
        for who, stamp in [("reviewer1", "已审核"), ("cashier1", "已记账")]:
            self.sign_out()
            self.sign_in(who)
            self.ready()
            self.open(f"voucher?id={voucher}")
            b.click("#approve")
            b.wait(f"document.querySelector('.stamp') && document.querySelector('.stamp').innerText === '{stamp}'")
            self.ready("voucher")
        self.assertIn("出纳签字", b.text("#content"))
        self.open(f"vouchers?book={EMPLOYEE}&period=2023-07&text=" + urllib.parse.quote("（更正）"))
        self.assertEqual(len(b.texts("#vouchers tr")), 1)
        self.assertIn("七月存款利息（更正）", b.text("#vouchers tr"))
        # the same entries once more: whoever reviews is told
        day = self.home.items("voucher", "list", "--book", EMPLOYEE, "--text", "（更正）")[0]["day"]
        again = self.home.items("voucher", "enter", "--book", EMPLOYEE, "--day", day, "--summary", "七月存款利息", "D 1003 bank_account=1 1250.50", "C 42010101 1250.50", who="maker1")[0]["id"]
        self.open(f"voucher?id={again}")
        self.assertIn("请核对是否重复", b.text("#warnings"))
        self.assertIn("voucher.lookalike", b.text("#warnings"))
        self.home.run("voucher", "withdraw", again, "--reason", "重复", who="maker1")
        # what was posted stands in the trial run of the closing, and in the ledgers with its lines
        self.open(f"closing?book={EMPLOYEE}&period=2023-07")
        self.assertEqual(b.texts(".problem"), [])
        self.assertIn("凭证全部记账", b.text("#closing-checks"))
        self.assertIn("42010101", b.text("#closing-trial"))
        self.assertEqual(b.texts("#closing-close"), [], "a cashier closes nothing")
        self.open(f"ledgers?book={EMPLOYEE}&period=2023-07&accounts=42010101")
        self.assertEqual(b.texts(".problem"), [])
        b.js("[...document.querySelectorAll('#ledger-rows a')].find((a) => a.innerText === '1,250.50').click()")
        b.wait("location.search.includes('view=lines')")
        self.ready("ledgers")
        self.assertIn("1,250.50", b.text("#ledger-rows"))
        for view in ["general", "detail", "journal", "vouchers-summary", "columnar&account=4201", "aux&dimension=mode", "matrix&rows=mode&columns=account:1", "consolidated&all=true", "balance&scheme=310"]:
            self.open(f"ledgers?book={EMPLOYEE}&period=2023-07&view={view}")
            self.assertEqual(b.texts(".problem"), [], view)

    def test_reconciling_says_what_each_pass_matched(self):
        b = self.browser
        self.sign_in("maker1")
        self.ready()
        self.open(f"reconcile?book={EMPLOYEE}&period={PERIOD}")
        before = len(b.texts("#reconcile-items tbody tr"))
        self.assertEqual(b.texts("#reconcile-says .note"), [])
        b.click(".pagehead button.primary")
        b.wait("document.querySelector('#reconcile-says .note') && document.querySelector('#reconcile-items')")
        self.assertRegex(b.text("#reconcile-says .note"), r"新勾对 \d+ 组 \d+ 行（按编号 \d+ 组.*），未达 \d+ 行")
        self.assertLess(len(b.texts("#reconcile-items tbody tr")), before, "the page shows what is left")
        self.open(f"reconcile?book={EMPLOYEE}&period={PERIOD}")
        self.assertEqual(b.texts("#reconcile-says .note"), [], "said once")
        self.sign_out()
        self.sign_in("viewer1")
        self.ready()
        self.open(f"reconcile?book={EMPLOYEE}&period={PERIOD}")
        self.assertEqual(b.texts(".pagehead button.primary"), [], "who only looks matches nothing")

    def test_text_of_documents_never_becomes_markup(self):
        b = self.browser
        self.sign_in("maker1")
        self.ready()
        voucher = self.create_voucher("e2e-markup", "<img src=x onerror=\"document.title='owned'\"><b>粗</b>")
        for page in [f"voucher?id={voucher}", f"vouchers?book={EMPLOYEE}&period=2023-07"]:
            self.open(page)
            self.assertIn("<img src=x", b.text("#content"))
            self.assertNotIn("owned", b.js("return document.title"))
            self.assertEqual(b.js("return document.querySelectorAll('#content img').length"), 0)

    def test_the_menu_and_the_selectors_keep_the_place_in_the_address(self):
        b = self.browser
        self.sign_in()
        self.ready()
        self.open(f"balances?book={EMPLOYEE}&period={PERIOD}")
        b.js("[...document.querySelectorAll('.nav a')].find((a) => a.innerText === '凭证').click()")
        self.ready("vouchers")
        self.assertIn(f"period={PERIOD}", b.url())
        b.js("const s = document.querySelector('#period'); s.value = '2023-07'; s.dispatchEvent(new Event('change'))")
        b.wait("location.search.includes('2023-07')")
        self.ready("vouchers")
        b.back()
        b.wait("location.search.includes('2023-06')")


if __name__ == "__main__":
    unittest.main()
