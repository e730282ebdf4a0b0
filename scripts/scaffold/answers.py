"""What was asked for, checked as a whole: every problem is found before anything starts."""

from collections.abc import Sequence
from typing import NamedTuple

from scaffold.catalogue import Catalogue
from scaffold.errors import Problem, UsageError
from scaffold.names import check_name, distribution_name, package_name, topic_of
from scaffold.resource import DEFAULT_RESOURCE, Resource, Surroundings, parse_resource
from scaffold.upstream import DEFAULT_UPSTREAM, OPTION, check_upstream


class Request(NamedTuple):
    """The raw words of a command line or an answers file; None means it was not said."""

    name: str | None = None
    framework: str | None = None
    addons: Sequence[str] = ()
    resource: str | None = None
    python: str | None = None
    upstream: str | None = None

    def overlaid(self, said: "Request") -> "Request":
        """Return this request with what another one says put over it."""
        return Request(
            name=said.name or self.name,
            framework=said.framework or self.framework,
            addons=said.addons or self.addons,
            resource=said.resource or self.resource,
            python=said.python or self.python,
            upstream=said.upstream or self.upstream,
        )


class Answers(NamedTuple):
    """A request that can be carried out: names checked, add-ons in catalogue order."""

    name: str
    package: str
    framework: str
    addons: tuple[str, ...]
    resource: Resource
    python: str
    upstream: str | None = None
    """The service that this one calls; None unless an add-on asks for one."""


def settle(request: Request, catalogue: Catalogue) -> Answers:
    """Turn a request into answers, or raise UsageError with everything that is wrong with it."""
    defaults = catalogue.identity["defaults"]
    framework = request.framework or str(defaults["framework"])
    python = request.python or str(defaults["python"])
    problems = [
        *_name_problems(request.name, catalogue),
        *_unknown("--framework", [framework], [choice.name for choice in catalogue.frameworks]),
        *_unknown("--with", request.addons, [choice.name for choice in catalogue.addons]),
        *_unknown("--python", [python], [str(version) for version in catalogue.identity["pythons"]]),
    ]
    resource, resource_problems = _resource(request, catalogue)
    upstream, upstream_problems = _upstream(request, resource, catalogue)
    problems += [*resource_problems, *upstream_problems]
    if problems or resource is None or request.name is None:
        raise UsageError(problems)
    addons = tuple(choice.name for choice in catalogue.addons if choice.name in request.addons)
    if unsupported := _unsupported(framework, addons, catalogue):
        raise UsageError(unsupported)
    return Answers(
        name=distribution_name(request.name),
        package=package_name(request.name),
        framework=framework,
        addons=addons,
        resource=resource,
        python=python,
        upstream=upstream,
    )


def _name_problems(name: str | None, catalogue: Catalogue) -> list[Problem]:
    if name is None:
        return [Problem("NAME", 'got none; expected a distribution name such as "orders-api"')]
    modules = [str(module) for module in catalogue.identity["modules"]]
    return check_name(name, distributions=catalogue.floors.keys(), modules=modules)


def _resource(request: Request, catalogue: Catalogue) -> tuple[Resource | None, tuple[Problem, ...]]:
    spec = DEFAULT_RESOURCE if request.resource is None else request.resource
    around = Surroundings(
        singulars=catalogue.reserved("singulars"),
        plurals=catalogue.reserved("plurals"),
        topic=topic_of(request.name or ""),
    )
    try:
        return parse_resource(spec, around), ()
    except UsageError as error:
        return None, error.problems


def _upstream(
    request: Request, resource: Resource | None, catalogue: Catalogue
) -> tuple[str | None, Sequence[Problem]]:
    """Return the upstream's name if an add-on asks for one, else only what is wrong with having named one."""
    asking = [choice.name for choice in catalogue.addons if OPTION in catalogue.feature(choice.name).entries("options")]
    if any(addon in request.addons for addon in asking):
        name = (request.upstream or DEFAULT_UPSTREAM).replace("-", "_")
        reserved = catalogue.reserved("upstreams")
        return name, check_upstream(name, package_name(request.name or ""), resource, catalogue.floors, reserved)
    if request.upstream is None:
        return None, ()
    expected = f"expected it beside --with {' or '.join(asking)} only"
    return None, [Problem("--upstream", f'got "{request.upstream}", and nothing that calls it; {expected}')]


def _unsupported(framework: str, addons: Sequence[str], catalogue: Catalogue) -> list[Problem]:
    return [
        Problem("--with", f'got "{addon}", which does not meet {framework} yet; expected a framework among {met}')
        for addon in addons
        if framework not in (met := catalogue.feature(addon).entries("frameworks"))
    ]


def _unknown(where: str, words: Sequence[str], known: Sequence[str]) -> list[Problem]:
    return [
        Problem(where, f'got "{word}"; expected one of {", ".join(known)}{did_you_mean(word, known)}')
        for word in dict.fromkeys(words)
        if word not in known
    ]


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return ' (did you mean x?)' when a known word is close, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it, and starting is to stay quick

    close = get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
