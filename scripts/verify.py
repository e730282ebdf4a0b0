#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Check an emitted backend: every gate that CI would run, and a start and a stop for real."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from scaffold.checking.gates import GATE_NAMES, run_gates
from scaffold.checking.report import document, summary
from scaffold.errors import SkillError, refusal_document, refusal_lines

_EPILOG = f"""\
gates, in order:
  {", ".join(GATE_NAMES)}

examples:
  uv run scripts/verify.py ../orders-api
  uv run scripts/verify.py ../orders-api --only lint,types
  uv run scripts/verify.py ../orders-api --json

exit codes:
  0  every gate that was asked for is green; one that does not apply is named
  2  wrong arguments
  4  a gate failed, or could not run
  5  the machine lacks something (uv, a Python, the network), named
  1  a bug in the skill
"""


def main(arguments: Sequence[str]) -> int:
    """Run the gates, print what they found, and give the exit code."""
    options = _parser().parse_args(arguments)
    try:
        verification = run_gates(options.directory, options.only, lambda gate: _show_progress(f"  {gate} ..."))
    except SkillError as error:
        if options.json:
            print(json.dumps(refusal_document(error), indent=2))
        print("\n".join(refusal_lines(error)), file=sys.stderr)
        return error.exit_code
    _show_progress("")
    if options.json:
        print(json.dumps(document(verification), indent=2))
    else:
        code = [f"exit {verification.exit_code}"] if verification.exit_code else []
        print("\n".join([f"{verification.project}  {options.directory}", *summary(verification), *code]))
    return verification.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.py", description=__doc__, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "directory", metavar="DIR", nargs="?", type=Path, default=Path(), help="the project (default: .)"
    )
    parser.add_argument("--only", metavar="GATE[,GATE]", type=_names, default=(), help="no other gates than these")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _show_progress(text: str) -> None:
    # For somebody who watches; whoever reads afterwards has the summary and need not read it twice.
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    _ = signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as `head` that has seen enough ends it quietly
    sys.exit(main(sys.argv[1:]))
