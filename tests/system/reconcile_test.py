# SPDX-License-Identifier: Apache-2.0
"""Bank reconciliation over HTTP: statements from files, matching by passes and by hand, the three 余额调节表 from computed to
frozen and on paper, and what each wrong step is answered."""
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import urllib.parse
from unittest import SkipTest

from home import BIN, EMPLOYEE, PASSWORD, SOURCE, Home

INCOME, FISCAL, SPENDING = "9900001002001", "9900001003001", "9900001004001"
HEAD = "日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n"
LONG = "支付示例市第一人民医院二〇二三年六月职工基本医疗保险统筹基金住院及门诊慢特病结算款"


class Person:
    """Somebody signed in, as the console does it."""

    def __init__(self, port, login):
        self.port, self.cookie, self.csrf = port, None, None
        status, headers, body = self.ask("POST", "/api/v1/session", {"login": login, "password": PASSWORD})
        assert status in (200, 201), body
        self.cookie, self.csrf = headers["set-cookie"].split(";")[0], json.loads(body)["csrfToken"]

    def ask(self, method, path, body=None, kind="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = kind
            body = json.dumps(body).encode() if kind == "application/json" else body.encode()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, data


class Reconciliation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([SOURCE / "tests/system/small.info"], pathlib.Path(tempfile.mkdtemp(prefix="mif-reconcile-")))
        cls.home.assemble()
        # One person may make and review: what keeps their hands off their own table is the flow, not the role.
        config = cls.home.path / "with-both"
        shutil.copytree(SOURCE / "config/demo-province", config)
        with open(config / "people.info", "a", encoding="utf-8") as people:
            people.write('person both1 {\n  name "双岗位"\n  unit 990000\n  role maker\n  role reviewer\n}\n')
        cls.home.run("init", "--from", config, "--templates", SOURCE / "templates")
        subprocess.run([BIN / "mifctl", "user", "password", "both1", "--password-stdin", "--quiet"], env=dict(os.environ, MIF_HOME=str(cls.home.path)),
                       input=PASSWORD + "\n", text=True, check=True, capture_output=True)
        info = cls.home.path / "mif.info"
        extra = "".join(f"    account {number} {{\n      book {EMPLOYEE}\n      ledger-account {number[6:10]}\n      kind {kind}\n    }}\n" for number, kind in ((INCOME, "income"), (FISCAL, "fiscal")))
        text = info.read_text(encoding="utf-8")
        mark = f"    account {SPENDING} {{"
        assert mark in text
        info.write_text(text.replace(mark, extra + mark, 1), encoding="utf-8")
        cls.server = subprocess.Popen([BIN / "mifd", f"--home={cls.home.path}", "--port=0"], stdout=subprocess.PIPE, text=True)
        port = int(cls.server.stdout.readline().split()[1].rstrip("/").rsplit(":", 1)[1])
        cls.people = {login: Person(port, login) for login in ("maker1", "reviewer1", "cashier1", "viewer1", "admin1", "both1")}

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait(30)
        cls.server.stdout.close()
        done = cls.home.run("verify", "--quiet", check=False)
        shutil.rmtree(cls.home.path, ignore_errors=True)
        assert done.returncode == 0, done.stdout

    # --- the ways to ask
    def raw(self, who, method, action, query=None, body=None, kind="application/json"):
        path = "/api/v1/x/treasury" + action + ("?" + urllib.parse.urlencode(query) if query else "")
        return self.people[who].ask(method, path, body, kind)

    def get(self, action, who="viewer1", **query):
        status, _, body = self.raw(who, "GET", action, query)
        self.assertEqual(status, 200, body.decode())
        return json.loads(body)

    def post(self, who, action, **body):
        status, _, answer = self.raw(who, "POST", action, body=body)
        self.assertEqual(status, 200, answer.decode())
        return json.loads(answer)

    def refused(self, status, says, who, method, action, query=None, body=None, kind="application/json"):
        got, headers, answer = self.raw(who, method, action, query, body, kind)
        self.assertEqual(got, status, answer.decode())
        self.assertEqual(headers["content-type"].split(";")[0], "application/problem+json")
        detail = json.loads(answer)["detail"]
        self.assertIn(says, detail)
        self.assertNotIn("\n", detail, "one sentence")

    def statement(self, account, lines, days="2023-06-01..2023-06-30", **more):
        """Lines as (day, amount, balance, reference, document, party, text)."""
        text = HEAD + "".join(f"{day},{amount},{balance},{ref},{document},{party},,{words}\n" for day, amount, balance, ref, document, party, words in lines)
        since, until = days.split("..")
        query = {"account": account, "map": "statement-signed", "from": since, "to": until, **more}
        status, _, body = self.raw("maker1", "POST", "/statements/file", query, text, "text/csv")
        self.assertEqual(status, 200, body.decode())
        return json.loads(body)

    def voucher(self, day, summary, *lines):
        made = self.home.items("voucher", "enter", "--book", EMPLOYEE, "--day", day, "--summary", summary, *lines, who="maker1")[0]["id"]
        self.home.run("voucher", "review", made, who="reviewer1")
        self.home.run("voucher", "sign", made, who="cashier1")
        return made

    def lines(self, account, **query):
        """Open lines by their amounts, as the sides show them."""
        return {(row["side"], row["amount"]): row["line"] for row in self.get("/reconcile/items", account=account, **query)["items"]}

    def paper(self, account, month="2023-06"):
        """The printed table as text without blanks, its PDF and its rendering."""
        status, headers, body = self.raw("viewer1", "GET", "/reconcile/print", {"account": account, "month": month})
        self.assertEqual((status, headers["content-type"], body[:5]), (200, "application/pdf", b"%PDF-"))
        if not shutil.which("pdftotext"):
            raise SkipTest("no pdftotext here")
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=body, capture_output=True, check=True).stdout.decode()
        return "".join(text.split())

    def closing_says(self):
        """What the month's closing checklist has against the bank accounts."""
        status, _, body = self.people["viewer1"].ask("GET", f"/api/v1/books/{EMPLOYEE}/closing?period=2023-06")
        self.assertEqual(status, 200, body.decode())
        return next(item["detail"] for item in json.loads(body)["items"] if item["id"] == "treasury/reconciled")

    # --- the three accounts, each to the end
    def test_fiscal_account_passes_daily_check_and_paper(self):
        made = self.voucher("2023-06-28", "上缴财政专户", f"D 1003 bank_account={FISCAL} 400000.00", "C 42010101 400000.00")
        self.voucher("2023-06-30", "财政专户拨支出户", "D 50010101 insutype=310;mode=1 100.00", f"C 1003 bank_account={FISCAL} 100.00")
        answer = self.statement(FISCAL, [("2023-06-29", "400000.00", "3186820517.36", "R1", "", "", "上缴财政专户"), ("2023-06-30", "-99.00", "3186820418.36", "R2", "", "", "拨款")])
        self.assertEqual((answer["exit"], answer["items"][0]["state"], answer["totals"]["new_lines"]), (0, "proved", 2))
        self.assertEqual(self.statement(FISCAL, [("2023-06-29", "400000.00", "3186820517.36", "R1", "", "", "上缴财政专户"), ("2023-06-30", "-99.00", "3186820418.36", "R2", "", "", "拨款")])["totals"]["new_lines"], 0)
        found = self.post("maker1", "/reconcile/run", account=FISCAL)
        self.assertEqual((found["totals"]["groups"], found["totals"]["P6-summary"], found["totals"]["open_lines"]), (1, 1, 2), "the summary of the voucher, its lines have none")
        self.assertIn("按摘要 1 组", found["summary"])
        self.assertEqual(self.post("maker1", "/reconcile/run", account=FISCAL)["totals"]["groups"], 0, "again it finds nothing")
        matched = self.get("/reconcile/items", account=FISCAL, state="matched")["items"]
        self.assertEqual({row["rule"] for row in matched}, {"P6-summary"})
        self.assertIn(f"book/{made}/1", {row["line"] for row in matched})
        table = self.get("/reconcile/table", account=FISCAL, month="2023-06")
        self.assertEqual((table["items"][-1]["title"], table["items"][-1]["state"]), ("财政专户存款余额调节表", "balanced"))
        days = self.get("/reconcile/daily", account=FISCAL, **{"from": "2023-06-27", "to": "2023-06-30"})
        self.assertEqual([(row["day"][-2:], row["state"]) for row in days["items"]], [("27", "equal"), ("28", "adjusted-equal"), ("29", "equal"), ("30", "adjusted-equal")])
        text = self.paper(FISCAL)
        for part in ("财政专户存款余额调节表（草稿，未经批准）", "核算单位：示例省", "示例省本级职工基本医疗保险基金", FISCAL, "2023年06月30日", "3,186,820,418.36", "减：银行已付企业未付", "制表：查阅文"):
            self.assertIn("".join(part.split()), text)

    def test_income_account_by_hand_many_to_many_and_back(self):
        first = self.voucher("2023-06-10", "六月保费甲", f"D 1002 bank_account={INCOME} 300.00", "C 40010101 mode=1 300.00")
        second = self.voucher("2023-06-11", "六月保费乙", f"D 1002 bank_account={INCOME} 200.00", "C 40010101 mode=1 200.00")
        self.statement(INCOME, [("2023-06-12", "150.00", "150.00", "R1", "", "", "税务局划入"), ("2023-06-13", "350.00", "500.00", "R2", "", "", "税务局划入二"), ("2023-06-21", "1.23", "501.23", "R3", "", "", "利息")])
        self.assertEqual(self.post("maker1", "/reconcile/run", account=INCOME)["totals"]["groups"], 0, "amounts alone match nothing")
        open_lines = self.lines(INCOME)
        group = [open_lines["bank", "150.00"], open_lines["bank", "350.00"], f"book/{first}/1", f"book/{second}/1"]
        match = lambda lines, who="maker1", **more: dict(who=who, method="POST", action="/reconcile/match", body={"account": INCOME, "lines": ",".join(lines), "reason": "同一批保费", **more})  # noqa: E731
        self.refused(422, "两边金额不等", **match(group[1:]))
        self.refused(422, "写了两次", **match(group + group[:1]))
        self.refused(422, "至少要两行", **match(group[:1]))
        self.refused(404, "没有 bank/999999 这一行", **match(["bank/999999"] + group))
        self.refused(422, "要给出 reason", **match(group, reason=""))
        self.refused(403, "bank.reconcile", **match(group, who="viewer1"))
        number = self.post("maker1", "/reconcile/match", account=INCOME, lines=",".join(group), reason="同一批保费")["totals"]["group"]
        self.refused(409, f"已在勾对 {number} 中", **match(group))
        members = [row for row in self.get("/reconcile/items", account=INCOME, state="matched")["items"] if row["group"] == number]
        self.assertEqual({(row["line"], row["rule"], row["made_by"], row["why"]) for row in members}, {(line, "manual", "maker1", "同一批保费") for line in group})
        unmatch = dict(who="maker1", method="POST", action="/reconcile/unmatch")
        self.refused(404, "没有有效的勾对", body={"account": INCOME, "group": number + 1000, "reason": "错"}, **unmatch)
        self.refused(422, "要给出 reason", body={"account": INCOME, "group": number}, **unmatch)
        self.refused(422, "group 应为整数", body={"account": INCOME, "group": "x", "reason": "错"}, **unmatch)
        self.post("maker1", "/reconcile/unmatch", account=INCOME, group=number, reason="对错了")
        self.refused(404, "没有有效的勾对", body={"account": INCOME, "group": number, "reason": "再来"}, **unmatch)
        undone = [row for row in self.get("/reconcile/items", account=INCOME, state="undone")["items"] if row["group"] == number]
        self.assertEqual({(row["undone_by"], row["undone_why"]) for row in undone}, {("maker1", "对错了")})
        number = self.post("maker1", "/reconcile/match", account=INCOME, lines=" ".join(group), reason="同一批保费")["totals"]["group"]
        # The interest is in the bank's statement alone: 银行已收企业未收.
        kinds = [(row["kind"], row["amount"], row["age"]) for row in self.get("/reconcile/items", account=INCOME, day="2023-06-30")["items"]]
        self.assertEqual(kinds, [("银行已收企业未收", "1.23", 9)])

        self.assertIn(f"{INCOME} 余额调节表未批准, 未勾对 1 笔, 净额 1.23", self.closing_says())
        month = {"account": INCOME, "month": "2023-06"}
        submit = dict(who="maker1", method="POST", action="/reconcile/submit")
        self.refused(409, "该月还没有结束", body={"account": INCOME, "month": "2024-01"}, **submit)
        self.refused(409, "缺 2023-07-01..2023-07-31 的对账单", body={"account": INCOME, "month": "2023-07"}, **submit)
        self.refused(422, "没有第 13 期", body={"account": INCOME, "month": "2023-13"}, **submit)
        self.refused(422, "不是会计期间", body={"account": INCOME, "month": "2023-6x"}, **submit)
        self.refused(404, "没有待批的", who="reviewer1", method="POST", action="/reconcile/approve", body=month)
        self.assertEqual(self.post("maker1", "/reconcile/submit", **month)["totals"]["revision"], 1)
        self.refused(409, "已送审", body=month, **submit)
        self.refused(403, "voucher.review", who="maker1", method="POST", action="/reconcile/approve", body=month)
        self.assertEqual(self.post("reviewer1", "/reconcile/approve", **month, reject="yes", comment="利息先入账")["items"][0]["state"], "rejected")
        self.assertEqual(self.post("both1", "/reconcile/submit", **month)["totals"]["revision"], 2)
        self.refused(403, "不能审批自己的", who="both1", method="POST", action="/reconcile/approve", body=month)
        self.assertEqual(self.post("reviewer1", "/reconcile/approve", **month)["items"][0]["state"], "approved")

        self.assertNotIn(INCOME, self.closing_says())
        # Frozen: nothing of the month moves, by hand, by file or by pass.
        self.refused(409, "已批准冻结", body={"account": INCOME, "group": number, "reason": "再改"}, **unmatch)
        self.refused(409, "已批准冻结", body=month, **submit)
        longer = [("2023-06-12", "150.00", "150.00", "R1", "", "", "税务局划入"), ("2023-06-13", "350.00", "500.00", "R2", "", "", "税务局划入二"), ("2023-06-21", "1.23", "501.23", "R3", "", "", "利息"),
                  ("2023-06-30", "5.00", "506.23", "R4", "", "", "补记")]
        late = self.statement(INCOME, longer)
        self.assertEqual((late["exit"], late["items"][0]["state"]), (3, "quarantined"))
        self.assertIn("已冻结", late["items"][0]["reason"])
        shown = self.get("/reconcile/tables", account=INCOME, month="2023-06", revision="2")
        self.assertEqual([(row["state"], row["decided_by"], row["bank_balance"], row["book_balance"]) for row in shown["items"]], [("approved", "reviewer1", "501.23", "500.00")])
        frozen = json.loads(shown["evidence"][f"{INCOME} 2023-06 #2"])
        self.assertEqual((frozen["adjusted_bank"], frozen["adjusted_book"], frozen["maker"]), ("501.23", "501.23", "both1"))
        text = self.paper(INCOME)
        for part in ("银行收入户存款余额调节表", "加：银行已收企业未收", "R3 利息", "501.23", "制表：双岗位", "复核：傅复核", "第 2 版", "冻结件 " + shown["items"][0]["artefact"][:16]):
            self.assertIn("".join(part.split()), text)
        self.assertNotIn("草稿", text)
        for kind, head in (("xlsx", b"PK"), ("csv", "\ufeff银行对账单".encode())):
            status, headers, body = self.raw("viewer1", "GET", "/reconcile/print", dict(month, format=kind))
            self.assertEqual((status, body[:len(head)]), (200, head))
        self.refused(422, "doc", who="viewer1", method="GET", action="/reconcile/print", query=dict(month, format="doc"))
        self.refused(403, "voucher.review", who="maker1", method="POST", action="/reconcile/reopen", body=dict(month, reason="改"))
        self.refused(422, "要给出 reason", who="reviewer1", method="POST", action="/reconcile/reopen", body=month)
        self.assertEqual(self.post("reviewer1", "/reconcile/reopen", **month, reason="补记利息")["items"][0]["state"], "reopened")
        self.refused(404, "没有已批准的", who="reviewer1", method="POST", action="/reconcile/reopen", body=dict(month, reason="再开"))
        self.post("maker1", "/reconcile/unmatch", account=INCOME, group=number, reason="打开之后可以改")
        self.post("maker1", "/reconcile/match", account=INCOME, lines=",".join(group), reason="同一批保费")
        self.refused(409, "已隔离", body=month, **submit)
        self.assertEqual(self.statement(INCOME, longer)["items"][0]["state"], "proved", "in an open month the longer statement is right")
        self.assertEqual(self.post("maker1", "/reconcile/submit", **month)["totals"]["revision"], 3)
        self.assertEqual(self.post("reviewer1", "/reconcile/approve", **month)["items"][0]["bank_balance"], "506.23")

    def test_spending_account_suggestions_opening_items_and_what_changed(self):
        self.voucher("2023-06-20", LONG, "D 50010101 insutype=310;mode=1 77.00", f"C 1004 bank_account={SPENDING} 77.00")
        self.statement(SPENDING, [("2023-06-21", "-77.00", "44999928.00", "R1", "", "", "转账支出")], opening="45000005.00")
        hints = self.get("/reconcile/suggestions", account=SPENDING)["items"]
        self.assertEqual([(row["rule"], row["amount"]) for row in hints], [("S1-amount-day", "-77.00")])
        month = {"account": SPENDING, "month": "2023-06"}
        self.refused(409, "调节后不平，差 5.00", who="maker1", method="POST", action="/reconcile/submit", body=month)
        opening = dict(who="maker1", method="POST", action="/reconcile/opening")
        item = {"account": SPENDING, "side": "bank", "day": "2023-05-30", "amount": "5.00", "text": "五月利息未入账", "reference": "R0"}
        self.refused(422, "side 应为", body=dict(item, side="left"), **opening)
        self.refused(422, "日期要早于启用日", body=dict(item, day="2023-06-02"), **opening)
        self.refused(422, "金额为零", body=dict(item, amount="0"), **opening)
        self.refused(422, "要给出 text", body=dict(item, text=""), **opening)
        number = self.post("maker1", "/reconcile/opening", **item)["totals"]["item"]
        self.refused(404, "没有待批的期初未达账项", who="reviewer1", method="POST", action="/reconcile/approve", body={"item": str(number + 50)})
        self.assertEqual(self.post("reviewer1", "/reconcile/approve", item=number)["items"][0]["state"], "approved")
        self.assertEqual(self.post("maker1", "/reconcile/match", account=SPENDING, lines=hints[0]["lines"], reason="按回单认定")["totals"]["group"] > 0, True)
        text = self.paper(SPENDING)
        self.assertIn("银行支出户存款余额调节表（草稿", text)
        self.assertIn("R0五月利息未入账", text)
        self.post("maker1", "/reconcile/submit", **month)
        self.voucher("2023-06-22", LONG, "D 50010101 insutype=310;mode=1 8.00", f"C 1004 bank_account={SPENDING} 8.00")
        self.refused(409, "送审之后", who="reviewer1", method="POST", action="/reconcile/approve", body=month)
        self.post("reviewer1", "/reconcile/approve", **month, reject="yes")
        self.post("maker1", "/reconcile/submit", **month)
        self.post("reviewer1", "/reconcile/approve", **month)
        text = self.paper(SPENDING)
        self.assertIn(LONG, text, "a long summary is on the paper whole")
        # The same through the command line, into a file.
        out = self.home.path / "table.pdf"
        row = self.home.items("reconcile", "print", "--account", SPENDING, "--month", "2023-06", "--out", out, who="viewer1")[0]
        self.assertEqual((row["state"], int(row["bytes"])), ("approved", out.stat().st_size))
        refused = self.home.run("reconcile", "print", "--account", SPENDING, "--month", "2023-06", "--out", self.home.path / "no/table.pdf", who="viewer1", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("写不了文件", refused.stderr)

    def test_who_and_what_is_not_known(self):
        everything = [("GET", "/reconcile/" + name) for name in ("items", "suggestions", "daily", "table", "tables", "print")]
        for method, action in everything:
            self.refused(404, "没有这个账套或账号", who="viewer1", method=method, action=action, query={"account": "1", "month": "2023-06"})
            self.refused(403, "", who="admin1", method=method, action=action, query={"account": INCOME, "month": "2023-06"})
        for action in ("run", "match", "unmatch", "opening", "submit", "approve", "reopen"):
            body = {"account": "1", "month": "2023-06", "lines": "bank/1,book/1/1", "group": "1", "reason": "x", "side": "bank", "text": "x", "day": "2023-05-01", "amount": "1"}
            who = "reviewer1" if action in ("approve", "reopen") else "maker1"
            self.refused(404, "没有这个账套或账号", who=who, method="POST", action="/reconcile/" + action, body=body)
            self.refused(403, "", who="viewer1", method="POST", action="/reconcile/" + action, body=body)
            self.refused(422, "JSON", who=who, method="POST", action="/reconcile/" + action, body=["x"])
        upload = dict(who="maker1", method="POST", action="/statements/file", body=HEAD, kind="text/csv")
        self.refused(404, "没有这个账套或账号", query={"account": "1", "map": "statement-signed"}, **upload)
        self.refused(422, "要给出 account", query={"map": "statement-signed"}, **upload)
        self.refused(422, "列映射", query={"account": INCOME, "map": "../mif"}, **upload)
        self.refused(404, "nothing.info", query={"account": INCOME, "map": "nothing"}, **upload)
        self.refused(422, "没有流水", query={"account": INCOME, "map": "statement-signed"}, **upload)
        self.refused(422, "state 应为", who="viewer1", method="GET", action="/reconcile/items", query={"account": INCOME, "state": "half"})
        self.refused(422, "起止日期颠倒", who="viewer1", method="GET", action="/reconcile/daily", query={"account": INCOME, "from": "2023-06-30", "to": "2023-06-01"})
        self.refused(422, "要给出 account", who="viewer1", method="GET", action="/reconcile/table", query={"month": "2023-06"})
        status, _, _ = self.raw("viewer1", "GET", "/reconcile/none")
        self.assertEqual(status, 404)
        status, _, _ = self.raw("viewer1", "POST", "/reconcile/table", body={})
        self.assertEqual(status, 405)


if __name__ == "__main__":
    unittest.main()
