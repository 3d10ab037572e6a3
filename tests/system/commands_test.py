# SPDX-License-Identifier: Apache-2.0
"""Every command that the READMEs and the pages below docs/ write down is one mifctl has: its own, or one of the plugins of this build.
Read are code in backquotes and code blocks. A command is what follows the word mifctl, and code in backquotes that begins with the
first word of a command and goes on with another word."""
import re
import subprocess
import tempfile
import unittest

from home import BIN, BUILD, SOURCE, Home

PAGES = [SOURCE / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md", "SECURITY.md")] + sorted((SOURCE / "docs").rglob("*.md"))
WORD = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
# Begins like a command and is something else: keys of files, and words of the program ledger.
ELSE = {"period month", "period quarter", "period year", "ledger bal", "ledger register"}


def code_of(text):
    """(line number, code, whether it stands in backquotes) of every piece of code in a page."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            yield number, line, False
        else:
            for code in re.findall(r"`([^`]+)`", line):
                yield number, code, True


def words_of(code, quoted, groups):
    """The words of each command the code writes down; none where it is no command."""
    for called in re.finditer(r"(?:^|[\s(/])mifctl\s+((?:(?:--home|--as|-o|--output)[ =]\S+\s+)*)(\S.*)", code):
        yield spelled(called[2])
    if quoted and (begins := re.match(rf"({WORD}) {WORD}(?=$|[\s,;)…])", code)) and begins[1] in groups and "{" not in code:
        if begins[0] not in ELSE:
            yield spelled(code)


def spelled(text):
    found = []
    for token in text.split():
        if not re.fullmatch(WORD, token):
            break
        found.append(token)
    return found


class Table:
    """What mifctl has: commands by their words, and the first words of those with several."""

    def __init__(self, names):
        self.names = set(names)
        self.groups = {name.split()[0] for name in self.names if " " in name}

    def lacks(self, words):
        """What of the words is no command, or None. The first word alone speaks of all its commands."""
        if not words or any(" ".join(words[:n]) in self.names for n in (3, 2, 1)) or (len(words) == 1 and words[0] in self.groups):
            return None
        return " ".join(words[:2])


def complaints(name, text, table):
    found = []
    for number, code, quoted in code_of(text):
        for words in words_of(code, quoted, table.groups):
            if lacking := table.lacks(words):
                found.append(f"{name}:{number}: `{lacking}` is no command of mifctl, in `{code.strip()}`")
    return found


def table_of(home):
    """From the programs themselves: --help for mifctl's own, jobs for those of every plugin of the build."""
    names = []
    for line in home.run("--help").stdout.split("命令:")[1].split("\n\n")[0].splitlines():
        own = re.match(rf"  ({WORD}(?: {WORD})*)", line)
        if own:
            names.append(own[1])
    home.run("init", "--from", SOURCE / "config/demo-province", "--templates", SOURCE / "templates")
    home.install([bundle.stem for bundle in sorted(BUILD.glob("plugins/*.plugin"))])
    jobs = [job["name"] for job in home.items("jobs")]
    return Table(names + jobs), names, jobs


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home([])
        cls.table, cls.own, cls.jobs = table_of(cls.home)

    @classmethod
    def tearDownClass(cls):
        cls.home.remove()

    def test_1_the_table_is_read(self):
        for known in ("verify", "voucher review", "period exception request", "db probe"):
            self.assertIn(known, self.own)
        for known in ("report compute", "pay send", "budget compile", "exchange pull"):
            self.assertIn(known, self.jobs)

    def test_2_every_command_of_the_pages_is_there(self):
        found, read = [], 0
        for page in PAGES:
            text = page.read_text(encoding="utf-8")
            read += sum(bool(words) for _, code, quoted in code_of(text) for words in words_of(code, quoted, self.table.groups))
            found += complaints(page.relative_to(SOURCE), text, self.table)
        self.assertEqual("\n".join(found), "")
        self.assertGreater(read, 200)
        print(f"{len(PAGES)} pages, {read} commands, {len(self.own)} of mifctl's own and {len(self.jobs)} of plugins known")

    def test_3_a_command_that_is_gone_is_named_with_its_place(self):
        text = "Run `report computes --period P` or\n```\nMIF_USER=x mifctl --home /h voucher shows 1\nmifctl verify\n```\nthen `mifctl mapping`, `pay send`, `period month`.\n"
        self.assertEqual([c.split(" is no ")[0] for c in complaints("page.md", text, self.table)], ["page.md:1: `report computes`", "page.md:3: `voucher shows`"])


if __name__ == "__main__":
    unittest.main()
