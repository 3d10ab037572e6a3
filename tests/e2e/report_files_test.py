# SPDX-License-Identifier: Apache-2.0
"""Files that come and go in the browser - forms, kits, packages, reports filed for others - and the ways to look at a table."""
import os
import tempfile
import unittest
import zipfile

from report_home import CITY, COUNTY, PROVINCE
from report_pages import ReportPages


def edited(path, changes, to):
    """The workbook with other numbers in it."""
    done = set()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            for was, now in changes.items():
                if was.encode() in text:
                    done.add(was)
                    text = text.replace(was.encode(), now.encode())
            new.writestr(part.filename, text)
    assert done == set(changes), (changes, done)
    return to


class ReportFiles(ReportPages):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def saved(self, period, cells, unit=COUNTY, who="accountant"):
        self.home.run("report", "save", "--unit", unit, "--period", period, "--cells", cells, who=who)

    def asks(self, package, period, units=""):
        return self.home.items("report", "assign", "--unit", PROVINCE, "--package", package, "--period", period, "--deadline", "2030-12-31", *(("--units", units) if units else ()),
                               who="chief1")[0]["assignment"]

    def choose(self, path):
        """A file for the dialog that is open."""
        self.browser.wait("document.querySelector('dialog[open] input[type=file]')")
        self.browser.type("dialog[open] input[type=file]", path)
        self.browser.click("dialog[open] button[type=submit]")

    def test_a_form_is_imported_after_its_differences_were_seen(self):
        b = self.browser
        self.saved("2023-01", "YA[2,1]=4321.00;YA[6,1]=8000.00;YA[7,1]=12000.00")
        self.home.run("report", "export", "--unit", COUNTY, "--package", "nhsa-small", "--period", "2023-01", "--format", "xlsx", "--out", self.path("月报.xlsx"), who="accountant")
        # Three cells typed otherwise, and one that nobody may type.
        filled = edited(self.path("月报.xlsx"), {"<v>4321</v>": "<v>4567</v>", "<v>8000</v>": "<v>8888.88</v>", "<v>330260000</v>": "<v>330260001</v>"}, self.path("填好.xlsx"))
        self.sign_in("accountant")
        self.sheet("2023-01")
        b.wait("document.querySelector('td.active')")
        self.word("导入")
        self.choose(self.path("月报.xlsx"))
        b.wait("document.querySelector('#preview-summary')")
        self.assertIn("没有不同", b.text("dialog[open]"), "what was exported comes back as it is")
        b.click("dialog[open] button[name=cancel]")
        self.word("导入")
        self.choose(filled)
        b.wait("document.querySelector('#differences tbody tr[data-cell]')")
        shown = dict(zip(b.js("return [...document.querySelectorAll('#differences tbody tr')].map((r) => r.dataset.cell)"), b.js("return [...document.querySelectorAll('#differences tbody tr')].map((r) => r.dataset.state)")))
        self.assertEqual(shown["YA[2,1]"], "preview")
        self.assertEqual(shown["YA[6,1]"], "preview")
        self.assertEqual(shown["YA[1,1]"], "differs")
        self.assertNotIn("YA[7,1]", shown)
        self.assertIn("2 格不同", b.text("#preview-summary"))
        self.picture("import-preview")
        b.js("const s = document.querySelector('dialog select[name=state]'); s.value = 'differs'; s.dispatchEvent(new Event('change'))")
        self.assertTrue(all("以系统的数为准" in t for t in b.texts("#differences tbody tr")))
        b.js("const s = document.querySelector('dialog select[name=state]'); s.value = ''; s.dispatchEvent(new Event('change'))")
        b.type("dialog input[name=search]", "8,888.88")
        self.assertEqual(b.js("return [...document.querySelectorAll('#differences tbody tr')].map((r) => r.dataset.cell)"), ["YA[6,1]"])
        self.confirm()
        self.said("导入 1/1 个单位")
        b.wait("document.querySelector('td.active')")
        self.assertEqual([self.cell(r, 1) for r in (1, 2, 6, 7)], ["330,260,000.00", "4,567.00", "8,888.88", "12,000.00"])
        # The form of another month is refused with its place, and nothing is applied.
        self.home.run("report", "compute", "--unit", COUNTY, "--period", "2023-02", "--package", "nhsa-small", who="accountant", check=False)
        self.sheet("2023-02")
        self.word("导入")
        self.choose(filled)
        b.wait("document.querySelector('dialog[open] .problem')")
        told = b.text("dialog[open] .problem")
        self.assertIn("文件 填好.xlsx 的工作表 YA 的 ", told)
        self.assertIn("写的是 2023-01，要导入的是 2023-02", told)
        self.picture("import-refused")

    def test_a_kit_is_downloaded_and_a_package_received(self):
        b = self.browser
        period = "2023-03"
        assignment = self.asks("nhsa-small", period)
        other = self.home.copied(self.path("other"))
        # Elsewhere the county fills in and submits.
        other.run("report", "save", "--unit", COUNTY, "--period", period, "--cells", "YA[2,1]=500.00;YA[6,1]=700.00", who="accountant")
        other.run("report", "compute", "--unit", COUNTY, "--period", period, "--package", "mof-small", who="accountant", check=False)
        other.run("report", "save", "--unit", COUNTY, "--period", period, "--cells", "MB[2,1]=700.00", who="accountant")
        other.run("report", "submit", "--assignment", assignment, "--unit", COUNTY, who="accountant")
        other.run("report", "package", "--unit", COUNTY, "--period", period, "--package", "nhsa-small", "--out", self.folder.name, who="accountant")
        [package] = [f for f in os.listdir(self.folder.name) if f.endswith("_r1.zip")]
        self.sign_in("chief1")
        self.open(f"status?assignment={assignment}")
        self.word("离线填报包")
        b.wait("document.querySelector('dialog[open]')")
        self.assertIn("请先在左边选择单位", b.text("dialog[open]"))
        b.click("dialog[open] button[name=cancel]")
        b.click(f"#status tr[data-unit='{COUNTY}'] input")
        self.word("离线填报包")
        name, content = b.downloaded("_填报.zip")
        self.said("已下载 1 个离线填报包")
        self.assertIn("nhsa-small_2023-03", name)
        with open(self.path("kit.zip"), "wb") as file:
            file.write(content)
        with zipfile.ZipFile(self.path("kit.zip")) as kit:
            self.assertIn("attach/assignment.json", kit.namelist())
        self.word("接收数据包")
        self.choose(os.path.join(self.folder.name, package))
        b.wait("document.querySelector('#arrivals tbody tr')")
        self.assertEqual(b.js("const r = document.querySelector('#arrivals tbody tr'); return [r.dataset.unit, r.dataset.state]"), [COUNTY, "preview"])
        self.assertIn("YA[2,1]", b.text("#differences"))
        self.picture("receive")
        self.confirm()
        self.said("接收 1/1 个单位的数据包")
        self.assertEqual(b.js(f"return document.querySelector(\"#status tr[data-unit='{COUNTY}']\").dataset.state"), "submitted")
        self.open(f"reports?unit={COUNTY}&table=YA&package=nhsa-small&period={period}&revision=1")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(self.cell(2, 1), "500.00")
        # What is no package at all is one sentence.
        self.open(f"status?assignment={assignment}")
        with open(self.path("x.zip"), "wb") as file:
            file.write(b"PK nothing")
        self.word("接收数据包")
        self.choose(self.path("x.zip"))
        b.wait("document.querySelector('dialog[open] .problem')")

    def test_a_unit_without_a_book_is_filed_for(self):
        b = self.browser
        period = "2023-04"
        assignment = self.asks("nhsa-small", period, CITY)
        self.sign_in("chief1")
        self.open(f"reports?unit={CITY}&period={period}")
        self.assertEqual(b.js("return [...document.querySelectorAll('section.card')].map((c) => c.dataset.package)"), ["nhsa-small"], "what it is asked for, and no more")
        self.open(f"status?assignment={assignment}")
        b.click(f"#status tr[data-unit='{CITY}'] input")
        with open(self.path("市.csv"), "w", encoding="utf-8") as file:
            file.write("表号,行号,栏号,金额\nYA,1,1,100.00\nYA,2,1,4\nYA,6,1,9000\nYA,7,1,1\nYB,1,1,100.00\n")
        self.word("代报")
        self.choose(self.path("市.csv"))
        b.wait("document.querySelector('#preview-summary')")
        self.assertIn("Z02", b.text("#differences"), "a failed check wants words")
        self.assertEqual(b.js("return [...document.querySelectorAll('dialog[open] button[type=submit]')].map((x) => x.textContent)"), [], "there is nothing to confirm")
        b.click("dialog[open] button[name=cancel]")
        self.word("代报")
        b.wait("document.querySelector('dialog[open] textarea[name=words]')")
        b.type("dialog[open] textarea[name=words]", "集中结算")
        self.choose(self.path("市.csv"))
        b.wait("document.querySelector('#differences tbody tr[data-cell]')")
        self.assertIn("将为第 1 版", b.text("#preview-summary"))
        self.picture("submit-for")
        self.confirm()
        self.said("已上报第 1 版")
        self.assertEqual(b.js(f"return document.querySelector(\"#status tr[data-unit='{CITY}']\").dataset.state"), "submitted")
        self.open(f"reports?unit={CITY}&table=YA&package=nhsa-small&period={period}&revision=1")
        b.wait("document.querySelector('td.active')")
        self.assertEqual([self.cell(r, 1) for r in (2, 3)], ["4.00", "9,001.00"])

    def test_what_is_submitted_is_what_is_looked_at(self):
        b = self.browser
        period = "2023-07"
        assignment = self.asks("staff", period, f"{PROVINCE},{CITY},{COUNTY}")
        self.saved(period, "LA[1,1]=5.00")
        self.home.run("report", "submit", "--assignment", assignment, "--unit", COUNTY, who="accountant")
        self.home.run("report", "sum", "--package", "staff", "--unit", CITY, "--period", period, who="citychief", check=False)
        self.home.run("report", "submit", "--assignment", assignment, "--unit", CITY, "--layer", "sum", who="citychief")
        self.saved(period, "LA[1,1]=9.00", unit=PROVINCE, who="chief1")
        self.home.run("report", "sum", "--package", "staff", "--unit", PROVINCE, "--period", period, who="chief1", check=False)
        self.sign_in("chief1")
        self.open(f"reports?unit={PROVINCE}&table=LA&package=staff&period={period}&layer=sum")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(self.cell(1, 1), "14.00")
        # Both are there; the server alone would take the sum.
        self.open(f"reports?unit={PROVINCE}&table=LA&package=staff&period={period}")
        b.wait("document.querySelector('td.active')")
        self.assertEqual(self.cell(1, 1), "9.00")
        self.word("上报")
        self.confirm()
        self.said("已上报第 1 版")
        [sent] = [s for s in self.home.items("report", "submissions", "--unit", PROVINCE, who="chief1") if s["package"] == "staff"]
        self.assertEqual(sent["layer"], "own")

    def test_a_table_is_searched_enlarged_and_compared_with_last_year(self):
        b = self.browser
        for period, people in (("2023-01", "10"), ("2024-01", "15")):
            self.saved(period, f"YA[2,1]={people}.00")
        self.sign_in("accountant")
        self.sheet("2024-01")
        b.wait("document.querySelector('td.active')")
        b.errors()
        self.assertEqual(b.texts(".swatches td")[:3], ["取数", "计算", "填报"])
        b.type("#find", "其中：住院")
        self.assertEqual(b.text("#found"), "1 处，按 Enter 逐个看")
        b.press("Enter")
        self.assertEqual((self.at(), b.text("#found")), (["7", "1"], "1 / 1"))
        b.js("const i = document.querySelector('#find'); i.value = '15.00'; i.dispatchEvent(new Event('input'))")
        b.press("Enter")
        self.assertEqual(self.at(), ["2", "1"])
        self.assertEqual(b.js("return document.querySelectorAll('td[data-found]').length"), 1)
        for zoom in ("150", "80"):
            b.js("const s = document.querySelector('#zoom'); s.value = arguments[0]; s.dispatchEvent(new Event('change'))", zoom)
            b.click("td.cell[data-row='6'][data-col='2']")
            apart = b.js("const a = document.querySelector('#cell-input').getBoundingClientRect(), c = document.querySelector('td.active').getBoundingClientRect();"
                         "return Math.max(Math.abs(a.left - c.left), Math.abs(a.top - c.top), Math.abs(a.width - c.width), Math.abs(a.height - c.height))")
            self.assertLess(apart, 3, f"the field lies over its cell at {zoom} %")
            self.picture("zoom-" + zoom)
        b.js("const s = document.querySelector('#zoom'); s.value = '100'; s.dispatchEvent(new Event('change'))")
        b.context_click("td.cell[data-row='1'][data-col='1']")
        b.wait("!document.querySelector('.cellmenu').hidden")
        self.assertEqual(b.texts(".cellmenu button"), ["反查与变动历史", "公式与解释", "批注"])
        self.assertEqual(self.at(), ["1", "1"])
        self.picture("menu")
        b.click("[data-item='公式与解释']")
        b.wait("document.querySelector('dialog[open] .formula')")
        self.assertIn("期末('1003')", b.text("dialog[open]"))
        self.assertIn("财政专户存款的月末余额", b.text("dialog[open]"))
        b.click("dialog[open] button[name=cancel]")
        b.context_click("td.cell[data-row='1'][data-col='1']")
        b.click("[data-item='反查与变动历史']")
        b.wait("!document.querySelector('#drill').hidden && document.querySelector('#drill-amount')")
        b.press("Escape")
        self.word("上年同期")
        b.wait("document.querySelector('#lastyear tr[data-row=\"2\"]')")
        self.assertEqual(b.texts("#lastyear tr[data-row='2'] td")[2:], ["15.00", "10.00", "5.00", "50.00%"])
        self.picture("lastyear")
        self.assertEqual(b.errors(), [])
        self.sheet("2023-01")
        b.wait("document.querySelector('td.active')")
        self.word("上年同期")
        b.wait("document.querySelector('#lastyear .note')")
        self.assertIn("2022-01 没有与 YA 对应的表", b.text("#lastyear"))

    def test_growth_and_forecast_are_exact(self):
        self.sign_in("viewer1")
        self.assertEqual(self.asked("report_lastyear.js", "[m.growth('3.00', '4.00'), m.growth('-4.00', '-6.00'), m.growth('0.00', '5.00'), m.growth('', '5.00'), m.growth('90071992547409.93', '90071992547409.94')]"),
                         ["33.33%", "-50.00%", "", "", "0.00%"])
        self.assertEqual(self.asked("report_lastyear.js", "[m.lastYear('2024-02'), m.lastYear('2023-13')]"), ["2023-02", "2022-13"])
        self.assertEqual(self.asked("page_budget.js", "[m.forecast('1,200', 6), m.forecast('-100.00', 7), m.forecast('0.05', 12), m.forecast('', 3), m.forecast('90,071,992,547,409.93', 1)]"),
                         ["2,400", "-171.43", "0.05", "", "1,080,863,910,568,919.16"])
        self.assertEqual(self.asked("page_budget.js", "[m.share('2,400', '2,000'), m.share('2,400', ''), m.share('5', '0')]"), [12000, None, None])


if __name__ == "__main__":
    unittest.main()
