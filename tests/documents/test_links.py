from pathlib import Path

import pytest

from tests.documents.checking import problems
from tests.documents.links import reference_pages, relative_links
from tests.documents.markdown import ROOT, page, pages, parse
from tests.output.emissions import catalogue


def listed() -> set[str]:
    choices = {choice.reference for choice in (*catalogue().frameworks, *catalogue().addons)}
    return choices | {str(entry["page"]) for entry in catalogue().skill["references"]}


def test_every_page_is_walked() -> None:
    found = {one.path for one in pages()}

    assert found >= {"AGENTS.md", "CHANGELOG.md", "CLAUDE.md", "README.md", "SKILL.md", "references/boundaries.md"}
    assert not any(path.startswith((".", "assets/")) for path in found)


def test_every_link_leads_to_a_file_and_to_a_heading_that_is_there() -> None:
    assert problems(relative_links(pages(), ROOT)) == []


def test_references_is_what_the_skill_links_to_and_the_catalogue_lists() -> None:
    present = {path.relative_to(ROOT).as_posix() for path in (ROOT / "references").rglob("*") if path.is_file()}

    assert problems(reference_pages(page("SKILL.md"), listed(), present)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[a](absent.md)", "leads nowhere"),
        ("[a](../outside.md)", "leads nowhere"),
        ("[a](there.md#nothing)", "names no heading"),
        ("# One\n\n[a](#two)", "names no heading"),
        ("![a](absent.png)\n\n[a](absent/)", "leads nowhere"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, text: str, wrong: str) -> None:
    _ = (tmp_path / "there.md").write_text("# A heading, with `code`!\n", encoding="utf-8")
    _ = (tmp_path / "page.md").write_text(text, encoding="utf-8")

    (problem,) = problems(relative_links(pages(tmp_path), tmp_path))

    assert wrong in problem


def test_links_elsewhere_and_to_headings_that_are_there_pass(tmp_path: Path) -> None:
    _ = (tmp_path / "there.md").write_text("# A heading, with `code`!\n", encoding="utf-8")
    one = parse("page.md", "[a](https://example.org/x) [b](there.md#a-heading-with-code) [c](there.md)")

    assert problems(relative_links([one], tmp_path)) == []


def test_a_page_that_is_not_linked_not_listed_or_not_there_is_found() -> None:
    skill = parse("SKILL.md", "[a](references/a.md) [b](references/b.md#part) [d](https://example.org)")

    found = problems(reference_pages(skill, {"references/a.md", "references/c.md"}, {"references/a.md"}))

    assert found == [
        "references/b.md is missing from skill.yaml, references/",
        "references/c.md is missing from SKILL.md, references/",
    ]


def test_looking_at_nothing_is_no_pass() -> None:
    with pytest.raises(AssertionError, match="nothing was looked at"):
        problems(relative_links([parse("page.md", "no link")], ROOT))
