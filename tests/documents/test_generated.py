from maintenance.generate import stale
from tests.documents.markdown import ROOT
from tests.output.emissions import catalogue


def test_the_tables_of_the_pages_are_what_the_manifests_hold() -> None:
    assert [str(path.relative_to(ROOT)) for path in stale(catalogue())] == [], "try uv run poe generate"
