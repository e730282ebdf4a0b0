#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Check an emitted backend: every gate that CI would run, and a start and a stop for real."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
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
        verification = run_gates(options.directory, options.only, _progress)
    except SkillError as error:
        return _refuse(error, as_json=options.json)
    _clear_progress()
    if options.json:
        _print_document(document(verification))
    else:
        print("\n".join([f"{verification.project}  {options.directory}", *summary(verification)]))
        _print_exit(verification.exit_code)
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


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _refuse(error: SkillError, *, as_json: bool) -> int:
    if as_json:
        _print_document(refusal_document(error))
    print("\n".join(refusal_lines(error)), file=sys.stderr)
    return error.exit_code


def _print_document(content: Mapping[str, object]) -> None:
    print(json.dumps(content, indent=2))


def _print_exit(code: int) -> None:
    if code:
        print(f"exit {code}")


def _progress(gate: str) -> None:
    # For somebody who watches; whoever reads afterwards has the summary and need not read it twice.
    if sys.stderr.isatty():
        print(f"\r\x1b[K  {gate} ...", end="", file=sys.stderr, flush=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
