"""Links lead somewhere, and the pages of references/ hang together."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from tests.documents.checking import Verdicts
from tests.documents.markdown import Page, Piece, page

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")


def relative_links(pages: Iterable[Page], root: Path) -> Verdicts:
    """Every link to a file has one, within the repository, with the heading that it names."""
    for one in pages:
        for link in one.links:
            if not _ELSEWHERE.match(link.text):
                yield _leads_somewhere(one, link, root)


def reference_pages(skill: Page, listed: Collection[str], present: Collection[str]) -> Verdicts:
    """What lies in references/ is what SKILL.md links to, and what skill.yaml lists."""
    linked = {target for target in _targets(skill) if target.startswith("references/")}
    for path in sorted({*linked, *listed, *present}):
        yield _lacks(path, {"SKILL.md": linked, "skill.yaml": listed, "references/": present})


def _lacks(path: str, places: dict[str, Collection[str]]) -> str | None:
    missing = [place for place, paths in places.items() if path not in paths]
    return f"{path} is missing from {', '.join(missing)}" if missing else None


def _targets(one: Page) -> Iterator[str]:
    folder = posixpath.dirname(one.path)
    return (posixpath.normpath(posixpath.join(folder, link.text.partition("#")[0])) for link in one.links)


def _leads_somewhere(one: Page, link: Piece, root: Path) -> str | None:
    target, _, anchor = link.text.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(one.path), target)) if target else one.path
    if path.startswith("..") or not (root / path).exists():
        return link.wrong("leads nowhere")
    if anchor and anchor not in page(path, root).anchors:
        return link.wrong(f"names no heading of {path}")
    return None
