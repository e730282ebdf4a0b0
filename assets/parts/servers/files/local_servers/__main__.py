"""Starts the servers that a command needs, and runs it: `python -m local_servers COMMAND`.

A server whose variable is set, in the environment or in `.env`, is not started, nor is any in production. With
`--throwaway` in place of a command it starts empty servers, prints their settings as a line of JSON, and removes them
when it is told to stop.
"""

import json
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from local_servers.lifetime import ServerError
from {{ package }}.infrastructure.config import AppSettings, load_section, read_environment
{{ slot("servers.imports") }}

LOCAL: Final = Path(__file__).parents[1] / ".local"
SERVERS: Final = {
    {{ slot("servers.servers") }}
}
"""How the server that a variable names is started, and how an empty one."""


def main(arguments: list[str]) -> None:
    """Replace this process by the command, or keep throwaway servers until SIGTERM."""
    try:
        if arguments == ["--throwaway"]:
            keep_throwaways()
        else:
            run(arguments, {**os.environ, **started_servers()})
    except ServerError as error:
        sys.exit(str(error))


def run(command: list[str], environ: dict[str, str]) -> None:
    try:
        os.execvpe(command[0], command, environ)  # noqa: S606 - the caller's command
    except FileNotFoundError:
        sys.exit(f"{command[0]}: command not found")


def started_servers() -> dict[str, str]:
    """Start the servers that no variable names, and return their variables."""
    if load_section(AppSettings).production:
        return {}
    environ = read_environment()
    return {name: start(LOCAL) for name, (start, _) in SERVERS.items() if not (environ.get(name) or "").strip()}


def keep_throwaways() -> None:
    """Print the settings of empty servers, and remove these on SIGTERM or SIGINT."""
    signals = {signal.SIGTERM, signal.SIGINT}
    with ExitStack() as stack:
        settings = {name: stack.enter_context(throwaway()) for name, (_, throwaway) in SERVERS.items()}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # not before: a server would inherit it, and never stop
        print(json.dumps(settings), flush=True)
        signal.sigwait(signals)


if __name__ == "__main__":
    main(sys.argv[1:])
