from pathlib import Path

import pytest
from jinja2 import UndefinedError

from scaffold.catalogue import Feature
from scaffold.rendering import Renderer, trees


def feature(root: Path, name: str, files: dict[str, str]) -> Feature:
    for path, text in files.items():
        file = root / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (root / name).mkdir(exist_ok=True)
    return Feature(name, root / name, {})


def renderer(*features: Feature, tags: frozenset[str] = frozenset()) -> Renderer:
    return Renderer(features, tags, {"noun": "order"})


def test_a_slot_takes_a_line_from_every_feature_in_order_at_its_own_indent(tmp_path: Path) -> None:
    first = feature(tmp_path, "first", {"slots/here": "one({{ noun }})\nand more\n"})
    second = feature(tmp_path, "second", {"slots/here": "two\n"})

    assert renderer(first, second).render('a:\n    {{ slot("here") }}\nb\n') == (
        "a:\n    one(order)\n    and more\n    two\nb\n"
    )


def test_an_empty_slot_leaves_no_line(tmp_path: Path) -> None:
    assert renderer(feature(tmp_path, "first", {})).render('a:\n    {{ slot("here") }}\nb\n') == "a:\nb\n"


def test_a_slot_has_a_default_until_somebody_fills_it(tmp_path: Path) -> None:
    empty = feature(tmp_path, "first", {})
    filled = feature(tmp_path, "second", {"slots/here": "taken\n"})

    assert renderer(empty).render('{{ slot("here", "free") }}\n') == "free\n"
    assert renderer(empty, filled).render('{{ slot("here", "free") }}\n') == "taken\n"


def test_a_fold_is_wrapped_by_every_feature_the_first_innermost(tmp_path: Path) -> None:
    inner = feature(tmp_path, "first", {"slots/port": "Sql()\n"})
    outer = feature(tmp_path, "second", {"slots/port": "Cached({{ inner }})\n"})

    assert renderer(inner, outer).render('x = {{ fold("port", "Memory()") }}') == "x = Cached(Sql())"
    assert renderer().render('x = {{ fold("port", "Memory()") }}') == "x = Memory()"


def test_a_variant_slot_counts_only_where_its_tags_hold(tmp_path: Path) -> None:
    edge = feature(tmp_path, "first", {"slots@fastapi/here": "fast\n", "slots@!fastapi/here": "slow\n"})

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
