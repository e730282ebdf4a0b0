import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest
import yaml

from scaffold.features.catalogue import CORE
from scaffold.plan import PlannedFile
from tests.output import namings
from tests.output.emissions import (
    addons_of,
    all_sets,
    catalogue,
    conditions,
    covering,
    emit,
    frameworks,
    label,
    meets,
    put_down,
    telling_backends,
    telling_sets,
    texts,
)
from tests.output.namings import BY_STAFF, EVERYDAY, EVERYTHING, NAMINGS, Addons, Naming
from tests.output.traces import MORE, PLAIN, left_behind, traces

TELLING = telling_backends()
MARKER = re.compile(
    "__(?:package|nouns?|other|number|revision|created_once|bounded|shown_nouns?|cached|upstream|webhook)__"
)
BATCH = 32
BATCHES = [(framework, start) for framework in frameworks() for start in range(0, len(all_sets(framework)), BATCH)]

telling = pytest.mark.parametrize(("framework", "addons"), TELLING, ids=[label(*chosen) for chosen in TELLING])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 8, 10, 11, 15, 16])
def test_in_a_covering_set_every_two_meet_and_miss_each_other_in_each_way(count: int) -> None:
    names = [str(number) for number in range(count)]

    sets = covering(names)

    assert sets[0] == tuple(names)
    for one, other in combinations(names, 2):
        ways = {(one in chosen, other in chosen) for chosen in sets}
        assert ways == set(product((True, False), repeat=2))


def test_an_addon_more_brings_a_set_more_at_most() -> None:
    counts = [len(covering([str(number) for number in range(count)])) for count in range(20)]

    assert max(counts) <= 8
    assert all(after - before in {0, 1} for before, after in pairwise(counts))


@pytest.mark.parametrize("framework", frameworks())
def test_whatever_counts_under_conditions_only_counts_in_some_set(framework: str) -> None:
    asked_for = list(conditions(framework))

    assert asked_for
    unmet = [one for one in asked_for if not any(meets(one, framework, addons) for addons in telling_sets(framework))]
    assert unmet == []


@telling
def test_what_is_emitted_parses_and_lints_whatever_the_names(tmp_path: Path, framework: str, addons: Addons) -> None:
    for naming in NAMINGS:
        files = emit(naming, framework, addons)
        hold_to_hygiene(files)
        put_down(files, tmp_path / naming.label)

    hold_to_ruff(tmp_path)


def hold_to_ruff(folder: Path) -> None:
    """Check every backend below, each by its own configuration."""
    for command in (["ruff", "format", "--check", "--diff", "."], ["ruff", "check", "--no-cache", "."]):
        finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stdout + finished.stderr


def hold_to_hygiene(files: tuple[PlannedFile, ...]) -> None:
    """Everything parses, keeps no marker of a template, and ends as a text file does."""
    parsers = {".toml": tomllib.loads, ".yaml": yaml.safe_load, ".yml": yaml.safe_load}
    emitted = texts(files)

    for path, text in emitted.items():
        parsers.get(Path(path).suffix, str)(text)
        tags = r"(?<!\$)\{\{[ -]|\{%|" if "/templates/" not in path else ""  # a template of Django has its own
        assert not re.search(
            rf"{tags}{MARKER.pattern}|<(package|name|nouns?|Nouns?|(?i:upstream|webhook\w*))>", path + text
        ), path
        assert not text or (text.endswith("\n") and not text.endswith("\n\n")), path
        assert "\n\n\n\n" not in text, path
    assert len(emitted) > 20


@telling
def test_every_path_has_exactly_one_owner_that_was_chosen(framework: str, addons: Addons) -> None:
    hold_to_owners(emit(EVERYDAY, framework, addons), framework, addons)


def hold_to_owners(files: tuple[PlannedFile, ...], framework: str, addons: Addons) -> None:
    paths = [file.path for file in files]
    assert len(paths) == len(set(paths))
    assert {file.owner for file in files} == {feature.name for feature in catalogue().features(framework, addons)}


@telling
def test_the_same_answers_give_the_same_bytes_in_whatever_order(framework: str, addons: Addons) -> None:
    assert emit(EVERYDAY, framework, addons) == emit(EVERYDAY, framework, tuple(reversed(addons)))


