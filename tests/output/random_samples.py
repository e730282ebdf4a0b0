"""Resources of many backends, drawn at random but the same in every run.

Hypothesis also draws what stands in the modules that have been imported. That is why they are drawn in a process of
their own: there it is the same modules whatever tests are run.
"""

import json
import subprocess
import sys
from functools import cache
from typing import cast

from hypothesis import Phase, given, seed, settings

from scaffold.features.catalogue import SKILL_ROOT
from tests.resource_specs import specs

SAMPLE = 20


@cache
def samples() -> list[list[str]]:
    """Return the specs of `SAMPLE` backends."""
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path[:0] = ['.', 'scripts']; import {__name__} as drawn; drawn.main()",
    ]
    drawn = subprocess.run(command, cwd=SKILL_ROOT, capture_output=True, check=True)
    return cast("list[list[str]]", json.loads(drawn.stdout))


def main() -> None:
    """Draw them, and write them as JSON."""
    drawn: list[list[str]] = []

    @seed(1)
    @settings(max_examples=10 * SAMPLE, database=None, deadline=None, phases=[Phase.generate])
    @given(chosen=specs())
    def draw(chosen: list[str]) -> None:
        drawn.append(chosen)

    draw()
    largest_first = sorted(drawn, key=lambda chosen: -sum(map(len, chosen)))
    _ = sys.stdout.write(json.dumps(largest_first[: 8 * SAMPLE : 8]))
