# SPDX-License-Identifier: Apache-2.0
"""A private durable PostgreSQL on loopback for benches and tests, as the user postgres when we are root."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def postgres():
    binaries = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    data = pathlib.Path(tempfile.mkdtemp(prefix="mif-pg-"))
    prefix = []
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    port = free_port()
    quiet = dict(check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    subprocess.run([*prefix, binaries / "initdb", "-D", data / "db", "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8"], **quiet)
    subprocess.run([*prefix, binaries / "pg_ctl", "-D", data / "db", "-w", "-l", data / "log", "-o",
                    f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_wal_size=4GB", "start"], **quiet)
    try:
        yield f"host=127.0.0.1 port={port} dbname=postgres user=postgres", port
    finally:
        subprocess.run([*prefix, binaries / "pg_ctl", "-D", data / "db", "-m", "immediate", "-w", "stop"], **quiet)
        shutil.rmtree(data, ignore_errors=True)
