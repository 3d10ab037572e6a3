# SPDX-License-Identifier: Apache-2.0
"""The reporting pages in a browser: filled in, checked, explained, submitted, returned, summed and locked; the keyboard; a conflict."""
import os
import subprocess
import unittest

import browser
from report_home import BIN, CITY, COUNTY, PASSWORD, PROVINCE, ReportHome

SHEET = "unit=990101&table=YA&package=nhsa-small"


@unittest.skipUnless(browser.available(), "no chromium or chromedriver here")
class Reporting(unittest.TestCase):
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

    def test_a_report_goes_from_the_county_to_the_province(self):
        b = self.browser
        # The province asks.
        self.sign_in("chief1")
        self.open("tasks?period=2023-06")
        self.word("下发")
        b.wait("document.querySelector('dialog select[name=package]')")
        b.js("const s = document.querySelector('dialog select[name=package]'); s.value = 'nhsa-small'; s.dispatchEvent(new Event('change'))")
        self.picture("assign")
        self.confirm()
        self.said("已下发")
        self.assertIn("0 / 3", b.text("#tasks tbody tr"))
        self.word("报送情况")
        self.ready("status")
        self.word("催报")
        self.confirm()
        self.said("已催报 3 个单位")
        # The accountant fills in.
        self.sign_in("accountant")
        self.sheet("2023-06")
        self.assertIn("请尽快上报", b.text("#reminded"))
        self.assertEqual(b.text("#stamp").split()[-1], "未报")
        self.assertNotIn("退回", self.words())
        self.assertNotIn("汇总", self.words(), "a county has nothing to sum")
        self.word("全部重算")
        self.said("重算")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(self.cell(1, 1), "330,260,000.00")
        self.assertEqual(self.at(), ["2", "1"], "the first cell to fill in")
        b.press("１２。０", "Enter")
        self.assertEqual(self.cell(2, 1), "12.00")
        b.click("td.cell[data-row='6'][data-col='1']")
        for text in ("￥８，０００", "1.2万"):
            b.press(text, "Enter")
        self.assertEqual([self.cell(r, 1) for r in (6, 7)], ["8,000.00", "12,000.00"])
        self.assertIn("未保存 3 格", b.text(".statusbar"))
        self.picture("typed")
        b.press("Control", "s")
        self.said("已保存 3 格")
        b.wait("document.querySelector('td.active')")
        self.assertEqual([self.cell(r, 1) for r in (2, 3, 4)], ["12.00", "20,000.00", "1,666.67"])
        self.assertEqual(b.text("#stamp").split()[-1], "编制")
        # What is too high must be explained before it is submitted.
        self.word("上报")
        self.confirm_refused("核实")
        self.word("完全审核")
        self.said("两部门口径对照 S2 支出 未解释 20000.00")
        self.home.run("report", "save", "--unit", COUNTY, "--period", "2023-06", "--cells", "MB[2,1]=20000.00", who="accountant")
        self.word("完全审核")
        self.said("不符 1 项")
        b.wait("document.querySelector('#check-panel tr[data-check=Z02]')")
        self.assertIn("⚠1", b.text(".sheettabs"))
        row = b.texts("#check-panel tr[data-check=Z02] td")
        self.assertEqual(row[:3] + row[4:8], ["未通过", "核实性", "Z02", "1,666.67", "1,000", "666.67", "0"])
        b.click("#check-panel tr[data-check=Z02] button.link")
        b.wait("document.querySelector('td.side-left')")
        self.assertEqual(self.at(), ["4", "1"])
        self.picture("checks")
        b.type("#check-panel tr[data-check=Z02] input.why", "新增大病集中结算")
        b.click("#check-panel tr[data-check=Z02] .explain button")
        self.said("说明已保存")
        self.word("上报")
        self.confirm()
        self.said("已上报第 1 版")
        self.assertEqual(b.text("#stamp").split()[-1], "已报")
        self.assertNotIn("保存", self.words(), "nothing is typed into a submitted report")
        # The city returns it.
        self.sign_in("citychief")
        self.sheet("2023-06")
        b.wait("document.querySelector('.units .s-submitted')")
        self.picture("city")
        self.word("退回")
        b.wait("document.querySelector('dialog textarea')")
        b.type("dialog textarea", "请核对参保人数")
        self.confirm()
        self.said("已退回")
        # The county puts it right and submits again.
        self.sign_in("accountant")
        self.sheet("2023-06")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(b.text("#stamp").split()[-1], "退回")
        self.assertIn("请核对参保人数", b.text("#returned"))
        b.click("td.cell[data-row='2'][data-col='1']")
        b.press("16", "Enter")
        b.press("Control", "s")
        self.said("已保存 1 格")
        self.word("审核结果")
        b.wait("document.querySelector('#check-panel tr[data-check=Z02]')")
        self.assertIn("原说明失效", b.text("#check-panel tr[data-check=Z02]"))
        b.type("#check-panel tr[data-check=Z02] input.why", "人数已核对")
        b.click("#check-panel tr[data-check=Z02] .explain button")
        self.said("说明已保存")
        self.word("上报")
        self.confirm()
        self.said("已上报第 2 版")
        # The city sums and submits, the province sums and locks.
        self.sign_in("citychief")
        self.open(f"reports?unit={CITY}&table=YA&package=nhsa-small&period=2023-06")
        self.word("汇总")
        self.confirm()
        self.said("汇总 1 个单位")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(self.cell(2, 1), "16.00")
        b.click("td.cell[data-row='6'][data-col='1']")
        b.wait("document.querySelector('#contributions tbody tr')")
        self.assertIn("8,000.00", b.text("#contributions"))
        self.assertIn("示例县", b.text("#contributions"))
        self.picture("contributions")
        self.word("审核结果")
        b.wait("document.querySelector('#check-panel')")
        if b.texts("#check-panel tr[data-check=Z02] input.why"):
            b.type("#check-panel tr[data-check=Z02] input.why", "县里已说明")
            b.click("#check-panel tr[data-check=Z02] .explain button")
            self.said("说明已保存")
        self.word("上报")
        self.confirm()
        self.said("已上报第 1 版")
        self.sign_in("chief1")
        self.open("tasks?period=2023-06")
        self.word("报送情况")
        self.ready("status")
        self.assertEqual(b.js("return [...document.querySelectorAll('#status tbody tr')].map((r) => [r.dataset.unit, r.dataset.state])"),
                         [[PROVINCE, "none"], [CITY, "submitted"], [COUNTY, "submitted"]])
        self.picture("status")
        self.word("汇总")
        self.said("汇总 1 个单位")
        for unit in (CITY, COUNTY):
            b.click(f"#status tr[data-unit='{unit}'] input")
        self.word("锁定")
        b.wait("document.querySelectorAll('#status tr[data-state=locked]').length === 2")
        self.said("已锁定")
        self.picture("locked")
        self.assertEqual([m for m in b.errors() if "409" not in m and "404" not in m], [])

    def confirm_refused(self, why):
        """The question is answered with yes, and the refusal is shown as a dialog of its own."""
        b = self.browser
        b.wait("document.querySelector('dialog[open] button[type=submit]')")
        b.click("dialog[open] button[type=submit]")
        b.wait("document.querySelector('dialog[open] .problem')")
        self.assertIn(why, b.text("dialog[open] .problem"))
        b.click("dialog[open] button[name=cancel]")
        b.wait("!document.querySelector('dialog[open]')")

    def test_the_grid_is_walked_with_the_keyboard(self):
        b = self.browser
        self.sign_in("accountant")
        self.prepare("2023-07")
        b.errors()
        b.press("Down")
        self.assertEqual(self.at(), ["3", "1"])
        b.press("5")
        self.assertIn("计算格不能填", b.text(".statusbar"))
        self.assertEqual(self.cell(3, 1), "")
        b.press("Up")
        b.press("F2")
        self.assertTrue(b.js("return document.querySelector('#cell-input').classList.contains('typing')"))
        b.press("99", "Escape")
        self.assertEqual(self.cell(2, 1), "")
        b.press("34+6", "Tab")
        self.assertEqual((self.cell(2, 1), self.at()), ("40.00", ["2", "2"]))
        b.press("abc", "Enter")
        self.assertIn("不是金额", b.text(".statusbar"))
        b.press("Escape")
        b.press("Tab")
        self.assertEqual(self.at(), ["6", "1"], "the next cell to fill in")
        b.js("""const data = new DataTransfer(); data.setData('text/plain', '1,000.51\\t2000\\n-3\\tx\\n9');
                document.querySelector('#cell-input').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))""")
        b.wait("document.querySelector('#paste-complaints')")
        self.assertEqual(b.texts("#paste-complaints tbody td"), ["[7,2]", "x", "“x”不是金额", "表外", "9", "超出了表"])
        self.assertEqual(self.cell(6, 1), "", "nothing is pasted before it is looked at")
        self.confirm()
        b.wait("document.querySelector(\"td.cell[data-row='6'][data-col='1']\").innerText.includes('1,000.51')")
        self.assertEqual([self.cell(6, 1), self.cell(6, 2), self.cell(7, 1), self.cell(7, 2)], ["1,000.51", "2,000.00", "-3.00", ""])
        self.assertIn("粘贴 3 格，没有粘贴 2 格", b.text(".statusbar"))
        self.assertTrue(b.js("return document.querySelector(\"td.cell[data-row='7'][data-col='1']\").classList.contains('red')"))
        b.press("Shift", "Down")
        self.assertIn("计数 2　求和 997.51　平均 498.76", b.text("#tally"))
        b.press("Control", "z")
        self.assertEqual([self.cell(6, 1), self.cell(2, 1)], ["", "40.00"], "one paste is one step back")
        b.press("Control", "g")
        b.wait("document.querySelector('dialog input[name=at]')")
        b.js("document.querySelector('dialog input[name=at]').value = '1,2'")
        self.confirm()
        b.wait("document.querySelector('td.active').dataset.row === '1'")
        self.assertEqual(self.at(), ["1", "2"])
        b.press("F4")
        self.assertIn("期初('1003')", self.cell(1, 2))
        b.press("F4")
        self.assertEqual(self.cell(1, 2), "取数")
        b.press("F4")
        self.assertEqual(self.cell(1, 2), "330,260,000.00")
        b.press("F3")
        self.assertEqual(self.at(), ["2", "1"], "the marked cell")
        self.assertIn("参保人数要填", b.text(".statusbar"))
        b.press("Control", "Home")
        b.press("Enter")
        b.wait("!document.querySelector('#drill').hidden && document.querySelector('#drill-amount')")
        self.assertIn("330,260,000.00", b.text("#drill-amount"))
        b.press("Escape")
        b.wait("document.querySelector('#drill').hidden")
        # An input method's keys are its own: Enter ends the composition and not the cell.
        b.js("document.querySelector(\"td.cell[data-row='6'][data-col='2']\").scrollIntoView()")
        b.click("td.cell[data-row='6'][data-col='2']")
        b.js("""const input = document.querySelector('#cell-input');
                input.dispatchEvent(new CompositionEvent('compositionstart'));
                input.value = '７８';
                input.dispatchEvent(new InputEvent('input', { isComposing: true }));
                input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))""")
        self.assertEqual(self.at(), ["6", "2"])
        b.js("document.querySelector('#cell-input').dispatchEvent(new CompositionEvent('compositionend'))")
        b.wait("document.querySelector('#cell-input').classList.contains('typing')")
        b.press("Enter")
        self.assertEqual(self.cell(6, 2), "78.00")
        self.picture("keyboard")
        b.js("window.confirm = () => true")
        self.assertEqual(b.errors(), [])

    def asked(self, module, code):
        """What a module of the console answers, without a page."""
        return self.browser.later(f"const done = arguments[arguments.length - 1]; import('/x/console/static/{module}').then((m) => done({code}), (e) => done(String(e)))")

    def test_amounts_are_read_as_people_write_them_and_added_exactly(self):
        self.sign_in("viewer1")
        for typed, amount in {"１２３４。５６": "1234.56", "￥8，000元": "8000.00", "1.2万": "12000.00", "0.00000001亿": "1.00", "1234+56": "1290.00", "3-5": "-2.00", "(12)": "-12.00", "−7": "-7.00", "": "",
                              "1.005": None, "abc": None, "1..2": None, "--3": None, "万": None, "90071992547409.93": "90071992547409.93"}.items():
            self.assertEqual(self.asked("report_model.js", f"m.amountOf('{typed}')"), amount, typed)
        self.assertEqual(self.asked("report_model.js", "m.tally(['90071992547409.93', '0.02', '', '-0.01'])"), {"count": 3, "sum": "90071992547409.94", "mean": "30023997515803.31"})
        self.assertEqual(self.asked("report_model.js", r"m.cellsOf('a\t\"x\ny\"\r\n1\t2\n')"), [["a", "x\ny"], ["1", "2"]])
        self.assertEqual(self.asked("report_model.js", "m.namedCells('[*,7]+T[3,]+U[1,1]', 'T', { row: '5', col: '9' })"), [{"row": "5", "col": "7"}, {"row": "3", "col": "9"}])
        self.assertEqual(self.asked("report_model.js", "['2', '3', '9', '10'].map((c) => m.within(['1', '2', '3', '10'], '2:10', c))"), [True, True, False, True])
        # Income that lags and spending that runs ahead; ten points are much.
        self.assertEqual(self.asked("page_budget.js", "[m.light(-1001, true), m.light(-501, true), m.light(1001, true), m.light(1001, false), m.light(-5000, false)].map((x) => x[0])"), ["bad", "wait", "good", "bad", "good"])

    def test_a_conflict_is_decided_cell_by_cell(self):
        b = self.browser
        self.sign_in("accountant")
        self.prepare("2023-08")
        b.press("50", "Enter")
        b.click("td.cell[data-row='6'][data-col='1']")
        b.press("600", "Enter")
        self.home.run("report", "save", "--unit", COUNTY, "--period", "2023-08", "--cells", "YA[2,1]=77.00;YA[7,1]=5.00", who="countychief")
        b.press("Control", "s")
        b.wait("document.querySelector('#conflict tbody tr')")
        self.assertEqual([t.strip() for t in b.texts("#conflict tbody td")], ["[2,1] 参保人数", "空", "77.00", "50.00"], "only what both have changed")
        self.picture("conflict")
        b.click("#conflict input[value=theirs]")
        self.confirm()
        self.said("已保存 1 格")
        self.assertEqual([self.cell(r, 1) for r in (2, 6, 7)], ["77.00", "600.00", "5.00"])

    def test_a_fetched_cell_is_adjusted_with_a_reason(self):
        b = self.browser
        self.sign_in("accountant")
        self.prepare("2023-09")
        b.press("Up")
        b.press("7")
        self.assertIn("权限", b.text(".statusbar"), "an accountant adjusts nothing")
        self.sign_in("countychief")
        self.sheet("2023-09")
        b.wait("document.querySelector('td.active')")
        b.press("Up")
        b.press("330260000.01", "Enter")
        b.wait("document.querySelector('dialog input[name=reason]')")
        b.type("dialog input[name=reason]", "尾差调整")
        self.confirm()
        b.press("Control", "s")
        self.said("已保存 1 格")
        b.wait("document.querySelector('td.k-override')")
        title = b.js("return document.querySelector('td.k-override').title")
        for part in ("尾差调整", "330260000.00", "countychief"):
            self.assertIn(part, title)
        b.click("td.k-override")
        b.wait("document.querySelector('.term.over')")
        self.assertIn("尾差调整", b.text(".term.over"))
        self.picture("override")

    def notes(self, period):
        self.open(f"reports?unit={COUNTY}&table=YN&package=nhsa-small&period={period}")
        self.browser.wait("document.querySelector('td.active')")

    def test_what_was_typed_survives_the_browser_and_others_see_who_types(self):
        self.home.run("report", "compute", "--unit", COUNTY, "--period", "2023-04", "--package", "nhsa-small", who="accountant", check=False)
        # Typed, not saved, and the browser dies.
        ours, self.browser = self.browser, browser.Browser()
        try:
            self.sign_in("accountant")
            self.notes("2023-04")
            self.browser.wait("document.querySelector('#lease').dataset.state === 'mine'")
            self.browser.press("门诊共济改革", "Enter")
            self.browser.click("td.cell[data-row='5'][data-col='1']")
            self.browser.press("Control", ";")
            self.browser.wait("document.querySelector('#draft').dataset.kept === '2'")
            today = self.cell(5, 1)
            self.assertRegex(today, r"^20\d\d-\d\d-\d\d$")
        finally:
            self.browser.close()
            self.browser = ours
        b = self.browser
        self.sign_in("accountant")
        self.notes("2023-04")
        b.wait("document.querySelector('#restore')")
        self.assertEqual(self.cell(1, 1), "")
        self.assertIn("恢复未保存的 2 格", b.text("#restore"))
        self.picture("restore")
        b.click("[data-draft=restore]")
        self.assertEqual([self.cell(1, 1), self.cell(5, 1)], ["门诊共济改革", today])
        b.press("Control", "s")
        self.said("已保存 2 格")
        b.wait("document.querySelector('td.active')")
        self.assertFalse(b.js("return Boolean(document.querySelector('#restore'))"))
        # A row below the one that is there, and taken out again.
        b.click("td.cell[data-row='5'][data-col='1']")
        self.word("插入")
        self.said("已插入表 YN 第 6 行")
        b.wait("document.querySelector(\"td.cell[data-row='6'][data-col='2']\")")
        b.click("td.cell[data-row='6'][data-col='2']")
        b.press("12.5", "Enter")
        b.press("Control", "s")
        self.said("已保存 1 格")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(self.cell(4, 2), "12.50")
        b.click("td.cell[data-row='5'][data-col='1']")
        self.word("删除")
        self.confirm()
        self.said("已删除表 YN 第 5 行")
        b.wait("document.querySelector('td.active')")
        self.assertEqual([self.cell(5, 1), self.cell(5, 2)], ["", "12.50"])
        # A column that is not looked at.
        self.word("栏")
        b.wait("document.querySelector('dialog #columns input')")
        b.click("dialog #columns input[value='1']")
        self.confirm()
        self.assertTrue(b.js("return document.querySelector(\"td.cell[data-row='5'][data-col='1']\").hidden"))
        self.assertEqual(self.cell(5, 2), "12.50")
        # Somebody else opens it and takes over.
        self.sign_in("countychief")
        self.notes("2023-04")
        b.wait("document.querySelector('#lease').dataset.state === 'other'")
        self.assertIn("accountant", b.text("#lease"))
        b.click("#take-lease")
        b.wait("document.querySelector('dialog input[name=reason]')")
        b.type("dialog input[name=reason]", "钱会计休假")
        self.confirm()
        b.wait("document.querySelector('#lease').dataset.state === 'mine'")
        self.assertIn("接自 accountant：钱会计休假", b.text("#lease"))

    def test_two_ministries_are_compared_and_what_nobody_explains_is_red(self):
        b = self.browser
        for package in ("nhsa-small", "mof-small"):
            self.home.run("report", "compute", "--unit", COUNTY, "--period", "2023-10", "--package", package, who="accountant", check=False)
        self.home.run("report", "save", "--unit", COUNTY, "--period", "2023-10", "--cells", "MB[2,1]=12.00", who="accountant")
        self.sign_in("accountant")
        self.open(f"compare?unit={COUNTY}&period=2023-10")
        self.picture("compare")
        self.assertEqual(b.texts("tr.unexplained .tag"), ["✖ 未解释"])
        self.assertIn("-12.00", b.text("tr.unexplained td:last-child"))
        self.assertIn("＝ 一致", b.text("tr[data-pair=S1]"))
        self.open(f"checks?unit={COUNTY}&period=2023-10")
        self.assertIn("Z01", b.text("#checks"))
        self.assertEqual(b.texts(".problem"), [])

    def test_who_only_looks_sees_no_button_that_writes(self):
        b = self.browser
        self.home.run("report", "compute", "--unit", COUNTY, "--period", "2023-11", "--package", "nhsa-small", who="accountant", check=False)
        self.sign_in("viewer1")
        self.sheet("2023-11")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(self.words(), ["刷新", "打印", "导出", "生成上报文件", "审核结果", "查询", "栏", "指标解释"])
        b.press("5")
        self.assertIn("只能查看", b.text(".statusbar"))
        b.click("[data-word='指标解释']")
        b.wait("document.querySelector('dialog[open] table')")
        self.assertIn("财政专户存款的月末余额", b.text("dialog[open]"))


if __name__ == "__main__":
    unittest.main()
