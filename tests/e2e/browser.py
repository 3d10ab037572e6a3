# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium spoken to over the WebDriver protocol, nothing but the standard library."""
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Down": "\ue015", "Up": "\ue013", "Left": "\ue012", "Right": "\ue014", "Escape": "\ue00c", "Control": "\ue009", "Shift": "\ue008", "Tab": "\ue004",
        "Delete": "\ue017", "Home": "\ue011", "End": "\ue010", "F2": "\ue032", "F3": "\ue033", "F4": "\ue034"}


def available():
    return shutil.which("chromedriver") and (shutil.which("chromium") or shutil.which("google-chrome"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Browser:
    def __init__(self):
        self.downloads = tempfile.mkdtemp(prefix="mif-downloads-")
        self.base = f"http://127.0.0.1:{free_port()}"
        self.driver = subprocess.Popen(["chromedriver", f"--port={self.base.rsplit(':', 1)[1]}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        options = {"binary": shutil.which("chromium") or shutil.which("google-chrome"),
                   "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1440,900", "--lang=zh-CN"],
                   "prefs": {"download.default_directory": self.downloads, "download.prompt_for_download": False}}
        capabilities = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}}
        for attempt in range(100):
            try:
                session = self.call("POST", "/session", capabilities)
                break
            except (urllib.error.URLError, ConnectionError):
                if attempt == 99 or self.driver.poll() is not None:
                    self.driver.kill()
                    raise
                time.sleep(0.1)
        self.session = "/session/" + session["sessionId"]

    def call(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(json.load(refused)["value"]["message"]) from None

    def close(self):
        try:
            self.call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait(20)
            shutil.rmtree(self.downloads, ignore_errors=True)

    def go(self, url):
        self.call("POST", self.session + "/url", {"url": url})

    def back(self):
        self.call("POST", self.session + "/back")

    def url(self):
        return self.call("GET", self.session + "/url")

    def js(self, code, *arguments):
        return self.call("POST", self.session + "/execute/sync", {"script": code, "args": list(arguments)})

    def later(self, code, *arguments):
        """Code that calls its last argument with the answer."""
        return self.call("POST", self.session + "/execute/async", {"script": code, "args": list(arguments)})

    def wait(self, condition, seconds=15):
        """Waits until the expression is true in the page and returns its value."""
        end = time.time() + seconds
        while time.time() < end:
            value = self.js("return " + condition)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s: {condition}\n{self.text('#app')[:1500]}")

    def find(self, css):
        return self.call("POST", self.session + "/element", {"using": "css selector", "value": css})

    def click(self, css):
        self.call("POST", f"{self.session}/element/{self.find(css)[ELEMENT]}/click")

    def type(self, css, text):
        self.call("POST", f"{self.session}/element/{self.find(css)[ELEMENT]}/value", {"text": text})

    def press(self, *names):
        """Keys, by name or as the text they type, to whatever has the focus; Control holds until the end."""
        element = self.call("GET", self.session + "/element/active")[ELEMENT]
        self.call("POST", f"{self.session}/element/{element}/value", {"text": "".join(KEYS.get(n, n) for n in names)})

    def context_click(self, css):
        """The right mouse button."""
        self.call("POST", self.session + "/actions", {"actions": [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
            {"type": "pointerMove", "duration": 0, "origin": self.find(css), "x": 0, "y": 0}, {"type": "pointerDown", "button": 2}, {"type": "pointerUp", "button": 2}]}]})

    def downloaded(self, ending, seconds=15):
        """The one finished file of that name, and it is gone from the folder."""
        end = time.time() + seconds
        while time.time() < end:
            found = [f for f in os.listdir(self.downloads) if f.endswith(ending)]
            if found and not any(f.endswith(".crdownload") for f in os.listdir(self.downloads)):
                path = os.path.join(self.downloads, found[0])
                with open(path, "rb") as file:
                    content = file.read()
                os.remove(path)
                return found[0], content
            time.sleep(0.05)
        raise AssertionError(f"no {ending} within {seconds} s: {os.listdir(self.downloads)}")

    def text(self, css):
        return self.js("const n = document.querySelector(arguments[0]); return n ? n.innerText : ''", css)

    def texts(self, css):
        return self.js("return [...document.querySelectorAll(arguments[0])].map((n) => n.innerText)", css)

    def errors(self):
        """What the page complained about since the last call; a refused sign-in check is not a complaint."""
        entries = self.call("POST", self.session + "/se/log", {"type": "browser"})
        return [e["message"] for e in entries if e["level"] == "SEVERE" and "/api/v1/session " not in e["message"]]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("GET", self.session + "/screenshot")))
