"""What a deployed backend needs around it, from the services, processes and settings that the manifests declare."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scaffold.features.conditions import Data


def deployment(services: Sequence[Data], processes: Sequence[Data], sections: Sequence[Data]) -> dict[str, Any]:
    """Return the services and processes, and the variables that a deployed backend and its tests are given.

    `deployed` holds every variable whose default production refuses: its value where a service gives it, otherwise
    compose's way to ask for one. A setting may have a value of its own there. `to_set` names what has to
    be in the environment of compose itself.
    """
    given = _given(services)
    fields = {
        f"{section['prefix']}{field['name'].upper()}": field for section in sections for field in section["variables"]
    }
    asked = [name for name, field in fields.items() if field.get("must_be_set")]
    composed = {name: field["in_compose"] for name, field in fields.items() if "in_compose" in field}
    return {
        "to_set": [*_asked_for(services), *(name for name in asked if name not in given)],
        "services": list(_services(services)),
        "processes": [_process(process, services) for process in processes],
        "deployed": {name: given.get(name, f"${{{name}:?see the README}}") for name in asked} | composed,
        "tested": _given(service["for_tests"] for service in services if "for_tests" in service),
    }


def _given(services: Iterable[Data]) -> dict[str, str]:
    return {name: value for service in services for name, value in service["gives"].items()}


def _asked_for(services: Sequence[Data]) -> list[str]:
    """Return the variables that services ask for themselves, such as a password that is part of what they give."""
    values = (value for service in services for value in service.get("environment", {}).values())
    return [name for value in values for name in re.findall(r"\$\{(\w+):\?", value)]


def _process(process: Data, services: Sequence[Data]) -> Data:
    """Return a process with the names of the services it waits for; `told` holds its variables if it gets few."""
    needed = [service for service in services if service["name"] in process.get("needs", (service["name"],))]
    told = _given(needed) if "needs" in process else {}
    names = [service["name"] for service in needed]
    return {"once": False, "health": [], "stop_grace_period": "", **process, "needs": names, "told": told}


def _services(services: Sequence[Data]) -> Iterator[Data]:
    """Yield services with what their manifests may leave out; tests get one server for all that give the same."""
    nothing: Data = {"command": [], "environment": {}, "data": "", "published": ""}
    given: list[Data] = []
    for service in services:
        for_tests: Data | None = service.get("for_tests")
        if for_tests and for_tests["gives"] in given:
            for_tests = None
        if for_tests:
            given.append(for_tests["gives"])
            for_tests = {**nothing, **for_tests}
        yield {**nothing, **service, "for_tests": for_tests}
