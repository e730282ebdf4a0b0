import pytest

from tests.documents import facts
from tests.documents.blocks import blocks, trees
from tests.documents.checking import problems
from tests.documents.markdown import pages, parse


def test_every_block_parses() -> None:
    assert problems(blocks(pages())) == []


def test_every_tree_shows_what_is_emitted() -> None:
    assert problems(trees(pages(), facts.emitted_paths())) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "def broken(:"),
        ("toml", "a = "),
        ("yaml", "a: b: c"),
        ("json", "{'a': 1}"),
        ("", "anything"),
        ("console", "$ ls"),
    ],
)
def test_a_block_that_does_not_parse_or_is_in_no_language_we_know_is_found(language: str, text: str) -> None:
    assert len(problems(blocks([parse("a.md", f"```{language}\n{text}\n```\n")]))) == 1


def test_a_tree_with_a_path_that_is_not_there_is_found() -> None:
    tree = "```text\nsrc/app/\n  api/     the edge\n    app.py\n    absent.py\n  absent/\nREADME.md\n```\n"

    found = problems(trees([parse("a.md", tree)], {"src/app/api/app.py", "README.md"}))

    assert [problem.split("shows ")[1] for problem in found] == [
        "src/app/api/absent.py, which is not emitted",
        "src/app/absent/, which is not emitted",
    ]


def test_looking_at_nothing_is_no_pass() -> None:
    for check in (blocks([parse("a.md", "text")]), trees([parse("a.md", "```sh\nls\n```\n")], set())):
        with pytest.raises(AssertionError, match="nothing was looked at"):
            problems(check)
