# SPDX-License-Identifier: Apache-2.0
"""Whoever edits the database past the kernel is found: one value of every column of every ledger, chart, identity, workflow
and audit table is changed in turn, and `mifctl verify` must object and name the object."""
import contextlib
import shutil
import sqlite3
import unittest

from home import EMPLOYEE, SOURCE, Bank, Home

# Housekeeping that carries no business meaning: migration bookkeeping, id blocks, sessions, the job queue.
NOT_PROTECTED = {"schema_version", "id_block", "identity_session", "job", "sqlite_sequence", "sqlite_stat1"}


def other(value, declared):
    """A different value of the same kind: one bit of a number, one byte of a text."""
    if value is None:
        return 1 if "int" in declared.lower() else "x"
    if isinstance(value, int):
        return value ^ 1
    if not value:
        return "x"
    middle = len(value) // 2
    changed = "0" if value[middle] != "0" else "1"
    return value[:middle] + changed + value[middle + 1:]


class Tamper(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([SOURCE / "tests/system/small.info"]).assemble()
        with Bank(cls.home.path):
            cls.home.month()
        cls.more()
        cls.home.run("audit", "checkpoint")
        assert cls.home.run("verify").returncode == 0
        cls.db = cls.home.path / "data/mif.db"
        connection = sqlite3.connect(cls.db)
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        cls.good = cls.home.path / "good.db"
        shutil.copy(cls.db, cls.good)

    @classmethod
    def more(cls):
        """What the month has no occasion for: documents, rules, definitions, open items, ratios, exceptions."""
        run, items = cls.home.run, cls.home.items
        enter = ("voucher", "enter", "--book", EMPLOYEE, "--day", "2023-07-05", "--summary", "往来")
        draft = items(*enter, "--draft", "D 110199 counterparty=H99000000001 5.00", "C 200199 5.00", who="maker1")[0]["id"]
        paper = cls.home.path / "paper.pdf"
        paper.write_bytes(b"%PDF-1.4 paper")
        run("voucher", "attach", draft, paper, who="maker1")
        for side, other in (("D", "C"), ("C", "D")):
            made = items(*enter, f"{side} 110199 counterparty=H99000000001 80.00", f"{other} 200199 80.00", who="maker1")[0]["id"]
            run("voucher", "review", made, who="reviewer1")
        run("items", "flag", "--book", EMPLOYEE, "--account", "1201", who="maker1")
        run("items", "auto", "--book", EMPLOYEE, "--accounts", "110199", "--apply", who="maker1")
        run("columnar", "save", "--chart", "employee", "--code", "benefits", "--name", "待遇", "--account", "5001", who="chief1")
        rule = cls.home.path / "rule.info"
        rule.write_text("most 1.00\n", encoding="utf-8")
        run("rule", "propose", "small", "--file", rule, who="chief1")
        run("ratio", "enter", "--book", EMPLOYEE, "--year", "2023", "--name", "deferred-premium", "--ratio", "0.62", "--source", "经验", who="chief1")
        run("period", "lock", "--book", EMPLOYEE, "--period", "2023-07", "--area", "entry", "--reason", "对账", who="chief1")
        run("period", "exception", "request", "--book", EMPLOYEE, "--period", "2023-07", "--area", "entry", "--minutes", "30", "--reason", "补录", who="chief1")

    @classmethod
    def tearDownClass(cls):
        cls.home.remove()

    def attack(self, *statements):
        """Applies SQL to a fresh copy of the good database, triggers dropped first, and returns what verify says."""
        for suffix in ("-wal", "-shm"):
            self.db.with_name(self.db.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.good, self.db)
        with contextlib.closing(sqlite3.connect(self.db, isolation_level=None)) as connection:
            for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                connection.execute(f"drop trigger {name}")
            connection.execute("pragma ignore_check_constraints = on")
            for sql, parameters in statements:
                self.assertEqual(connection.execute(sql, parameters).rowcount, 1, sql)
        return self.home.run("verify", "--quiet", check=False)

    def tables(self):
        connection = sqlite3.connect(self.good)
        names = [n for (n,) in connection.execute("select name from sqlite_master where type = 'table' order by name")]
        for name in names:
            if name in NOT_PROTECTED or name.startswith("x_"):
                continue
            columns = [(c[1], c[2], c[5]) for c in connection.execute(f"pragma table_info({name})")]
            rows = connection.execute(f"select {', '.join(c[0] for c in columns)} from {name} order by 1, 2").fetchall()
            yield name, columns, rows
        connection.close()

    def test_one_changed_value_in_every_column_is_named(self):
        tried, missed = 0, []
        for table, columns, rows in self.tables():
            self.assertTrue(rows or table in ("ledger_hold", "ledger_held"), f"{table} is empty: the month does not exercise it")
            if not rows:
                continue
            row = rows[len(rows) // 2]
            key = [(c[0], v) for c, v in zip(columns, row) if c[2]]
            where = " and ".join(f"{name} is ?" for name, _ in key)
            for (column, declared, _), value in zip(columns, row):
                sql = f"update {table} set {column} = ? where {where}"
                try:
                    done = self.attack((sql, (other(value, declared), *[v for _, v in key])))
                except sqlite3.IntegrityError:
                    continue  # the changed key collides with another row: the schema itself refuses it
                tried += 1
                if done.returncode == 0 or not done.stderr.strip():
                    missed.append(f"{table}.{column} {key}: exit {done.returncode}\n{done.stdout}")
        self.assertEqual(missed, [], f"{len(missed)} of {tried} edits were not found")
        self.assertGreater(tried, 80)

    def test_deleted_and_copied_rows_are_named(self):
        for table, columns, rows in self.tables():
            if not rows:
                continue
            row = rows[len(rows) // 2]
            key = [(c[0], v) for c, v in zip(columns, row) if c[2]]
            where = " and ".join(f"{name} is ?" for name, _ in key)
            with self.subTest(table=table, what="delete"):
                done = self.attack((f"delete from {table} where {where}", [v for _, v in key]))
                self.assertNotEqual(done.returncode, 0, done.stdout)
                self.assertTrue(done.stderr.strip())

    def test_a_posted_voucher_is_named_by_its_id(self):
        connection = sqlite3.connect(self.good)
        book, year, month, voucher, line = connection.execute("select book, year, month, voucher, line from ledger_line order by voucher limit 1").fetchone()
        connection.close()
        done = self.attack(("update ledger_line set fen = fen + 100 where book = ? and year = ? and month = ? and voucher = ? and line = ?", (book, year, month, voucher, line)))
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn(f"voucher:{voucher}", done.stderr)

    def test_a_cut_tail_contradicts_the_checkpoint(self):
        connection = sqlite3.connect(self.good)
        chain, seq = connection.execute("select chain, seq from audit_head where chain <> 'system' order by seq desc").fetchone()
        (previous,) = connection.execute("select hash from audit_entry where chain = ? and seq = ?", (chain, seq - 1)).fetchone()
        connection.close()
        done = self.attack(("delete from audit_entry where chain = ? and seq = ?", (chain, seq)),
                           ("update audit_head set seq = ?, hash = ? where chain = ?", (seq - 1, previous, chain)))
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"P(3|11) ")

    def test_triggers_stop_the_ordinary_client(self):
        for suffix in ("-wal", "-shm"):
            self.db.with_name(self.db.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.good, self.db)
        connection = sqlite3.connect(self.db)
        for sql in ("update ledger_line set fen = 1", "delete from ledger_line", "delete from ledger_voucher", "update audit_entry set actor = 'x'",
                    "delete from audit_entry", "update ledger_voucher set summary = 'x' where state = 4", "update ledger_period set state = 1 where state = 2"):
            with self.subTest(sql=sql), self.assertRaises(sqlite3.IntegrityError):
                connection.execute(sql)
        connection.close()


if __name__ == "__main__":
    unittest.main()
