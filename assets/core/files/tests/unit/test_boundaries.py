import sys

import grimp

ROOT = "{{ package }}"
DOMAIN = f"{ROOT}.domain"


def test_the_domain_imports_only_itself_and_the_standard_library() -> None:
    graph = grimp.build_graph(ROOT, include_external_packages=True)
    inside = {DOMAIN, *graph.find_descendants(DOMAIN)}

    imported = {name for module in inside for name in graph.find_modules_directly_imported_by(module)}

    assert {{ 'f"{DOMAIN}.models"' if "+resource" in uses else '"dataclasses"' }} in imported, "the graph is not empty"
    outside = {name for name in imported - inside if name.split(".", maxsplit=1)[0] not in sys.stdlib_module_names}
    assert outside == set()
