# SPDX-License-Identifier: Apache-2.0
"""A province, a city that keeps no books and a county that does, with a small report of each ministry, for the reporting pages."""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

from home import BIN, BUILD, PASSWORD, SOURCE, Home  # noqa: E402

COUNTY, CITY, PROVINCE = "990101", "990100", "990000"
PEOPLE = """
person accountant { name "钱会计" unit 990101 role maker }
person countychief { name "孙主管" unit 990101 role chief }
person citychief { name "李主管" unit 990100 role chief }
"""
MEDICAL = {
    "package.info": 'package { code "nhsa-small" title "居民基金月报" valid { from 2023-01 } }\ntables { YA "表" YB "表" YN "附注" }\n',
    "YA.info": """table { code YA title "城乡居民基本医疗保险基金月报表（小）" scheme 390 unit 元 note "参保人数和支出由人工填报。" }
rows { 1 "财政专户余额" 2 "参保人数" 3 "本月支出" 4 "人均支出" 5 "余额可用月数" 6 "其中：门诊" 7 "其中：住院" }
cols { 1 { name "本月数" } 2 { name "上月数" } }
blocked { x "[4,2]" x "[5,2]" }
formulas {
  f { at "[1,1]" expr "期末('1003')" note "财政专户存款的月末余额" }
  f { at "[1,2]" expr "期初('1003')" }
  f { at "[3,1]" expr "[6,1]+[7,1]" }
  f { at "[3,2]" expr "[6,2]+[7,2]" }
  f { at "[4,1]" expr "四舍五入([3,1]/[2,1],2)" }
  f { at "[5,1]" expr "四舍五入([1,1]/[3,1],2)" }
}
inputs { i { at "[2,1:2]" } i { at "[6:7,1:2]" } }
checks {
  c { id "Z01" level error expr "[2,1] > 0" msg "参保人数要填" }
  c { id "Z02" level warn expr "[4,1] < 1000" msg "人均支出偏高" }
}
""",
    "YB.info": """table { code YB title "月报附表" scheme 390 unit 万元 }
rows { 1 "财政专户余额" 2 "调整" }
cols { 1 "本月数" }
formulas { f { at "[1,1]" expr "YA[1,1]" } }
inputs { i { at "[2,1]" } }
checks { c { id "Z11" level error expr "[1,1] = YA[1,1]" tolerance 10000 msg "两表余额相等" } }
"""}
MEDICAL["YN.info"] = """table { code YN title "附注说明" scheme 390 unit 元 }
rows { 1 "政策变化" 4 "明细合计" }
cols { 1 "内容" 2 "金额" }
variable { v { from 5 to 20 name "明细" } }
blocked { x "[1,2]" x "[4,1]" }
formulas { f { at "[4,2]" expr "合计([5:20,2])" } }
inputs { i { at "[1,1]" kind text } i { at "[5:20,1]" kind text most 50 } i { at "[5:20,2]" } }
"""
FINANCE = {
    "package.info": 'package { code "mof-small" title "居民基金月报（财政）" valid { from 2023-01 } }\ntables { MB "表" }\n',
    "MB.info": """table { code MB title "居民基金收支" scheme 390 unit 元 }
rows { 1 "专户余额" 2 "支出" }
cols { 1 "本月数" }
formulas { f { at "[1,1]" expr "期末('1003')" } }
inputs { i { at "[2,1]" } }
"""}
# Of whole units, with nothing from a ledger: a unit may have a report of its own beside the sum.
STAFF = {
    "package.info": 'package { code "staff" title "经办人员情况" valid { from 2023-01 } }\ntables { LA "表" }\n',
    "LA.info": """table { code LA title "经办机构人员情况表" unit 元 }
rows { 1 "人员经费" 2 "公用经费" 3 "合计" }
cols { 1 "本月数" }
formulas { f { at "[3,1]" expr "[1,1]+[2,1]" } }
inputs { i { at "[1:2,1]" } }
"""}
BRIDGE = """bridge { code "small" title "两部门" }
pair { id "S1" scheme 390 concept "专户余额" a "YA[1,1]" b "MB[1,1]" }
pair { id "S2" scheme 390 concept "支出" a "YA[3,1]" b "MB[2,1]" }
"""


class ReportHome(Home):
    def __init__(self):
        super().__init__([])

    def copied(self, folder):
        """The same home somewhere else, as it stands now: another installation that knows the same reports."""
        other = ReportHome()
        shutil.rmtree(other.path)
        shutil.copytree(self.path, folder)
        other.path = pathlib.Path(folder)
        return other

    def assemble(self):
        made = self.path / "made"
        shutil.copytree(SOURCE / "config/demo-province", made / "config")
        with open(made / "config/people.info", "a", encoding="utf-8") as people:
            people.write(PEOPLE)
        shutil.copytree(SOURCE / "templates", made / "templates")
        for folder, files in (("nhsa/flash-2019", MEDICAL), ("mof/2024-budget", FINANCE)):
            shutil.rmtree(made / "templates/report" / folder)
            (made / "templates/report" / folder).mkdir()
            for name, text in files.items():
                (made / "templates/report" / folder / name).write_text(text, encoding="utf-8")
        (made / "templates/report/local/staff").mkdir(parents=True)
        for name, text in STAFF.items():
            (made / "templates/report/local/staff" / name).write_text(text, encoding="utf-8")
        (made / "templates/report/bridge/small.info").write_text(BRIDGE, encoding="utf-8")
        self.run("init", "--from", made / "config", "--templates", made / "templates")
        for login in ("accountant", "countychief", "citychief", "chief1", "viewer1"):
            subprocess.run([BIN / "mifctl", "user", "password", login, "--password-stdin", "--quiet"], env=dict(os.environ, MIF_HOME=str(self.path)), input=PASSWORD + "\n", text=True,
                           check=True, capture_output=True)
        (self.path / "trust/vendors").mkdir(parents=True, exist_ok=True)
        self.run("plugin", "keygen", "--out", self.path / "keys/demo-vendor")
        shutil.copy(self.path / "keys/demo-vendor.pem", self.path / "trust/vendors/demo-vendor.pem")
        bundles = []
        for name in ("reporting", "report-nhsa", "report-mof", "console"):
            bundles.append(self.path / "bundles" / f"{name}.plugin")
            shutil.copytree(BUILD / "plugins" / f"{name}.plugin", bundles[-1])
        self.run("plugin", "seal", "--key", self.path / "keys/demo-vendor.key.pem", "--key-id", "demo-vendor", *bundles)
        self.run("plugin", "install", *bundles)
        return self
