"""What bootstrap.py has to say, as lines for people and agents and as one document for programs."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.asking.answers import Answers
from scaffold.disk.existing import FileState, States
from scaffold.features.catalogue import Catalogue, Choice
from scaffold.plan import PlannedFile

if TYPE_CHECKING:
    from scaffold.checking.results import RepositoryState, Verification


@dataclass(frozen=True, slots=True)
class Emission:
    """A backend that was emitted, or would be."""

    answers: Answers
    target: Path
    files: tuple[PlannedFile, ...]
    states: States
    dry_run: bool
    verification: "Verification | None" = None
    repository: "RepositoryState | None" = None

    @property
    def exit_code(self) -> int:
        """What the command line promises for this."""
        return 0 if self.verification is None else self.verification.exit_code

    @property
    def locked(self) -> bool:
        """Whether the exact packages are fixed."""
        return (self.target / "uv.lock").is_file()

    def those(self, state: FileState) -> list[str]:
        """Pick the paths of which that became."""
        return [file.path for file in self.files if self.states[file.path] is state]


def emission_lines(emission: Emission) -> list[str]:
    """Return what a person reads: the plan of a dry run, else what was done and what comes next."""
    if emission.dry_run:
        return [_headline(emission), *_plan(emission)]
    gates = _summary(emission.verification) if emission.verification else []
    return [_headline(emission), *_notes(emission), *gates, "", *_next_steps(emission)]


def emission_document(emission: Emission) -> dict[str, Any]:
    """Return what `--json` prints; assets/schemas/emission.schema.json describes it."""
    return {
        **asdict(emission.answers),
        "resources": [resource.spec for resource in emission.answers.resources],
        "target": str(emission.target),
        "dry_run": emission.dry_run,
        "files": [
            {"path": file.path, "owner": file.owner, "bytes": len(file.content), "state": emission.states[file.path]}
            for file in emission.files
        ],
        "locked": emission.locked,
        "repository": asdict(emission.repository) if emission.repository else None,
        "verification": _verification_document(emission.verification) if emission.verification else None,
        "exit_code": emission.exit_code,
    }


def list_lines(catalogue: Catalogue) -> list[str]:
    """Return the catalogue for reading."""
    width = max(len(choice.name) for choice in (*catalogue.frameworks, *catalogue.addons))
    frameworks, addons = (
        [f"  {choice.name:<{width}}  {choice.choose_when}" for choice in choices]
        for choices in (catalogue.frameworks, catalogue.addons)
    )
    return ["frameworks", *frameworks, "", "add-ons; references/NAME.md says when not", *addons]


def list_document(catalogue: Catalogue) -> dict[str, Any]:
    """Return the catalogue for programs; assets/schemas/catalogue.schema.json describes it."""
    return {
        "version": catalogue.skill["version"],
        "frameworks": [_choice_document(catalogue, choice) for choice in catalogue.frameworks],
        "addons": [_choice_document(catalogue, choice) for choice in catalogue.addons],
    }


def _headline(emission: Emission) -> str:
    answers = emission.answers
    made = " · ".join([answers.framework, *answers.addons])
    verb = "would be " if emission.dry_run else ""
    return f"{answers.name}  {made}  {len(emission.files)} files {verb}in {emission.target}"


def _plan(emission: Emission) -> Iterator[str]:
    for file in emission.files:
        state = emission.states[file.path]
        note = "" if state is FileState.CREATED else f"  {state}"
        yield f"  {file.owner:<10} {len(file.content):>6}  {file.path}{note}"


def _notes(emission: Emission) -> Iterator[str]:
    for path in emission.those(FileState.KEPT):
        yield f"  {path} stays as it is; ours was left out"
    for path in emission.those(FileState.APPENDED):
        yield f"  {path} gained lines"
    if unchanged := emission.those(FileState.UNCHANGED):
        yield f"  {len(unchanged)} files were there already, unchanged"
    if not emission.locked:
        yield "  uv.lock is missing: `uv lock` makes it, and so does --verify"
    if emission.repository is None:
        yield "  git: left alone; --verify makes a repository with one commit where there is none"
    elif emission.repository.note:
        yield f"  git: {emission.repository.note}"


def _next_steps(emission: Emission) -> list[str]:
    package = emission.answers.package
    return [
        f"next  cd {shlex.quote(str(emission.target))} && uv run poe dev      http://127.0.0.1:8000",
        f"      shape src/{package}/domain/ first: AGENTS.md has the rules; `uv run poe check` is the judge",
    ]


def _summary(verification: "Verification") -> list[str]:
    from scaffold.checking.report import summary  # noqa: PLC0415 - emitting alone is to start quickly

    return summary(verification)


def _verification_document(verification: "Verification") -> dict[str, Any]:
    from scaffold.checking.report import document  # noqa: PLC0415 - likewise

    return document(verification)


def _choice_document(catalogue: Catalogue, choice: Choice) -> dict[str, Any]:
    return {**asdict(choice), "brings": catalogue.feature(choice.name).manifest["summary"]}