@telling
def test_a_feature_that_is_off_leaves_no_trace(framework: str, addons: Addons) -> None:
    assert left_behind(framework, addons) == set()


@pytest.mark.parametrize("framework", frameworks())
def test_a_feature_that_is_on_leaves_the_traces_that_are_looked_for(framework: str) -> None:
    everything = addons_of(framework)
    text = "\n".join(path + text for path, text in texts(emit(PLAIN, framework, everything)).items()).lower()

    for feature in catalogue().features(framework, everything):
        left = {word for word in traces(feature) if word in text}
        assert left, feature.name
        assert left >= MORE.get(feature.name, set())


@pytest.mark.parametrize("addons", telling_sets("django"), ids=lambda addons: label("django", addons))
def test_what_the_owner_of_a_django_backend_reads_is_never_asynchronous(addons: Addons) -> None:
    emitted = texts(emit(EVERYTHING[0], "django", addons))
    read = {path: text for path, text in emitted.items() if path.startswith("src/") or path.endswith(".md")}

    assert "AGENTS.md" in read
    assert [path for path, text in read.items() if re.search(r"\b(async|await|create_services)\b", text)] == []


@pytest.mark.presets
@pytest.mark.parametrize(("framework", "start"), BATCHES)
def test_so_it_is_with_every_set_of_addons_there_is(
    tmp_path: Path, subtests: pytest.Subtests, framework: str, start: int
) -> None:
    for addons in all_sets(framework)[start : start + BATCH]:
        with subtests.test(label(framework, addons)):
            files = emit(PLAIN, framework, addons)
            hold_to_hygiene(files)
            hold_to_owners(files, framework, addons)
            assert left_behind(framework, addons) == set()
            _ = put_down(files, tmp_path / label(framework, addons))
    hold_to_ruff(tmp_path)


def test_what_only_staff_see_is_in_the_admin_and_not_in_the_api() -> None:
    emitted = texts(emit(BY_STAFF, "django", addons_of("django")))

    about = {path for path, text in emitted.items() if "employee" in path + text}
    assert "src/loans/backoffice/employees.py" in about
    assert not [path for path in about if "/api/routes/" in path or "_routes" in path or "local_issuer" in path]
    assert "/employees" not in emitted["README.md"]


def test_every_file_of_every_feature_is_emitted_by_some_combination() -> None:
    lost = dict(templates())
    for (framework, addons), naming in product(TELLING, namings.TELLING):
        if lost:
            emitted = "\n".join(f"{file.owner} {file.path}" for file in emit(naming, framework, addons))
            lost = {source: place for source, place in lost.items() if not place.search(emitted)}

    assert [*lost] == []


def templates() -> Iterator[tuple[Path, re.Pattern[str]]]:
    """Yield each file of a feature that is emitted, with a pattern of its owner and the paths that it may have."""
    for name in (CORE, *frameworks(), *catalogue().parts, *(choice.name for choice in catalogue().addons)):
        folder = catalogue().feature(name).folder
        for tree in (tree for tree in folder.iterdir() if tree.name.split("@")[0] == "files"):
            for source in (path for path in tree.rglob("*") if path.is_file()):
                place = MARKER.sub(r"\\w+", source.relative_to(tree).as_posix())
                yield source, re.compile(f"^{name} {place}$", re.MULTILINE)


def test_every_slot_file_is_taken_by_some_template() -> None:
    root = catalogue().root / "assets"
    slots = [path for folder in root.rglob("slots*") if folder.is_dir() for path in folder.iterdir() if path.is_file()]
    templates = "\n".join(
        path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file() and re.search("files|partials|slots", str(path))
    )

    assert slots
    assert [slot for slot in slots if f'"{slot.name}"' not in templates] == []


def test_the_record_can_be_bootstrapped_from() -> None:
    answers = yaml.safe_load(texts(emit(EVERYDAY, "fastapi", ("database",)))[".backend/answers.yaml"])

    again = emit(Naming("again", answers["name"], *answers["resources"]), answers["framework"], tuple(answers["with"]))
    assert again == emit(EVERYDAY, "fastapi", ("database",))
