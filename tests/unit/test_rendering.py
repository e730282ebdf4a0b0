from pathlib import Path

import pytest
from jinja2 import UndefinedError

from scaffold.emitting.rendering import Renderer, trees
from scaffold.features.catalogue import Feature


def feature(root: Path, name: str, files: dict[str, str], slots: dict[str, str] | None = None) -> Feature:
    for path, text in files.items():
        file = root / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (root / name).mkdir(exist_ok=True)
    return Feature(name, root / name, {"slots": slots or {}})


def renderer(*features: Feature, tags: frozenset[str] = frozenset()) -> Renderer:
    return Renderer(features, tags, {"resources": [{"noun": "order"}], "chosen_resources": {}})


def test_a_slot_takes_a_line_from_every_feature_in_order_at_its_own_indent(tmp_path: Path) -> None:
    first = feature(tmp_path, "first", {"slots/here": "one({{ noun }})\nand more\n"}, {"here": "lines"})
    second = feature(tmp_path, "second", {"slots/here": "two\n"})

    assert renderer(first, second).render('a:\n    {{ slot("here") }}\nb\n') == (
        "a:\n    one(order)\n    and more\n    two\nb\n"
    )


@pytest.mark.parametrize("kind", ["lines", "sections", "arguments", "parameters"])
def test_an_empty_slot_leaves_no_line(tmp_path: Path, kind: str) -> None:
    assert renderer(feature(tmp_path, "first", {}, {"here": kind})).render('a\n    {{ slot("here") }}\nb\n') == "a\nb\n"


def test_a_slot_has_a_default_until_somebody_fills_it(tmp_path: Path) -> None:
    empty = feature(tmp_path, "first", {}, {"here": "lines"})
    filled = feature(tmp_path, "second", {"slots/here": "taken\n"})

    assert renderer(empty).render('{{ slot("here", "free") }}\n') == "free\n"
    assert renderer(empty, filled).render('{{ slot("here", "free") }}\n') == "taken\n"


def test_sections_stand_apart(tmp_path: Path) -> None:
    first = feature(tmp_path, "first", {"slots/here": "## One\n\nText.\n"}, {"here": "sections"})
    second = feature(tmp_path, "second", {"slots/here": "## Two\n"})

    assert renderer(first, second).slot("here") == "## One\n\nText.\n\n## Two"


def test_arguments_get_a_comma_each_whatever_they_are_made_of(tmp_path: Path) -> None:
    first = feature(tmp_path, "first", {"slots/here": "a=1\nb=call(\n    2,\n)\n"}, {"here": "arguments"})
    second = feature(tmp_path, "second", {"slots/here": '"c": [3]\n'})

    assert renderer(first, second).slot("here") == 'a=1,\nb=call(\n    2,\n),\n"c": [3],'


def test_parameters_stand_once_and_those_by_name_only_behind_one_star(tmp_path: Path) -> None:
    first = feature(tmp_path, "first", {"slots/here": "a: int\n*\nb: int = 1\n"}, {"here": "parameters"})
    second = feature(tmp_path, "second", {"slots/here": "a: int\nc: dict[str, int]\n*\nd: int = 2\n"})

    assert renderer(first, second).slot("here").split("\n") == [
        "a: int,",
        "c: dict[str, int],",
        "*,",
        "b: int = 1,",
        "d: int = 2,",
    ]


def test_an_expression_is_wrapped_by_every_feature_the_first_innermost(tmp_path: Path) -> None:
    owner = feature(tmp_path, "owner", {}, {"port": "expression"})
    inner = feature(tmp_path, "first", {"slots/port": "Sql()\n"})
    outer = feature(tmp_path, "second", {"slots/port": "Cached({{ inner }})\n"})

    assert renderer(owner, inner, outer).render('x = {{ slot("port", "Memory()") }}') == "x = Cached(Sql())"
    assert renderer(owner).render('x = {{ slot("port", "Memory()") }}') == "x = Memory()"


def test_a_slot_that_nobody_declares_is_named(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="nowhere"):
        _ = renderer(feature(tmp_path, "first", {"slots/nowhere": "x\n"})).render('{{ slot("nowhere") }}')


def test_a_variant_slot_counts_only_where_its_tags_hold(tmp_path: Path) -> None:
    files = {"slots@fastapi/here": "fast\n", "slots@!fastapi/here": "slow\n"}
    edge = feature(tmp_path, "first", files, {"here": "lines"})

    assert renderer(edge, tags=frozenset({"fastapi"})).slot("here") == "fast"
    assert renderer(edge).slot("here") == "slow"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (set[str](), ["files", "files@!database"]),
        ({"asgi"}, ["files", "files@!database", "files@asgi", "files@asgi@!database"]),
        ({"asgi", "database"}, ["files", "files@asgi", "files@asgi@database"]),
    ],
)
def test_a_tree_counts_where_all_of_its_tags_hold(tmp_path: Path, tags: set[str], expected: list[str]) -> None:
    for name in ("files", "files@asgi", "files@!database", "files@asgi@!database", "files@asgi@database", "slots"):
        (tmp_path / name).mkdir()

    assert sorted(tree.name for tree in trees(tmp_path, "files", frozenset(tags))) == sorted(expected)


def test_a_name_nobody_gave_is_an_error_not_an_empty_string(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        _ = renderer(feature(tmp_path, "first", {})).render("{{ unknown }}")
