"""Write the tables of the pages that the catalogue and the manifests already hold.

A page marks where one stands: `<!-- generated: addons -->`, the table, `<!-- end -->`.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from scaffold.features.catalogue import SKILL_ROOT, Catalogue, Choice, load

_BLOCK = re.compile(r"(?P<start><!-- generated: (?P<table>\w+) -->\n).*?(?P<end><!-- end -->\n)", re.DOTALL)


def main() -> None:
    """Bring every page up to date, and print those that were not."""
    catalogue = load()
    for path, text in stale(catalogue).items():
        _ = path.write_text(text, encoding="utf-8")
        print(path.relative_to(SKILL_ROOT))


def stale(catalogue: Catalogue) -> Mapping[Path, str]:
    """Return the pages whose tables are not what they would be made now, with the text that they should have."""
    pages = [*SKILL_ROOT.glob("*.md"), *sorted((SKILL_ROOT / "references").glob("*.md"))]
    texts = {path: path.read_text(encoding="utf-8") for path in pages}
    fresh = {path: _BLOCK.sub(lambda found: _filled(found, catalogue), text) for path, text in texts.items()}
    return {path: text for path, text in fresh.items() if text != texts[path]}


def _filled(found: re.Match[str], catalogue: Catalogue) -> str:
    return "".join([found["start"], *(f"{line}\n" for line in TABLES[found["table"]](catalogue)), found["end"]])


def choices(catalogue: Catalogue) -> list[str]:
    """Return the table by which an agent chooses."""
    rows = [
        *((choice.choose_when, _framework(choice, catalogue), _page(choice)) for choice in catalogue.frameworks),
        *((choice.choose_when, _addon(choice, catalogue), _page(choice)) for choice in catalogue.addons),
    ]
    return _table(("What the task says", "Choose", "Load"), rows)


def addons(catalogue: Catalogue) -> list[str]:
    """Return what every add-on brings."""
    summaries = ((choice, str(catalogue.feature(choice.name).manifest["summary"])) for choice in catalogue.addons)
    return _table(("Add-on", "Brings"), [(_page(choice), summary) for choice, summary in summaries])


def contracts(catalogue: Catalogue) -> list[str]:
    """Return the import contracts: what each catches, and which add-ons bring it."""
    brought: dict[str, list[str]] = {}
    catches: dict[str, str] = {}
    for framework in catalogue.frameworks:
        always = {name for feature in catalogue.features(framework.name, ()) for name in feature.table("contracts")}
        for addon in (None, *catalogue.addons):
            for feature in catalogue.features(framework.name, [addon.name] if addon else []):
                for name, contract in feature.table("contracts").items():
                    catches.setdefault(name, contract.get("catches", ""))
                    if addon and name not in always and addon.name not in brought.setdefault(name, []):
                        brought[name].append(addon.name)
    rows = [(name, text + _only_with(brought.get(name, []))) for name, text in catches.items()]
    return _table(("Contract", "Catches"), rows)


TABLES: Mapping[str, Callable[[Catalogue], list[str]]] = {
    "choices": choices,
    "addons": addons,
    "contracts": contracts,
}


def _framework(choice: Choice, catalogue: Catalogue) -> str:
    default = catalogue.skill["defaults"]["framework"]
    said = f"{choice.name}, the default" if choice.name == default else f"`--framework {choice.name}`"
    return said + _options(choice, catalogue)


def _addon(choice: Choice, catalogue: Catalogue) -> str:
    return f"`--with {choice.name}`{_options(choice, catalogue)}"


def _options(choice: Choice, catalogue: Catalogue) -> str:
    return "".join(f", `--{option}`" for option in catalogue.feature(choice.name).table("options"))


def _page(choice: Choice) -> str:
    return f"[{choice.name}]({choice.reference})"


def _only_with(addons: Sequence[str]) -> str:
    return f" (only with {' or '.join(f'`{addon}`' for addon in addons)})" if addons else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return list(_lines([head, ["---"] * len(head), *rows]))


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    return (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
