"""An image's steps carried out by hand, where there is no engine: in a mount namespace, the served one unprivileged.

Only the instructions that the emitted Dockerfile uses are known; any other is an error, never passed over.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.interpreter import python_or_skip

_CACHE = "/var/cache/uv"
_CACHE_MOUNT = f"--mount=type=cache,target={_CACHE} "
_DESCRIBING = {"LABEL", "EXPOSE"}


def namespaces_or_skip() -> None:
    """Skip where mount namespaces cannot be had; fail where TEST_IMAGES says that they must."""
    tried = ["unshare", "--mount", "true"]
    if os.geteuid() == 0 and subprocess.run(tried, check=False, capture_output=True).returncode == 0:
        return
    reason = "an image's steps need root and mount namespaces"
    if os.environ.get("TEST_IMAGES"):
        pytest.fail(reason)
    pytest.skip(f"{reason}; TEST_IMAGES makes this a failure")


@dataclass(slots=True)
class Stage:
    """What a stage comes to: its /app, and what a process in it starts with."""

    app: Path
    prefix: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])
    user: str = "0:0"
    stop_signal: str = "SIGTERM"
    health: list[str] = field(default_factory=list[str])
    command: list[str] = field(default_factory=list[str])

    def started(self, command: Sequence[str], given: Mapping[str, str]) -> list[str]:
        """Return a command line that runs a command as the image's user, with nothing to write to but /tmp."""
        uid, gid = self.user.split(":")
        environment = {**self.environment, **given, "LD_LIBRARY_PATH": "/usr/local/lib"}
        assignments = [f"{name}={value}" for name, value in environment.items()]
        drop = [
            "setpriv",
            f"--reuid={uid}",
            f"--regid={gid}",
            "--clear-groups",
            "--no-new-privs",
            "--bounding-set=-all",
        ]
        script = [
            *self.mounts(),
            "mount -t tmpfs tmpfs /tmp",
            "mount -o remount,ro,bind /app",
            "mount -o remount,ro,bind /usr/local",
            "mount -o remount,ro,bind /",
            "cd /app",
            f"exec {shlex.join([*drop, 'env', '-i', *assignments, *command])}",
        ]
        return ["unshare", "--mount", "bash", "-euc", "\n".join(script)]

    def mounts(self) -> list[str]:
        """Put the stage's own /app and an interpreter where the base image has it."""
        return [f"mkdir -p /app && mount --bind {self.app} /app", f"mount --bind {self.prefix} /usr/local"]


def build(project: Path, below: Path) -> Stage:
    """Carry out a Dockerfile and return its last stage."""
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    for instruction, rest in _instructions((project / "Dockerfile").read_text(encoding="utf-8")):
        if instruction == "FROM":
            name = rest.partition(" AS ")[2] or "final"
            stage = stages[name] = _from(below / name, rest.partition("python:")[2].partition("-")[0])
        else:
            assert stage is not None
            _carry_out(stage, instruction, rest, project, stages)
    assert stage is not None
    return stage


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


def _from(folder: Path, version: str) -> Stage:
    """Begin with an interpreter and its pip where the official image has them; a copy, for a step installs into it."""
    (folder / "app").mkdir(parents=True)
    _ = subprocess.run(["cp", "-a", python_or_skip(version), folder / "local"], check=True)
    for installed in (*folder.glob("local/bin/uv*"), *folder.glob("local/lib/python*/site-packages/uv*")):
        _ = subprocess.run(["rm", "-r", installed], check=True)
    for pip in folder.glob("local/bin/pip*"):
        _, _, program = pip.read_text(encoding="utf-8").partition("\n")
        _ = pip.write_text(f"#!/usr/local/bin/python3\n{program}", encoding="utf-8")
    path = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    return Stage(folder / "app", folder / "local", {"PATH": path})


def _carry_out(stage: Stage, instruction: str, rest: str, project: Path, stages: Mapping[str, Stage]) -> None:
    match instruction:
        case "ENV":
            pairs = (assignment.partition("=") for assignment in shlex.split(rest))
            stage.environment |= {name: value.replace("$PATH", stage.environment["PATH"]) for name, _, value in pairs}
        case "RUN":
            _run(stage, rest.removeprefix(_CACHE_MOUNT))
        case "COPY":
            _copy(stage, rest.split(), project, stages)
        case "USER":
            stage.user = rest
        case "STOPSIGNAL":
            stage.stop_signal = rest
        case "CMD":
            stage.command = json.loads(rest)
        case "HEALTHCHECK":
            stage.health = json.loads(rest.partition(" CMD ")[2])
        case "WORKDIR":
            assert rest == "/app"
        case _:
            assert instruction in _DESCRIBING, f"{instruction} is not known here"


def _copy(stage: Stage, words: list[str], project: Path, stages: Mapping[str, Stage]) -> None:
    source = project
    if words[0].startswith("--from="):
        source = stages[words.pop(0).removeprefix("--from=")].app
    *paths, target = words
    for path in paths:
        place = stage.app / target / path if target.endswith("/") else stage.app / target
        _ = subprocess.run(["cp", "-a", source / path.removeprefix("/app/"), place], check=True)


def _run(stage: Stage, command: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYENV", "VIRTUAL_ENV", "UV"))}
    environment = {**kept, **stage.environment, "LD_LIBRARY_PATH": "/usr/local/lib"}
    cache = _said(["uv", "cache", "dir"])
    cached = f"mkdir -p {cache} {_CACHE} && mount --bind {cache} {_CACHE}"
    script = "\n".join([*stage.mounts(), cached, "cd /app", command])
    finished = subprocess.run(
        ["unshare", "--mount", "bash", "-euc", script], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, f"{command}\n{finished.stdout}{finished.stderr}"


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
