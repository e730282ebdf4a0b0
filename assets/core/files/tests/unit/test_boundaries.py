import sys

import grimp

ROOT = "{{ package }}"
DOMAIN = f"{ROOT}.domain"


def test_the_domain_imports_only_itself_and_the_standard_library() -> None:
    graph = grimp.build_graph(ROOT, include_external_packages=True)
    inside = {DOMAIN, *graph.find_descendants(DOMAIN)}

    imported = {name for module in inside for name in graph.find_modules_directly_imported_by(module)} - inside

    assert {name for name in imported if name.split(".", maxsplit=1)[0] not in sys.stdlib_module_names} == set()


def test_the_graph_that_is_checked_is_not_empty() -> None:
    graph = grimp.build_graph(ROOT, include_external_packages=True)

    assert f"{DOMAIN}.models" in graph.find_descendants(DOMAIN)
    assert f"{DOMAIN}.models" in graph.find_modules_directly_imported_by(f"{DOMAIN}.services")
