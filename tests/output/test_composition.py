import re
import subprocess
import tomllib
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
import yaml

from scaffold.catalogue import CORE
from scaffold.plan import PlannedFile
from tests.output.emissions import (
    EVERYDAY,
    NAMINGS,
    Naming,
    catalogue,
    combinations_of_addons,
    emit,
    put_down,
    telling_combinations,
)

FRAMEWORKS = [choice.name for choice in catalogue().frameworks]
COMBINATIONS = list(product(FRAMEWORKS, combinations_of_addons()))
# Words that only a feature brings; one that is not chosen must leave none of them anywhere.
TRACES = {
    "faults": ("tcp_proxy", "tcpproxy"),
    "redis": ("redis",),
    "identity": ("oidc_issuer", "principal", "joserfc", "local_issuer", "api.guard", "@requires"),
    "auth": ("oidc_audience", "bearertokens", "client_credentials"),
    "login": ("itsdangerous", "session_secret", "csrf", "sign_in", "public_url"),
    "database": ("sqlalchemy", "alembic", "asyncpg", "sqlite", "postgres", "database", "migrat", "transaction"),
    "http-client": ("pricing", "infrastructure.clients", "guarded_fetch", "malformed", "upstream"),
    "container": ("docker",),
    "ci": (".github", "github"),
    "cache": ("cachesettings", "cache_ttl", "infrastructure.cache", "readthrough"),
    "jobs": ("dramatiq", "jobssettings", "jobs_redis", "outbox", "domain.jobs", "audittrail", "workers/", ".workers"),
}
# Without a database, a job is still done within what may be a transaction.
SHARED = {"transaction": "jobs"}

TELLING = list(product(FRAMEWORKS, telling_combinations()))


def labels(combinations: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    return ["-".join([framework, *addons]) for framework, addons in combinations]


both = pytest.mark.parametrize(("framework", "addons"), COMBINATIONS, ids=labels(COMBINATIONS))
telling = pytest.mark.parametrize(("framework", "addons"), TELLING, ids=labels(TELLING))
every_naming = pytest.mark.parametrize("naming", NAMINGS, ids=[naming.label for naming in NAMINGS])


def texts(files: tuple[PlannedFile, ...]) -> dict[str, str]:
    return {file.path: file.content.decode() for file in files if not file.path.endswith(".bz2")}


def test_every_combination_is_formatted_and_lints_as_it_comes_off_the_templates(tmp_path: Path) -> None:
    for label, (framework, addons) in zip(labels(COMBINATIONS), COMBINATIONS, strict=True):
        _ = put_down(emit(EVERYDAY, framework, addons), tmp_path / label)

    hold_to_ruff(tmp_path)


@telling
def test_so_it_is_whatever_the_names(tmp_path: Path, framework: str, addons: tuple[str, ...]) -> None:
    for naming in NAMINGS:
        _ = put_down(emit(naming, framework, addons), tmp_path / naming.label)

    hold_to_ruff(tmp_path)


def hold_to_ruff(folder: Path) -> None:
    """Check every backend below, each by its own configuration."""
    for command in (["ruff", "format", "--check", "--diff", "."], ["ruff", "check", "--no-cache", "."]):
        finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stdout + finished.stderr


@both
def test_what_is_emitted_parses(framework: str, addons: tuple[str, ...]) -> None:
    hold_to_hygiene(emit(EVERYDAY, framework, addons))


@telling
@every_naming
def test_so_it_does_whatever_the_names(naming: Naming, framework: str, addons: tuple[str, ...]) -> None:
    hold_to_hygiene(emit(naming, framework, addons))


def hold_to_hygiene(files: tuple[PlannedFile, ...]) -> None:
    """Everything parses, keeps no marker of a template, and ends as a text file does."""
    parsers = {".toml": tomllib.loads, ".yaml": yaml.safe_load, ".yml": yaml.safe_load}
    emitted = texts(files)

    for path, text in emitted.items():
        parsers.get(Path(path).suffix, str)(text)
        assert not re.search(
            r"(?<!\$)\{\{|\{%|__package__|__nouns?__|__upstream__|<(package|name|nouns?|Nouns?|(?i:upstream))>",
            path + text,
        ), path
        assert not text or (text.endswith("\n") and not text.endswith("\n\n")), path
        assert "\n\n\n\n" not in text, path
    assert len(emitted) > 20


@both
def test_every_path_has_exactly_one_owner_that_was_chosen(framework: str, addons: tuple[str, ...]) -> None:
    files = emit(EVERYDAY, framework, addons)

    paths = [file.path for file in files]
    assert len(paths) == len(set(paths))
    assert {file.owner for file in files} == {feature.name for feature in catalogue().features(framework, addons)}


@both
def test_the_same_answers_give_the_same_bytes(framework: str, addons: tuple[str, ...]) -> None:
    assert emit(EVERYDAY, framework, addons) == emit(EVERYDAY, framework, tuple(reversed(addons)))


@both
def test_a_feature_that_is_off_leaves_no_trace(framework: str, addons: tuple[str, ...]) -> None:
    emitted = texts(emit(Naming("plain", "shop", "ticket: seat:str"), framework, addons))

    for absent in TRACES.keys() - {feature.name for feature in catalogue().features(framework, addons)}:
        words = [word for word in TRACES[absent] if SHARED.get(word, absent) not in addons]
        found = {(path, word) for path, text in emitted.items() for word in words if word in (path + text).lower()}
        assert found == set()


def test_every_addon_has_traces_to_look_for_and_leaves_them_when_it_is_on() -> None:
    names = [choice.name for choice in catalogue().addons]
    assert TRACES.keys() == {*catalogue().parts, *names}
    for addon in names:
        text = "\n".join(texts(emit(EVERYDAY, "fastapi", (addon,))).values()).lower()
        brought = {feature.name for feature in catalogue().features("fastapi", (addon,))} & TRACES.keys()
        assert [word for name in brought for word in TRACES[name] if word not in text] == []


def test_every_file_of_every_feature_is_emitted_by_some_combination() -> None:
    emitted = {
        (file.owner, file.path) for framework, addons in COMBINATIONS for file in emit(EVERYDAY, framework, addons)
    }
    names = {"__package__": "orders_api", "__nouns__": "orders", "__noun__": "order", "__upstream__": "pricing"}
    lost: list[Path] = []
    for name in (CORE, *FRAMEWORKS, *catalogue().parts, *(choice.name for choice in catalogue().addons)):
        folder = catalogue().feature(name).folder
        for tree in (tree for tree in folder.iterdir() if tree.name.split("@")[0] == "files"):
            for source in (path for path in tree.rglob("*") if path.is_file()):
                path = source.relative_to(tree).as_posix()
                for marker, noun in names.items():
                    path = path.replace(marker, noun)
                if (name, path) not in emitted:
                    lost.append(source)
    assert lost == []


def test_every_slot_file_is_taken_by_some_template() -> None:
    root = catalogue().root / "assets"
    slots = [path for folder in root.rglob("slots*") if folder.is_dir() for path in folder.iterdir() if path.is_file()]
    templates = "\n".join(
        path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file() and re.search("files|slots", str(path))
    )

    assert slots
    assert [slot for slot in slots if f'"{slot.name}"' not in templates] == []


def test_the_record_can_be_bootstrapped_from() -> None:
    answers = yaml.safe_load(texts(emit(EVERYDAY, "fastapi", ("database",)))[".backend/answers.yaml"])

    again = emit(Naming("again", answers["name"], answers["resource"]), answers["framework"], tuple(answers["with"]))
    assert again == emit(EVERYDAY, "fastapi", ("database",))
