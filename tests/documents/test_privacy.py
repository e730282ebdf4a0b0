from pathlib import Path

import pytest

from tests.documents.checking import problems
from tests.documents.markdown import ROOT
from tests.documents.privacy import hosts, private, texts

PLACES = ["/".join(("", *parts)) for parts in (("work", "main"), ("root",), ("home", "me"), ("Users", "me", "x"))]


def test_no_file_names_a_package_index_or_a_place_on_one_machine() -> None:
    assert problems(private(texts(ROOT), hosts())) == []


def test_the_files_that_are_looked_at_are_those_of_the_repository() -> None:
    found = {path for path, _ in texts(ROOT)}

    assert found >= {"SKILL.md", ".gitignore", "assets/core/files/.gitignore", "tests/documents/privacy.py"}
    assert not any(path.startswith((".git/", ".venv/")) or path == "uv.lock" for path in found)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("around", ["see {}/a", '"{}"', "cd {}", "({})"])
def test_a_place_on_a_machine_is_found(tmp_path: Path, place: str, around: str) -> None:
    _ = (tmp_path / "a.txt").write_text(around.format(place), encoding="utf-8")

    assert len(problems(private(texts(tmp_path), ()))) == 1


@pytest.mark.parametrize("text", ["../work/a", "src/home/x", "/workers/", "https://example.org/work", "/rooted"])
def test_paths_that_are_no_places_pass(text: str) -> None:
    assert problems(private([("a.txt", text)], ())) == []


def test_the_host_of_an_index_is_found_and_one_that_this_machine_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_INDEX", "inner=https://user:word@packages.internal.example/simple")

    known = hosts()

    assert "packages.internal.example" in known
    for host in known:
        assert problems(private([("a.toml", f'url = "https://{host}/simple"')], known)) == [f"a.toml names {host}"]


def test_looking_at_nothing_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nothing was looked at"):
        problems(private(texts(tmp_path), hosts()))
