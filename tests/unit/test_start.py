import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "scripts"
# What takes long to load, or is a sign of work that only some runs need.
HEAVY = {"difflib", "scaffold.checking.gates", "scaffold.checking.processes", "scaffold.checking.tools"}
IMPORTED = """
import sys, argparse, json, jinja2, yaml
already = set(sys.modules)
import bootstrap
print(*set(sys.modules) - already)
"""


def test_a_start_loads_nothing_heavy_beside_the_libraries_it_needs() -> None:
    imported = subprocess.run([sys.executable, "-c", IMPORTED], cwd=SCRIPTS, capture_output=True, text=True, check=True)

    loaded = set(imported.stdout.split())
    assert "scaffold.emitting.compose" in loaded
    assert not HEAVY & loaded
