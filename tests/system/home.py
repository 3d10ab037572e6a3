# SPDX-License-Identifier: Apache-2.0
"""A small province in a temporary folder, driven through the installed programs only."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(os.environ.get("MIF_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("MIF_BUILD", SOURCE / "build/release"))
BIN = BUILD / "bin"
PLUGINS = ["exchange", "source-exchange-db", "treasury", "bank-xmlfront", "bank-json-sm", "bank-csv", "bank-mt940", "bank-bai2", "bank-ofx", "bank-iso20022", "reporting", "report-nhsa", "report-mof", "console"]
PASSWORD = "system-test-password"
EMPLOYEE, RESIDENTS = "990000-310", "990101-390"


class Bank:
    """The bank simulator as a process of its own."""

    def __init__(self, home, fault=None, env=None):
        self.process = subprocess.Popen(
            [BIN / "mif-bank-sim", "--state", home / "bank", "--script", home / "exchange/bank.info", "--port", "0"]
            + (["--fault", fault] if fault else []), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=dict(os.environ, **(env or {})))
        line = self.process.stdout.readline()
        assert line.startswith("port "), line
        info = home / "mif.info"
        text = info.read_text(encoding="utf-8")
        info.write_text(re.sub(r"(link demo-bank \{[^}]*?\bport )\d+", r"\g<1>" + line.split()[1], text), encoding="utf-8")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Home:
    def __init__(self, figures, path=None):
        self.path = pathlib.Path(path or tempfile.mkdtemp(prefix="mif-system-"))
        self.figures = figures

    def run(self, *arguments, who=None, check=True, env=None):
        """One mifctl command; returns the finished process."""
        environment = dict(os.environ, MIF_HOME=str(self.path), **(env or {}))
        environment.pop("MIF_USER", None)
        environment.pop("MIF_PASSWORD", None)
        if who:
            environment.update(MIF_USER=who, MIF_PASSWORD=PASSWORD)
        done = subprocess.run([BIN / "mifctl", *map(str, arguments)], env=environment, text=True, capture_output=True, timeout=300)
        if check and done.returncode != 0:
            raise AssertionError(f"mifctl {' '.join(map(str, arguments))} → {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def items(self, *arguments, who=None, check=True):
        return json.loads(self.run(*arguments, "-o", "json", "--quiet", who=who, check=check).stdout)["items"]

    def assemble_books(self):
        """Books and people, no plugins and no documents."""
        self.run("init", "--from", SOURCE / "config/demo-province", "--templates", SOURCE / "templates")
        for login in ("maker1", "reviewer1", "cashier1", "payer1", "chief1", "admin1", "viewer1"):
            environment = dict(os.environ, MIF_HOME=str(self.path))
            subprocess.run([BIN / "mifctl", "user", "password", login, "--password-stdin", "--quiet"], env=environment, input=PASSWORD + "\n",
                           text=True, check=True, capture_output=True)
        return self

    def install(self, plugins):
        """The plugins of this build by name, sealed by a vendor of this home."""
        (self.path / "trust/vendors").mkdir(parents=True, exist_ok=True)
        self.run("plugin", "keygen", "--out", self.path / "keys/demo-vendor")
        shutil.copy(self.path / "keys/demo-vendor.pem", self.path / "trust/vendors/demo-vendor.pem")
        bundles = []
        for name in plugins:
            bundle = self.path / "bundles" / f"{name}.plugin"
            shutil.copytree(BUILD / "plugins" / f"{name}.plugin", bundle)
            bundles.append(bundle)
        self.run("plugin", "seal", "--key", self.path / "keys/demo-vendor.key.pem", "--key-id", "demo-vendor", *bundles)
        self.run("plugin", "install", *bundles)
        return self

    def assemble(self):
        self.assemble_books().install(PLUGINS)
        (self.path / "exchange").mkdir(exist_ok=True)
        command = [BIN / "mif-datagen", "--seed", "7", "--out", self.path / "exchange/exchange.db", "--bank-script", self.path / "exchange/bank.info"]
        for figures in self.figures:
            command += ["--figures", figures]
        subprocess.run(list(map(str, command)), check=True, capture_output=True)
        return self

    # The steps of the month, each safe to repeat: (who, command).
    MONTH = [
        ("maker1", ("exchange", "pull")),
        ("reviewer1", ("voucher", "review", "--all")),
        ("maker1", ("pay", "prepare")),
        ("payer1", ("pay", "approve")),
        ("payer1", ("pay", "send")),
        ("payer1", ("pay", "query")),
        ("payer1", ("statement", "import", "--account", "9900001004001", "--from", "2023-01-01", "--to", "2023-12-31")),
        ("payer1", ("statement", "match")),
        ("maker1", ("exchange", "ack")),
        ("chief1", ("period", "carry", "--book", EMPLOYEE, "--period", "2023-06")),
        ("reviewer1", ("voucher", "review", "--all")),
        ("chief1", ("period", "close", "--book", EMPLOYEE, "--period", "2023-06")),
        ("chief1", ("report", "compute", "--book", EMPLOYEE, "--period", "2023-06")),
    ]

    def month(self):
        for who, command in self.MONTH:
            self.run(*command, who=who)

    def state(self):
        return self.items("state")[0]["state_hash"]

    def bank_ledger(self):
        done = subprocess.run([BIN / "mif-bank-sim", "ledger", "--state", self.path / "bank", "--json"], text=True, capture_output=True, check=True)
        return json.loads(done.stdout)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)
