# SPDX-License-Identifier: Apache-2.0
"""One book in every format: each file is read here by other means, and each gives the trial balance of mifctl to the fen."""
import collections
import csv
import decimal
import io
import os
import pathlib
import random
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as xml
import zipfile

from home import BIN, EMPLOYEE, PASSWORD, SOURCE, Home

SCHEMA = SOURCE.parent / "shared/data/archive/saft_norway/Norwegian_SAF-T_Financial_Schema_v_1.10.xsd"
NS = {"s": "urn:StandardAuditFile-Taxation-Financial:NO"}
PERIOD = "2023-07"
COLUMNS = ["账套", "日期", "凭证字", "凭证号", "凭证摘要", "摘要", "科目", "辅助核算", "借方", "贷方", "附件数", "更正", "制单", "审核", "第几张", "共几张", "出纳", "电子附件"]
FORMATS = ["hledger", "ledger", "beancount", "gbt24589-text", "gbt24589-xml", "saft", "vouchers-csv", "vouchers-xlsx"]
PIECES = ["拨付医院", "，", ",", "\"", "'", "=1+1", "-", "@", "+", "\n", "𠮷", "㐂", " ", "&<>", "é", "住院", "\t", ";", "|"]


def fen(text):
    text = (text or "").replace(",", "").strip() or "0"
    sign = -1 if text.startswith("-") else 1
    yuan, _, cents = text.lstrip("+-").partition(".")
    return sign * (int(yuan or 0) * 100 + int((cents + "00")[:2]))


def plain(value):
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"


def vouchers(seed, count):
    """Random vouchers of two months: any text, red amounts, several lines, corrections, fraction numbers in any order."""
    chance = random.Random(seed)
    rows, names = [], {}
    for number in range(1, count + 1):
        month = 6 if number <= count // 2 else 7
        word = "记"  # the other words ask for money on one side
        text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 12)))
        key = f"K{number}"
        count = chance.randint(2, 4) if number % 7 == 0 else 1
        corrects = names[number - 1] if number % 9 == 0 else ""
        names[number] = key if count == 1 else f"{key} {count}/{count}"
        for at in chance.sample(range(1, count + 1), count):
            sign = -1 if chance.random() < 0.15 else 1
            amounts = [sign * chance.randint(1, 10 ** chance.randint(2, 12)) for _ in range(chance.randint(1, 4))]
            head = [EMPLOYEE, f"2023-{month:02d}-{chance.randint(1, 28):02d}", word, key, text]
            tail = [str(chance.randint(0, 5)), corrects, chance.choice(["maker1", "former"]), chance.choice(["reviewer1", "chief1"])]
            tail += [str(at), str(count)] if count > 1 else ["", ""]
            tail += [chance.choice(["", "cashier9"]), ""]
            for amount in amounts:
                account, aux = chance.choice([("50010101", "mode=1"), ("50010101", "mode=2"), ("2101", "counterparty=H37010100001")])
                rows.append(head + [chance.choice(["", "行, \"摘要\""]), account, aux, plain(amount), ""] + tail)
            rows.append(head + ["", "1003", "bank_account=9900001003001", "", plain(sum(amounts))] + tail)
    return rows


def number_of_vouchers(rows):
    return len({(row[3], row[14]) for row in rows})


def write_csv(path, rows, encoding="utf-8-sig"):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(["'" + cell if re.match(r"'*[=+\-@\t\r]", cell) and not re.fullmatch(r"-?\d+\.\d\d", cell) else cell for cell in row])
    path.write_bytes(out.getvalue().encode(encoding))


def new_home():
    home = Home([])
    home.run("init", "--from", SOURCE / "config/demo-province", "--templates", SOURCE / "templates")
    for login in ("maker1", "reviewer1", "chief1", "viewer1"):
        subprocess.run([BIN / "mifctl", "user", "password", login, "--password-stdin", "--quiet"], env=dict(os.environ, MIF_HOME=str(home.path)), input=PASSWORD + "\n", text=True, check=True,
                       capture_output=True)
    return home


