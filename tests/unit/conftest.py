from pathlib import Path

import pytest

from tests.fake_project import FakeProject, fake_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProject:
    """Make a project whose tools, uv first, do what a test tells them to."""
    project = fake_project(tmp_path)
    monkeypatch.setenv("UV", str(project.uv))
    return project
