# SPDX-License-Identifier: Apache-2.0
"""Secrets with unmistakable texts in a home that pays through two adapters and every kind of signer, well and badly. Afterwards no file
of the home but the secret files themselves, no temporary file, no line printed, no command line, environment, open file or core holds one
of them in any of its written forms."""
import base64
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

from home import BIN, SOURCE, Home

EMPLOYEE_ACCOUNT, RESIDENT_ACCOUNT = "9900001004001", "9901011004001"
MODULE = pathlib.Path("/usr/lib/softhsm/libsofthsm2.so")
SECRETS = {
    "link-password": "Canary-link-password-6T",
    "wrong-password": "Canary-wrong-password-8W",
    "token-pin": "Canary-token-pin-42",
    "wrong-pin": "Canary-wrong-pin-43",
    "key-phrase": "Canary-金丝雀-phrase-9Z",
    "wrong-phrase": "Canary-误-phrase-1A",
    "service-word": "Canary-service-word-7Q",
    "wrong-word": "Canary-wrong-word-5R",
}


def forms(text):
    """What a program could make of a text without meaning to."""
    plain = text.encode() if isinstance(text, str) else text
    found = {"plain": plain, "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode(), "url": urllib.parse.quote(plain).encode()}
    for shift in range(3):  # base64 of something that holds it, wherever it begins
        whole = base64.b64encode(b"\0" * shift + plain)
        found[f"base64+{shift}"] = whole[4 if shift else 0:-4]
    if isinstance(text, str):
        found.update({"gbk": text.encode("gb18030"), "utf-16le": text.encode("utf-16-le"), "utf-16be": text.encode("utf-16-be"), "escaped": text.encode("unicode_escape")})
    return found


class Haystack:
    def __init__(self, texts):
        words = {}
        for name, text in texts.items():
            for form, needle in forms(text).items():
                words.setdefault(needle, f"{name} ({form})")
        self.words = words
        self.bytes = 0

    def look(self, data):
        self.bytes += len(data)
        return sorted(what for word, what in self.words.items() if word in data)


class Canary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not MODULE.exists():
            raise unittest.SkipTest("softhsm2 is not installed")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="mif-canary-"))
        cls.temporary = cls.folder / "tmp"
        cls.temporary.mkdir()
        cls.said, cls.processes = [], []
        cls.home = Home([SOURCE / "tests/system/small.info", SOURCE / "config/demo-province/figures/resident-2023.info"], cls.folder / "home")
        cls.home.path.mkdir()
        cls.home.assemble()
        cls.looked = []
        cls.keys()
        cls.bank = cls.start([BIN / "mif-bank-sim", "--state", cls.folder / "bank", "--script", cls.home.path / "exchange/bank.info", "--port", "0", "--dialect", "ccb-like", "--client-password", cls.home.path / "secrets/link-password", "--fault", "refuse:2,delay:4=1500"])
        cls.bank_sm = cls.start([BIN / "mif-bank-sim", "--state", cls.folder / "bank-sm", "--script", cls.home.path / "exchange/bank.info", "--port", "0", "--dialect", "json-sm", "--tls",
                                 "--client-key", cls.folder / "pay.pem", "--fault", "refuse:3"])
        cls.service = cls.start([sys.executable, SOURCE / "tests/signer/sign_server.py", cls.folder, cls.folder / "open.key.pem", cls.folder / "service-word"])
        for name in ("bank.pem", "session.key"):
            cls.secret("sm-" + name, (cls.folder / "bank-sm/keys" / name).read_text())
        SECRETS["session-key"] = (cls.folder / "bank-sm/keys/session.key").read_text().strip()
        cls.base = (cls.home.path / "mif.info").read_text(encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        for process in cls.processes:
            if process.poll() is None:
                process.terminate()
                process.wait(20)
            process.stdout.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    # --- the stage
    @classmethod
    def start(cls, command, **options):
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)
        cls.processes.append(process)
        process.ports = process.stdout.readline().split()[1:]
        return process

    @classmethod
    def secret(cls, name, text):
        folder = cls.home.path / "secrets"
        folder.mkdir(exist_ok=True)
        with open(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")

    @classmethod
    def keys(cls):
        """One P-256 key: in a token, in a file under a passphrase, behind the service."""
        def openssl(*arguments):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", cls.folder / "open.key.pem")
        openssl("pkey", "-in", cls.folder / "open.key.pem", "-pubout", "-out", cls.folder / "pay.pem")
        (cls.folder / "phrase").write_text(SECRETS["key-phrase"], encoding="utf-8")
        openssl("pkcs8", "-topk8", "-in", cls.folder / "open.key.pem", "-v2", "aes-256-cbc", "-passout", f"file:{cls.folder / 'phrase'}", "-out", cls.folder / "locked.key.pem")
        text = subprocess.run(["openssl", "pkey", "-in", cls.folder / "open.key.pem", "-noout", "-text"], capture_output=True, text=True, check=True).stdout
        cls.number = bytes.fromhex("".join(re.search(r"priv:\n((?:    .*\n)+)", text).group(1).split()).replace(":", "")).lstrip(b"\0")
        (cls.folder / "service-word").write_text(SECRETS["service-word"])
        for name, text in SECRETS.items():
            cls.secret(name, text)
        cls.secret("open-to-all", SECRETS["token-pin"])
        (cls.home.path / "secrets/open-to-all").chmod(0o644)
        cls.secret("locked.key.pem", (cls.folder / "locked.key.pem").read_text())
        cls.secret("pay.pem", (cls.folder / "pay.pem").read_text())
        (cls.folder / "tokens").mkdir()
        (cls.folder / "softhsm2.conf").write_text(f"directories.tokendir = {cls.folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
        cls.environment = {"SOFTHSM2_CONF": str(cls.folder / "softhsm2.conf"), "TMPDIR": str(cls.temporary)}
        def token(*arguments):
            subprocess.run(["softhsm2-util", *map(str, arguments)], check=True, capture_output=True, env=dict(os.environ, **cls.environment))
        for label in ("pay", "spoilt"):
            token("--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", SECRETS["token-pin"])
            token("--import", cls.folder / "open.key.pem", "--token", label, "--pin", SECRETS["token-pin"], "--label", "k", "--id", "01")

    @classmethod
    def settle(cls, signer, password="link-password", mode="production", algorithm="ecdsa-p256-sha256"):
        text = re.sub(r"link demo-bank \{.*?\n    \}", f"""link demo-bank {{
      profile "templates/bank/ccb-like.info"
      host 127.0.0.1
      port {cls.bank.ports[0]}
      timeout-ms 800
      login DEMO01
      param {{ customer C1 }}
      secret {{ password {password} }}
    }}""", cls.base, flags=re.S)
        text = text.replace("  treasury {\n", f"""  bank-json-sm {{
    link demo-sm {{
      profile "templates/bank/p256.info"
      host 127.0.0.1
      port {cls.bank_sm.ports[0]}
      timeout-ms 5000
      login DEMO02
      pin {(cls.folder / "bank-sm/tls.pin").read_text().strip()}
      bank-key sm-bank.pem
      session-key sm-session.key
      signer {{ {signer} }}
    }}
  }}
  treasury {{
""", 1)
        text = re.sub(r"(account " + RESIDENT_ACCOUNT + r" \{[^}]*?)adapter bank-xmlfront(\s+)link demo-bank\b", r"\g<1>adapter bank-json-sm\g<2>link demo-sm", text)
        text = text.replace("mode development", f"mode {mode}")
        (cls.home.path / "mif.info").write_text(text, encoding="utf-8")
        profile = (SOURCE / "templates/bank/json-sm-like.info").read_text(encoding="utf-8")
        (cls.home.path / "templates/bank/p256.info").write_text(profile.replace("  charset UTF-8\n", f"  charset UTF-8\n  signature {algorithm}\n"), encoding="utf-8")

    def run_(self, *command, who="payer1"):
        done = self.home.run(*command, who=who, check=False, env=self.environment)
        self.said.append(done.stdout + done.stderr)
        return done

    def rows(self):
        done = self.home.run("pay", "status", "--limit", "1000", "-o", "json", "--quiet", who="payer1", check=False, env=self.environment)
        self.said.append(done.stdout)
        return json.loads(done.stdout)["items"]

    def states(self, account):
        counted = {}
        for row in self.rows():
            if account in row.values():
                counted[row["state"]] = counted.get(row["state"], 0) + 1
        return counted

    def in_flight(self):
        return [row for row in self.rows() if row["state"] in ("sending", "accepted", "processing", "unknown")]

    def answers(self):
        """Everything the banks and we said about payments, as the database has it."""
        database = sqlite3.connect(f"file:{self.home.path / 'data/mif.db'}?mode=ro", uri=True)
        try:
            return "\n".join(str(row) for row in database.execute("select * from x_treasury_answer"))
        finally:
            database.close()

    def ledger(self, bank):
        done = subprocess.run([BIN / "mif-bank-sim", "ledger", "--state", self.folder / bank, "--json"], text=True, capture_output=True, check=True)
        return json.loads(done.stdout)

    def server(self):
        server = self.start([BIN / "mifd", f"--home={self.home.path}", "--port=0"], cwd=self.folder, env=dict(os.environ, **self.environment),
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
        self.assertTrue(server.ports, "mifd did not start")
        return server

    def wait(self, true):
        for _ in range(120):
            if true():
                return
            time.sleep(0.25)
        self.fail("waited for 30 s")

    @staticmethod
    def of_process(pid):
        process, data = pathlib.Path(f"/proc/{pid}"), b""
        for name in ("cmdline", "environ"):
            data += (process / name).read_bytes()
        for file in (process / "fd").iterdir():
            try:
                if os.path.isfile(file):
                    with open(file, "rb") as open_file:
                        data += open_file.read()
            except OSError:
                pass
        return data

    def haystack(self):
        return Haystack({**SECRETS, "private number": self.number, "key file": (self.folder / "locked.key.pem").read_text().splitlines()[2]})

    def found(self, more=()):
        """Where a secret was found, and which in which form."""
        hay = self.haystack()
        looked = [*more, *((str(f), f.read_bytes()) for f in self.files()), ("printed", "".join(self.said).encode())]
        found = {name: what for name, data in looked if (what := hay.look(data))}
        self.assertGreater(hay.bytes, 1 << 20)
        return found

    def files(self):
        secrets = self.home.path / "secrets"
        for top in (self.home.path, self.temporary):
            for path in top.rglob("*"):
                if path.is_file() and not path.is_relative_to(secrets):
                    yield path

    PKCS11 = f'kind pkcs11  module "{MODULE}"  token pay  key k  pin-file token-pin'

    def external(self, path="/sign", word="service-word"):
        pin = (self.folder / "service.pin").read_text()
        return f'kind external  url "https://127.0.0.1:{self.service.ports[1]}{path}"  pin {pin}  key k  public-key pay.pem  credential-file {word}  timeout-ms 1000'

    # --- the play
    def test_0_a_secret_in_configuration_is_refused_without_being_shown(self):
        self.settle(self.PKCS11)
        info, profile = self.home.path / "mif.info", self.home.path / "templates/bank/ccb-like.info"
        good, plain = info.read_text(encoding="utf-8"), profile.read_text(encoding="utf-8")
        word = SECRETS["wrong-word"]
        for old, new, entry in (
            ("http {", f'database {{ dsn "postgresql:host=127.0.0.1 dbname=mif password={word}" }}\nhttp {{', "dsn"),
            ("http {", f'database {{ dsn "postgresql://mif:{word}@127.0.0.1/mif" }}\nhttp {{', "dsn"),
            ("secret { password link-password }", f"param {{ password {word} }}", "password"),
            ("pin-file token-pin", f"pin-file token-pin  passphrase {word}", "passphrase"),
            ("pin-file token-pin", 'key "-----BEGIN PRIVATE KEY----- x"', "key"),
        ):
            with self.subTest(new=new):
                self.assertIn(old, good)
                changed = good.replace(old, new, 1)
                info.write_text(changed, encoding="utf-8")
                done = self.run_("state")
                line = changed[:changed.index(new.split()[0] if old == "http {" else new)].count("\n") + 1
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr, rf"mif\.info:{line}: {entry} .*\[config\.secret-in-text\]")
        info.write_text(good, encoding="utf-8")
        profile.write_text(plain.replace("PASSWORD  param password", f"PASSWORD  value {word}"), encoding="utf-8")
        self.assertIn("[bank.secret-in-text]", self.run_("jobs").stderr)
        profile.write_text(plain, encoding="utf-8")
        self.assertNotIn("secret-in-text", self.run_("jobs").stderr)

    def test_1_no_payment_leaves_without_a_good_signature(self):
        self.settle(self.PKCS11)
        for who, command in Home.MONTH[:4]:
            self.assertIn(self.run_(*command, who=who).returncode, (0, 3))
        self.assertGreater(self.states(RESIDENT_ACCOUNT)["approved"], 50)
        kept = self.folder / "approved"
        shutil.copytree(self.home.path / "data", kept)
        spoilt = self.PKCS11.replace("token pay", "token spoilt")
        for signer, rule in (
            (spoilt.replace("token-pin", "wrong-pin"), "sign.pin"),
            (spoilt, "sign.pin-low"),
            (self.PKCS11.replace("token pay", "token elsewhere"), "sign.token-gone"),
            (self.PKCS11.replace("key k", "key missing"), "sign.key-missing"),
            ("kind software  key locked.key.pem  passphrase-file wrong-phrase", "bank.key"),
            ("kind software  key locked.key.pem  passphrase-file Canary-not-a-file", "config.secret-missing"),
            (self.external(word="wrong-word"), "sign.service"),
            (self.external("/wrong"), "sign.does-not-verify"),
            (self.PKCS11.replace("pin-file token-pin", "pin-file open-to-all"), "config.secret-open"),
        ):
            with self.subTest(rule=rule):
                self.settle(signer, password="wrong-password")
                done = self.run_("pay", "send", "--account", RESIDENT_ACCOUNT)
                self.assertEqual(list(self.states(RESIDENT_ACCOUNT)), ["approved"])
                self.assertTrue(f"[{rule}]" in self.answers(), done.stdout[-1500:] + done.stderr)
                self.assertEqual(self.found(), {})
                shutil.rmtree(self.home.path / "data")
                shutil.copytree(kept, self.home.path / "data")
        self.assertEqual(self.ledger("bank-sm")["refs"], 0)

    def test_2_both_banks_are_paid_through_token_service_and_file(self):
        self.settle(self.PKCS11, password="wrong-password")
        self.run_("pay", "send", "--account", EMPLOYEE_ACCOUNT)
        self.assertEqual(self.ledger("bank")["refs"], 0)
        self.assertIn("操作员密码 *** 不正确", self.answers())  # this bank repeats what it was sent
        self.settle(self.PKCS11)
        server = self.server()
        self.run_("pay", "send")
        self.wait(lambda: self.states(RESIDENT_ACCOUNT).get("done", 0) > 50)  # asked by the server's own job
        type(self).looked = [("command line, environment and open files of mifd", self.of_process(server.pid))]
        limits = pathlib.Path(f"/proc/{server.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 ")
        server.send_signal(signal.SIGABRT)
        server.wait(20)
        self.assertEqual([str(f) for f in self.folder.glob("core*")], [])
        self.settle(self.external())
        self.run_("pay", "query")
        self.settle("kind software  key locked.key.pem  passphrase-file key-phrase")
        self.assertEqual(self.run_("statement", "import", "--account", RESIDENT_ACCOUNT, "--from", "2023-01-01", "--to", "2023-12-31").returncode, 0, self.said[-1])
        self.run_("statement", "import", "--account", EMPLOYEE_ACCOUNT, "--from", "2023-01-01", "--to", "2023-12-31")
        self.run_("statement", "match")
        for bank in ("bank", "bank-sm"):
            self.assertGreater(self.ledger(bank)["executed_once"], 3, bank)
            self.assertEqual(self.ledger(bank)["executed_more_than_once"], 0, bank)

    def test_3_a_core_of_a_server_that_may_be_dumped_holds_none(self):
        self.settle("kind software  key locked.key.pem  passphrase-file key-phrase", mode="development")
        server = self.server()
        for command in (("pay", "prepare"), ("pay", "approve"), ("pay", "send")):  # what the banks refused, again
            self.run_(*command, who="maker1" if command[1] == "prepare" else "payer1")
        self.assertTrue(self.in_flight(), "nothing left for the server to ask about")
        self.wait(lambda: not self.in_flight())
        server.send_signal(signal.SIGABRT)
        server.wait(20)
        cores = list(self.folder.glob("core*"))
        if not cores:
            self.skipTest("this machine writes no core files here")
        data = cores[0].read_bytes()
        self.assertIn(str(self.home.path).encode(), data, "not the core of this server")
        self.assertEqual(self.haystack().look(data), [])

    def test_4_no_file_line_or_process_holds_a_secret(self):
        self.assertEqual(self.found(self.looked), {})
        names = {f.parent.name + "/" + f.name for f in self.files()}
        self.assertIn("data/mif.db", names)
        self.assertIn("log/mif.log", names)

    def test_5_the_search_finds_what_is_there(self):
        hay = self.haystack()
        for name, text in SECRETS.items():
            for form, needle in forms(text).items():
                self.assertTrue(hay.look(b"<!" + needle + b"!>"), (name, form))
            self.assertTrue(hay.look(base64.b64encode(b"Authorization: " + text.encode() + b"\r\n")), name)
        # what the home does hold, in the file it is in
        known = Haystack({"payer": RESIDENT_ACCOUNT, "town": "示例县"})
        found = {f.name for f in self.files() if known.look(f.read_bytes())}
        self.assertIn("mif.db", found)
        for secret in (self.home.path / "secrets").iterdir():
            if secret.name in SECRETS:
                self.assertTrue(hay.look(secret.read_bytes()), secret.name)


if __name__ == "__main__":
    unittest.main()
