# SPDX-License-Identifier: Apache-2.0
"""A signing service as small as it gets: sign_server.py FOLDER KEY.pem [CREDENTIAL-FILE]. Prints its two ports, plain and TLS; FOLDER gets
service.pin. The last part of the path says how it misbehaves: /sign /wrong /slow /garbage /broken /half."""
import base64
import hashlib
import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import threading
import time

folder, key = pathlib.Path(sys.argv[1]), sys.argv[2]
credential = pathlib.Path(sys.argv[3]).read_text().strip() if len(sys.argv) > 3 else None


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def signature(asked):
    if "digest" in asked:
        return openssl("pkeyutl", "-sign", "-inkey", key, "-pkeyopt", "digest:sha256", data=base64.b64decode(asked["digest"]))
    return openssl("dgst", "-sha256", "-sign", key, data=base64.b64decode(asked["message"]))


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if credential and self.headers.get("Authorization") != "Bearer " + credential:
            return self.answer(403, b"{}")
        if self.path == "/slow":
            time.sleep(3)
        if self.path == "/broken":
            return self.answer(500, b"{}")
        if self.path == "/garbage":
            return self.answer(200, b"<html>")
        if self.path == "/half":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b'{"signature"')
            self.close_connection = True
            return
        made = signature(asked)
        if self.path == "/wrong":
            made = made[:-1] + bytes([made[-1] ^ 1])
        self.answer(200, json.dumps({"signature": base64.b64encode(made).decode()}).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


own, certificate = str(folder / "service.key.pem"), str(folder / "service.cert.pem")
openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", own, "-out", certificate, "-days", "2", "-subj", "/CN=sign")
(folder / "service.pin").write_text(hashlib.sha256(openssl("pkey", "-in", own, "-pubout", "-outform", "DER")).hexdigest())
plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, own)
secure.socket = context.wrap_socket(secure.socket, server_side=True)
threading.Thread(target=secure.serve_forever, daemon=True).start()
print("port", plain.server_port, secure.server_port, flush=True)
plain.serve_forever()
