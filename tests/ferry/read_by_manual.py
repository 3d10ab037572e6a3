#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a bundle of suite gm with nothing but docs/exchange/ferry.md, Python's hashlib and the openssl program: a second reader that
shares no code with ours. Arguments: bundle, public key, shared key file. Prints the content; exit 1 with a sentence when anything does not fit."""
import decimal
import hashlib
import hmac
import json
import subprocess
import sys
import tempfile


def mac(key, label, data):
    return hmac.new(key, label.encode() + b"\0" + data, "sm3").digest()


def need(fits, what):
    if not fits:
        sys.exit(f"{what} does not fit")


bundle = open(sys.argv[1], "rb").read()
key = bytes.fromhex(open(sys.argv[3]).read().strip())
need(bundle[:8] == b"MIFFERRY", "magic")
size = int.from_bytes(bundle[8:12], "big")
prefix, header = bundle[:12 + size], json.loads(bundle[12:12 + size])
need(header["suite"] == "gm" and len(header) == 13, "header")
body = bundle[len(prefix):len(prefix) + header["body_bytes"]]
tag = bundle[len(prefix) + len(body):][:32]
signed = bundle[:len(prefix) + len(body) + 32]
size = int.from_bytes(bundle[len(signed):len(signed) + 4], "big")
signature = bundle[len(signed) + 4:]
need(len(signature) == size, "length of the signature")

with tempfile.TemporaryDirectory() as folder:
    message, sig = folder + "/message", folder + "/signature"
    open(message, "wb").write(b"mif-ferry/1 signature\nsm3:" + hashlib.new("sm3", signed).hexdigest().encode() + b"\n")
    open(sig, "wb").write(signature)
    verified = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", sys.argv[2], "-in", message, "-rawin", "-digest", "sm3", "-sigfile", sig,
                               "-pkeyopt", "distid:1234567812345678"], capture_output=True, check=False)
    need(verified.returncode == 0, "signature")
    nonce = bytes.fromhex(header["nonce"])
    need(tag == mac(mac(key, "mif-ferry/1 gm mac", nonce), "mif-ferry/1 tag", str(len(prefix)).encode() + b":" + prefix + body), "tag")
    derived = mac(key, "mif-ferry/1 gm key and counter", nonce)
    plain = subprocess.run(["openssl", "enc", "-d", "-sm4-ctr", "-K", derived[:16].hex(), "-iv", derived[16:].hex()], input=body, capture_output=True, check=True).stdout

size = int.from_bytes(plain[:4], "big")
manifest, rest = json.loads(plain[4:4 + size]), plain[4 + size:]
count, total = 0, decimal.Decimal(0)
for item in manifest["items"]:
    content, rest = rest[:item["bytes"]], rest[item["bytes"]:]
    need(item["digest"] == "sm3:" + hashlib.new("sm3", content).hexdigest(), "digest")
    for line in content.decode().splitlines():
        document = json.loads(line)
        count += 1
        total += decimal.Decimal(document.get("payload", {}).get("amount", "0"))
        print(line)
need(rest == b"" and count == manifest["count"] and total == decimal.Decimal(manifest["amount"]), "control totals")
