#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["jinja2>=3.1,<4", "pyyaml>=6.0,<7", "ruff==0.17.6"]
# ///
"""Emit a Python backend: a repository that runs, is typed, linted, tested and layered."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scaffold.asking.answers import Request, settle
from scaffold.disk.writing import preview, write
from scaffold.emitting.compose import compose
from scaffold.errors import SkillError, refusal_document, refusal_lines
from scaffold.features.catalogue import Catalogue, load
from scaffold.outcome import Emission, emission_document, emission_lines, list_document, list_lines
from scaffold.record.answers_file import read_answers

_EPILOG = """\
examples:
{examples}

--resource, once for each noun, those first that others refer to; references/resources.md has more:
  "merchant: name:str(1..80) unique, country:enum(CH|DE|AT) = CH"
  "payment under merchant by status: amount:decimal(>0), status:enum(open|paid) = open; create idempotent, get, list"
  types       str, text, int, decimal, bool, date, datetime, uuid, enum(a|b), an earlier noun
  bounds      str(1..80), int(0..), decimal(>0), decimal(12,2,<=100)
  behind one  ? for optional, unique, = DEFAULT, readonly (only the service sets it); unique(a, b) is an item of its own
  noun        under PARENT nests its path; by FIELD lists by a field or an earlier noun; person/people gives the plural
  operations  behind a semicolon: create [idempotent], get, list (these three are the default), update, delete; without
              create only the service makes one; where there is an admin also staff create, staff update, staff delete,
              and with these alone the API lacks the noun

without --verify it only writes files: nothing is installed, fetched, locked or committed

exit codes:
  0  done
  2  wrong arguments
  3  something that stands there would be overwritten; nothing was written
  4  written, but a gate failed
  5  the machine lacks something (uv, a Python, the network, room), named
  1  a bug in the skill
"""


def main(arguments: Sequence[str]) -> int:
    """Emit a backend, or say why not, and give the exit code."""
    catalogue = load()
    options = _parser(catalogue).parse_args(arguments)
    try:
        if options.list:
            print(json.dumps(list_document(catalogue), indent=2) if options.json else "\n".join(list_lines(catalogue)))
            return 0
        return _bootstrap(options, catalogue)
    except SkillError as error:
        if options.json:
            print(json.dumps(refusal_document(error), indent=2))
        print("\n".join(refusal_lines(error)), file=sys.stderr)
        return error.exit_code


def _parser(catalogue: Catalogue) -> argparse.ArgumentParser:
    defaults = catalogue.skill["defaults"]
    examples = [f"  uv run scripts/bootstrap.py {example}" for example in catalogue.skill["examples"]]
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description=__doc__,
        epilog=_EPILOG.format(examples="\n".join(examples)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("name", metavar="NAME", nargs="?", help="the distribution name, such as orders-api")
    add("--into", metavar="DIR", type=Path, help="where it goes (default: ./NAME); may exist")
    add("--framework", metavar="FRAMEWORK", help=f"see --list (default: {defaults['framework']})")
    add(
        "--with",
        metavar="ADDON[,ADDON]",
        dest="addons",
        type=_names,
        action="extend",
        default=[],
        help="add-ons; see --list",
    )
    resources = parser.add_mutually_exclusive_group()
    resources.add_argument(
        "--resource",
        metavar="SPEC",
        dest="resources",
        action="append",
        help='a noun: "order: customer_id:uuid, total:decimal, note:str?"; can be given several times; unsaid, an item',
    )
    resources.add_argument(
        "--no-resource",
        dest="resources",
        action="store_const",
        const=[],
        help="the service stores nothing: it computes, or asks other services",
    )
    for option in catalogue.options:
        add(f"--{option.name}", metavar="NAME", action="append", help=option.help)
    add("--python", metavar="VERSION", help=f"the Python to develop on (default: {defaults['python']})")
    add("--answers", metavar="FILE", type=Path, help="take what is not said here from an answers.yaml")
    add("--verify", action="store_true", help="install, lock, run every gate, make the first commit")
    add("--newest", action="store_true", help="with --verify: lock the newest packages, not the proven ones")
    add("--dry-run", action="store_true", help="print every path with its owner and size; write nothing")
    add("--list", action="store_true", help="frameworks and add-ons: when to choose each")
    add("--json", action="store_true", help="one JSON document on stdout")
    return parser


def _bootstrap(options: argparse.Namespace, catalogue: Catalogue) -> int:
    nouns = {option.name: ",".join(given) for option in catalogue.options if (given := getattr(options, option.name))}
    said = Request(options.name, options.framework, options.addons, options.resources, options.python, nouns)
    answers = settle(read_answers(options.answers).overlaid(said) if options.answers else said, catalogue)
    files = compose(answers, catalogue)
    target: Path = options.into or Path(answers.name)
    states = preview(files, target) if options.dry_run else write(files, target)
    emission = Emission(answers, target, files, states, dry_run=options.dry_run)
    if options.verify and not options.dry_run:
        emission = _verified(emission, None if options.newest else catalogue.proven_lock(answers.framework))
    print(json.dumps(emission_document(emission), indent=2) if options.json else "\n".join(emission_lines(emission)))
    return emission.exit_code


def _verified(emission: Emission, proven_lock: Path | None) -> Emission:
    """Check what was emitted, then put it under version control, lock file included."""
    from scaffold.checking.gates import run_gates  # noqa: PLC0415 - emitting alone is to start quickly
    from scaffold.checking.tools import init_repository  # noqa: PLC0415 - likewise

    shortcomings = "not checked"
    try:
        verification = run_gates(emission.target, proven_lock=proven_lock)
        shortcomings = verification.shortcomings
    finally:
        repository = init_repository(emission.target, emission.answers.name, shortcomings)
    return replace(emission, verification=verification, repository=repository)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


if __name__ == "__main__":
    _ = signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as `head` that has seen enough ends it quietly
    sys.exit(main(sys.argv[1:]))