def history(home, path, mode="--apply", check=True, who="chief1"):
    return home.items("import", "vouchers", "--file", path, mode, "--posted", who=who, check=check)


class Interchange(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = new_home()
        cls.rows = vouchers(20230630, 120)
        path = cls.home.path / "history.csv"
        write_csv(path, cls.rows)
        items = history(cls.home, path)
        assert {item["outcome"] for item in items} == {"new"}, items
        cls.out = cls.home.path / "out"
        cls.out.mkdir()
        for name in FORMATS:
            cls.home.run("export", "--book", EMPLOYEE, "--format", name, "--out", cls.out / name, who="viewer1")
        cls.ours = cls.balances(cls.home)
        assert len(cls.ours) > 4

    @classmethod
    def tearDownClass(cls):
        cls.home.remove()

    @staticmethod
    def balances(home):
        ours = collections.Counter()
        for item in home.items("ledger", "balance", "--book", EMPLOYEE, "--period", PERIOD):
            if item["kind"] != "row":  # what stands above the leaves is their sum
                continue
            ours[item["account"]] += fen(item["closing"])
        return {account: value for account, value in ours.items() if value}

    @staticmethod
    def openings(home):
        opening = collections.Counter()
        for item in home.items("ledger", "balance", "--book", EMPLOYEE, "--period", "2023-06"):
            if item["kind"] != "row":
                continue
            opening[item["account"]] += fen(item["opening"])
        return opening

    def same(self, theirs):
        self.assertEqual({account: value for account, value in theirs.items() if value}, self.ours)

    def judged(self, program, *command):
        if not shutil.which(program):
            self.skipTest(f"{program} is not installed (scripts/setup installs it)")
        return subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ, LC_ALL="C.UTF-8")).stdout

    def test_journals(self):
        rows = list(csv.reader(io.StringIO(self.judged("hledger", "hledger", "-f", f"journal:{self.out / 'hledger'}", "bal", "--flat", "-N", "-O", "csv"))))[1:]
        self.same(collections.Counter({re.findall(r"\d{4,}", account)[-1]: fen(re.sub(r"[^\d.-]", "", amount)) for account, amount in rows}))
        text = self.judged("ledger", "ledger", "-f", self.out / "ledger", "bal", "--flat", "--no-total", "--format", "%(account)\t%(quantity(scrub(total)))\n")
        self.same(collections.Counter({re.findall(r"\d{4,}", line.split("\t")[0])[-1]: fen(line.split("\t")[1]) for line in text.splitlines()}))
        rows = list(csv.reader(io.StringIO(self.judged("bean-query", "bean-query", "-q", "-f", "csv", self.out / "beancount", "select account, sum(number) group by account"))))[1:]
        self.same(collections.Counter({re.findall(r"\d{4,}", row[0])[-1]: fen(row[1]) for row in rows if row}))

    def gbt_tables(self):
        """Both forms as {table: [{element: value}]}."""
        text = {path.stem: list(csv.DictReader(io.StringIO(path.read_bytes().decode("gb18030"), newline=""))) for path in (self.out / "gbt24589-text").iterdir() if path.stem != "格式说明"}
        root = xml.fromstring((self.out / "gbt24589-xml").read_bytes().decode("gb18030").replace('encoding="GB18030"', 'encoding="utf-8"').encode())
        tables = collections.defaultdict(list)
        for group in root:
            for row in group:
                tables[row.tag].append({element.tag: element.text for element in row})
        return text, tables

    def test_gbt24589(self):
        text, tables = self.gbt_tables()
        self.assertEqual({name: [{k: v for k, v in row.items() if v} for row in rows] for name, rows in text.items() if rows}, dict(tables))
        periods = {(row["会计年度"], row["会计期间号"]) for row in text["会计期间"]}
        self.assertEqual(periods, {("2023", "6"), ("2023", "7")})
        closing, moved = collections.Counter(), collections.Counter(self.openings(self.home))
        for row in text["科目余额及发生额"]:
            side = {"借": 1, "贷": -1, "平": 0}
            self.assertEqual(side[row["期初余额方向"]] * fen(row["期初本币余额"]) + fen(row["借方本币金额"]) - fen(row["贷方本币金额"]), side[row["期末余额方向"]] * fen(row["期末本币余额"]))
            if row["会计期间号"] == "7":
                closing[row["科目编号"]] += side[row["期末余额方向"]] * fen(row["期末本币余额"])
        for row in text["记账凭证"]:
            moved[row["科目编号"]] += fen(row["借方本币金额"]) - fen(row["贷方本币金额"])
        self.same(closing)
        self.same(moved)
        want = collections.Counter(row[5] or row[4] for row in self.rows)
        self.assertEqual(collections.Counter(row["记账凭证摘要"].replace("\r\n", "\n") for row in text["记账凭证"]), want)
        description = (self.out / "gbt24589-text/格式说明.txt").read_bytes().decode("gb18030")
        for table in text:
            self.assertIn(table, description)
        self.assertIn("没有导出的内容", description)

    def test_saft(self):
        root = xml.parse(self.out / "saft").getroot()
        closing, moved = collections.Counter(), collections.Counter()
        for account in root.iterfind(".//s:GeneralLedgerAccounts/s:Account", NS):
            code = account.findtext("s:AccountID", namespaces=NS)
            for sign, name in ((1, "Debit"), (-1, "Credit")):
                closing[code] += sign * fen(account.findtext(f"s:Closing{name}Balance", namespaces=NS))
                moved[code] += sign * fen(account.findtext(f"s:Opening{name}Balance", namespaces=NS))
        totals = collections.Counter()
        for line in root.iterfind(".//s:Line", NS):
            for sign, name in ((1, "Debit"), (-1, "Credit")):
                value = fen(line.findtext(f"s:{name}Amount/s:Amount", namespaces=NS))
                moved[line.findtext("s:AccountID", namespaces=NS)] += sign * value
                totals[name] += value
        self.same(closing)
        self.same(moved)
        entries = root.find("s:GeneralLedgerEntries", NS)
        self.assertEqual(int(entries.findtext("s:NumberOfEntries", namespaces=NS)), len(entries.findall(".//s:Transaction", NS)))
        for name in ("Debit", "Credit"):
            self.assertEqual(fen(entries.findtext(f"s:Total{name}", namespaces=NS)), totals[name])

    def test_saft_is_valid(self):
        if not shutil.which("xmllint") or not SCHEMA.exists():
            self.skipTest("xmllint or the SAF-T schema is not here")
        done = subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, self.out / "saft"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr[:4000])

    def csv_rows(self):
        return list(csv.DictReader(io.StringIO((self.out / "vouchers-csv").read_bytes().decode("utf-8-sig"), newline="")))

    def xlsx_rows(self):
        space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        with zipfile.ZipFile(self.out / "vouchers-xlsx") as package:
            shared = ["".join(t.text or "" for t in si.iterfind(".//m:t", space)) for si in xml.fromstring(package.read("xl/sharedStrings.xml"))] if "xl/sharedStrings.xml" in package.namelist() else []
            sheet = xml.fromstring(package.read("xl/worksheets/sheet1.xml"))
        rows = []
        for row in sheet.iterfind(".//m:row", space):
            cells = {}
            for cell in row:
                value = cell.findtext("m:v", namespaces=space)
                text = shared[int(value)] if cell.get("t") == "s" else "".join(t.text or "" for t in cell.iterfind(".//m:t", space)) if cell.get("t") == "inlineStr" else value
                cells[re.match("[A-Z]+", cell.get("r")).group()] = text
            rows.append(cells)
        head = next(i for i, row in enumerate(rows) if "科目" in row.values())
        found = [{name: row.get(column) for column, name in rows[head].items()} for row in rows[head + 1:]]
        for row in found:
            for side in ("借方", "贷方"):  # a spreadsheet's number is binary: 0.1 may be written 0.10000000000000001
                row[side] = row[side] and str(decimal.Decimal(row[side]).quantize(decimal.Decimal("0.01")))
        return found

    def test_voucher_tables(self):
        for rows in (self.csv_rows(), self.xlsx_rows()):
            moved = collections.Counter(self.openings(self.home))
            for row in rows:
                moved[row["科目"]] += fen(row["借方"]) - fen(row["贷方"])
            self.same(moved)

    def content(self, home):
        """What is posted, by number, without ids: the export of every column."""
        return home.run("export", "--book", EMPLOYEE, "--format", "vouchers-csv").stdout

    def test_round_trip(self):
        mine = self.content(self.home)
        for name in ("vouchers-csv", "vouchers-xlsx"):
            home = new_home()
            try:
                self.assertEqual({item["outcome"] for item in history(home, self.out / name)}, {"new"})
                self.assertEqual(self.content(home), mine)
                self.assertEqual(self.balances(home), self.ours)
                self.assertEqual({item["outcome"] for item in history(home, self.out / name)}, {"same"})
                home.run("verify")
            finally:
                home.remove()

    def test_fractions_share_their_number(self):
        groups = collections.defaultdict(set)
        for row in self.csv_rows():
            if row["共几张"]:
                groups[row["凭证号"], row["共几张"]].add(row["第几张"])
        self.assertEqual(len(groups), 120 // 7)
        for (_, count), parts in groups.items():
            self.assertEqual(parts, {str(part) for part in range(1, int(count) + 1)})

    def test_a_part_without_its_lead(self):
        home = new_home()
        try:
            path = home.path / "parts.csv"
            rows = [row for row in vouchers(7, 8) if row[14] != "1" and row[3] == "K7"]
            write_csv(path, rows)
            for item in history(home, path, check=False):
                self.assertIn("分数编号的首张凭证", item["sentence"])
            drafts = [row[:11] + ["", "", ""] + row[14:] for row in rows]
            write_csv(path, drafts)
            for item in home.items("import", "vouchers", "--file", path, "--preview", who="maker1", check=False):
                self.assertIn("[import.lead]", item["sentence"])
        finally:
            home.remove()

    def test_electronic_documents(self):
        home, other = new_home(), new_home()
        try:
            paper = home.path / "发票 1.txt"
            paper.write_text("invoice")
            lines = ["D 50010101 mode=1 1.00", "C 1003 bank_account=9900001003001 1.00"]
            draft = home.items("voucher", "enter", "--draft", "--book", EMPLOYEE, "--summary", "试", *lines, who="maker1")[0]["id"]
            digest = home.items("voucher", "attach", draft, paper, "--type", "text/plain", who="maker1")[0]["digest"]
            home.run("voucher", "withdraw", draft, "--reason", "试", who="maker1")
            path = home.path / "history.csv"
            rows = vouchers(5, 9)
            for row in rows:
                if row[3] == "K2":
                    row[17] = f"{digest}|text/plain|发票 1.txt"
            write_csv(path, rows)
            self.assertEqual({item["outcome"] for item in history(home, path)}, {"new"})
            mine = self.content(home)
            self.assertIn(digest, mine)
            home.run("export", "--book", EMPLOYEE, "--format", "vouchers-csv", "--out", home.path / "out.csv")
            refused = [item for item in history(other, home.path / "out.csv", check=False) if "[import.file-not-stored]" in item["sentence"]]
            self.assertEqual(len(refused), 1)
            self.assertIn("发票 1.txt", refused[0]["sentence"])
            shutil.copytree(home.path / "objects", other.path / "objects", dirs_exist_ok=True)
            self.assertEqual({item["outcome"] for item in history(other, home.path / "out.csv")}, {"new"})
            self.assertEqual(self.content(other), mine)
            for row in rows:  # one document enters the books once
                if row[3] == "K4":
                    row[17] = f"{digest}|text/plain|发票 1.txt"
            write_csv(path, rows)
            self.assertIn("[attachment.used]", "".join(item["sentence"] for item in history(home, path, check=False)))
            other.run("verify")
        finally:
            home.remove()
            other.remove()

    def test_preview_and_apply(self):
        home = new_home()
        try:
            path = home.path / "drafts.csv"
            rows = [row[:11] + ["", "", ""] + row[14:] for row in vouchers(7, 12)]
            write_csv(path, rows, "gb18030")
            command = ["import", "vouchers", "--file", path, "--source", "hospital"]
            outcomes = lambda *options, **more: [item["outcome"] for item in home.items(*command, *options, **more)]
            self.assertEqual(set(outcomes("--preview", who="maker1")), {"new"})
            self.assertEqual(home.items("voucher", "list", "--book", EMPLOYEE), [])
            self.assertEqual(set(outcomes("--apply", who="maker1")), {"new"})
            self.assertEqual(set(outcomes("--apply", who="maker1")), {"same"})
            listed = home.items("voucher", "list", "--book", EMPLOYEE)
            self.assertEqual(len(listed), number_of_vouchers(rows))
            self.assertGreater(len(listed), 12)  # with fraction numbers
            self.assertEqual({item["maker"] for item in listed}, {"maker1"})
            self.assertNotIn("posted", {item["state"] for item in listed})
            # one voucher changed, one broken, one new
            changed = [list(row) for row in rows]
            for row in changed:
                if row[3] == "K2":
                    row[10] = "9"
                if row[3] == "K3":
                    row[3], row[6] = "K99", "50019999"
            write_csv(path, changed)
            items = home.items(*command, "--preview", who="maker1", check=False)
            found = {item["key"]: item for item in items}
            self.assertEqual(found["K2"]["outcome"], "conflict")
            self.assertEqual(found["K99"]["outcome"], "error")
            self.assertIn("50019999", found["K99"]["sentence"])
            self.assertEqual({item["outcome"] for key, item in found.items() if key not in ("K2", "K99")}, {"same"})
            self.assertEqual(home.run(*command, "--apply", who="maker1", check=False).returncode, 3)
            self.assertEqual(len(home.items("voucher", "list", "--book", EMPLOYEE)), number_of_vouchers(rows))
            for login in ("viewer1", "reviewer1"):
                self.assertEqual(home.run(*command, "--preview", who=login, check=False).returncode, 6)
            home.run("verify")
        finally:
            home.remove()

    def test_history_is_whole_or_not_at_all(self):
        home = new_home()
        try:
            path = home.path / "history.csv"
            rows = vouchers(11, 10)
            write_csv(path, rows[:-1])  # the last voucher does not balance
            items = history(home, path, check=False)
            self.assertEqual([item["outcome"] for item in items], ["new"] * (number_of_vouchers(rows) - 1) + ["error"])
            self.assertIn("不平", items[-1]["sentence"])
            self.assertEqual(home.items("voucher", "list", "--book", EMPLOYEE), [])
            write_csv(path, rows)
            self.assertEqual(home.run("import", "vouchers", "--file", path, "--apply", "--posted", who="maker1", check=False).returncode, 6)
            self.assertEqual({item["outcome"] for item in history(home, path, "--preview")}, {"new"})
            self.assertEqual(home.items("voucher", "list", "--book", EMPLOYEE), [])
        finally:
            home.remove()

    def test_template(self):
        for end in ("csv", "xlsx"):
            path = self.home.path / f"template.{end}"
            self.home.run("template", "vouchers", "--out", path)
            items = self.home.items("import", "vouchers", "--file", path, "--preview", who="maker1")
            self.assertEqual([item["outcome"] for item in items], ["new"])


if __name__ == "__main__":
    unittest.main()
