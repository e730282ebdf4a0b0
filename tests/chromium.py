"""A headless Chromium over its DevTools protocol: named by TEST_CHROMIUM and then required, else found on PATH."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from websockets.sync.client import ClientConnection, connect

PATIENCE = 30.0


def chromium_or_skip() -> str:
    """Return the browser's path; fail if it was named and is not there, and skip if it was not."""
    named = os.environ.get("TEST_CHROMIUM")
    found = shutil.which(named or "chromium")
    if found:
        return found
    if named:
        pytest.fail(f"TEST_CHROMIUM names {named}, and there is none")
    pytest.skip("no chromium on PATH; TEST_CHROMIUM names one")


class Page:
    """One tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.sent = 0
        _ = self.call("Page.enable")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its result."""
        answer = self.answer(method, **parameters)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def answer(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return what is said to it; events that arrive before are passed over."""
        self.sent += 1
        self.connection.send(json.dumps({"id": self.sent, "method": method, "params": parameters}))
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = json.loads(self.connection.recv(timeout=deadline - time.monotonic()))
            if answer.get("id") == self.sent:
                return answer

    def go(self, url: str) -> None:
        """Open an address."""
        _ = self.call("Page.navigate", url=url)

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever the script says
        """Return what a script, or its promise, comes to; None where the page changed meanwhile."""
        answer = self.answer("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "error" in answer:
            assert "navigated" in answer["error"]["message"], answer["error"]
            return None
        return answer["result"]["result"].get("value")

    def until(self, script: str) -> Any:  # noqa: ANN401 - whatever the script says
        """Return what a script comes to once that is true; the page is asked again after every word from it."""
        deadline = time.monotonic() + PATIENCE
        while not (value := self.evaluate(f"(() => {{ try {{ return {script} }} catch {{ return null }} }})()")):
            assert time.monotonic() < deadline, (script, self.evaluate("document.documentElement.outerHTML"))
            next_word(self.connection)
        return value

    def cookies(self) -> dict[str, dict[str, Any]]:
        """Return the cookies of the page, also those that no script sees."""
        return {cookie["name"]: cookie for cookie in self.call("Network.getCookies")["cookies"]}


def next_word(connection: ClientConnection) -> None:
    """Wait for the next event, and not for long: not every change of a page has one."""
    try:
        _ = connection.recv(timeout=0.1)
    except TimeoutError:
        return


@contextmanager
def browsing(profile: Path) -> Generator[Page]:
    """Give a tab of a browser with a profile of its own."""
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    place = [f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
    process = subprocess.Popen(
        [chromium_or_skip(), *flags, *place], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        address = next(line.split()[-1] for line in lines if line.startswith("DevTools listening on "))
        port = address.split(":")[2].split("/")[0]
        with urlopen(Request(f"http://127.0.0.1:{port}/json/new?about:blank", method="PUT"), timeout=PATIENCE) as new:
            tab = json.load(new)["webSocketDebuggerUrl"]
        with connect(tab, max_size=None, proxy=None) as connection:
            yield Page(connection)
    finally:
        process.kill()
        _ = process.communicate()
