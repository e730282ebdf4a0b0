"""List every slot: its owner, its kind, the files it stands in, and the features that fill it."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffold.features.catalogue import Catalogue, Feature, load

_USE = re.compile(r'slot\("([\w.]+)"')


@dataclass(frozen=True, slots=True)
class Slot:
    """One place that features contribute to; `files` are paths below the owner's trees."""

    name: str
    kind: str
    owner: str
    files: tuple[str, ...]
    filled_by: tuple[str, ...]


def slots(catalogue: Catalogue) -> list[Slot]:
    """Return the slots that the manifests declare, by name."""
    features = catalogue.everything
    uses = {feature.name: list(_uses(feature)) for feature in features}
    filled = {feature.name: frozenset(path.name for path in _files(feature, "slots")) for feature in features}
    return sorted(
        (
            Slot(
                name,
                kind,
                owner.name,
                tuple(sorted({file for used in uses.values() for slot, file in used if slot == name})),
                tuple(feature for feature, names in filled.items() if name in names),
            )
            for owner in features
            for name, kind in owner.table("slots").items()
        ),
        key=lambda slot: slot.name,
    )


def main() -> None:
    """Print one line a slot."""
    for slot in slots(load()):
        print(f"{slot.name}  {slot.kind}, owned by {slot.owner}")
        print(f"    in {', '.join(slot.files)}")
        print(f"    filled by {', '.join(slot.filled_by) or 'nobody'}")


def _uses(feature: Feature) -> Iterator[tuple[str, str]]:
    for kind in ("files", "partials", "slots"):
        for path in _files(feature, kind):
            below = path.relative_to(feature.folder).as_posix().partition("/")[2]
            yield from ((name, below) for name in _USE.findall(path.read_text(encoding="utf-8")))


def _files(feature: Feature, kind: str) -> Iterator[Path]:
    for tree in feature.folder.iterdir():
        if tree.name.partition("@")[0] == kind:
            yield from (path for path in tree.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
