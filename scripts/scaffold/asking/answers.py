"""What was asked for, checked as a whole: every problem is found before anything starts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from scaffold.asking.names import check_name, distribution_name, package_name, topic_of
from scaffold.asking.noun_checks import Surroundings
from scaffold.asking.options import Names, settle_options
from scaffold.asking.resource import DEFAULT_RESOURCE, Resource
from scaffold.asking.resources import parse_resources
from scaffold.errors import Problem, UsageError, unknown
from scaffold.features.catalogue import Catalogue, Feature


@dataclass(frozen=True, slots=True)
class Request:
    """The raw words of a command line or an answers file; None means it was not said."""

    name: str | None = None
    framework: str | None = None
    addons: Sequence[str] = ()
    resources: Sequence[str] | None = None
    """Empty where it was said that there is none."""
    python: str | None = None
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """What was said for the options that features declare, by name."""

    def overlaid(self, said: "Request") -> "Request":
        """Return this request with what another one says put over it."""
        given = {
            key: value for key, value in asdict(said).items() if value or (key == "resources" and value is not None)
        }
        return replace(self, **{**given, "options": {**self.options, **said.options}})


@dataclass(frozen=True, slots=True)
class Answers:
    """A request that can be carried out: names checked, add-ons in catalogue order."""

    name: str
    framework: str
    addons: tuple[str, ...]
    resources: tuple[Resource, ...]
    """Each after those that it refers to."""
    python: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """The value of every option that was given."""

    @property
    def package(self) -> str:
        """The name that the backend is imported by."""
        return package_name(self.name)

    @property
    def resource(self) -> Resource:
        """The first of the resources."""
        return self.resources[0]


def settle(request: Request, catalogue: Catalogue) -> Answers:
    """Turn a request into answers, or raise UsageError with everything that is wrong with it."""
    defaults = catalogue.skill["defaults"]
    framework = request.framework or str(defaults["framework"])
    python = request.python or str(defaults["python"])
    distributions = catalogue.distributions
    problems = [
        *_name_problems(request.name, distributions, catalogue),
        *unknown("--framework", [framework], [choice.name for choice in catalogue.frameworks]),
        *unknown("--with", request.addons, [choice.name for choice in catalogue.addons]),
        *unknown("--python", [python], [str(version) for version in catalogue.skill["pythons"]]),
    ]
    chosen = {framework, *request.addons, *_required(framework, catalogue)}
    resources, resource_problems = _resources(request, chosen, catalogue)
    names = Names(package_name(request.name or ""), resources, distributions)
    options, option_problems = settle_options(request.options, chosen, names, catalogue)
    problems += [*resource_problems, *option_problems]
    if problems or request.name is None:
        raise UsageError(problems)
    addons = catalogue.with_required(framework, request.addons)
    if unsupported := _unsupported(framework, addons, catalogue):
        raise UsageError(unsupported)
    return Answers(
        name=distribution_name(request.name),
        framework=framework,
        addons=addons,
        resources=resources,
        python=python,
        options=options,
    )


def _name_problems(name: str | None, distributions: Collection[str], catalogue: Catalogue) -> list[Problem]:
    if name is None:
        return [Problem("NAME", 'got none; expected a distribution name such as "orders-api"')]
    return check_name(name, distributions=distributions, reserved=catalogue.reserved("packages"))


def _required(framework: str, catalogue: Catalogue) -> Sequence[str]:
    """Return what comes with a framework; nothing where there is no such framework."""
    return catalogue.feature(framework).entries("requires") if catalogue.is_framework(framework) else ()


def _resources(
    request: Request, chosen: Collection[str], catalogue: Catalogue
) -> tuple[tuple[Resource, ...], tuple[Problem, ...]]:
    manifests = [feature.manifest for feature in _features(request, catalogue)]
    optional = any(manifest.get("resource") == "optional" for manifest in manifests)
    needed = [str(manifest["resource_needed"]) for manifest in manifests if "resource_needed" in manifest]
    if request.resources is None and optional and not needed:
        return (), ()
    if request.resources is not None and not request.resources:
        return (), tuple(Problem("--no-resource", f"got it, but {reason}; expected a --resource") for reason in needed)
    around = Surroundings(
        singulars=catalogue.reserved("singulars"),
        plurals=catalogue.reserved("plurals"),
        fields=catalogue.reserved_fields(),
        filters=catalogue.reserved("filters"),
        topic=topic_of(request.name or ""),
        lacking=_lacking(chosen, catalogue),
        first_is_created=any(manifest.get("created_first") for manifest in manifests),
    )
    try:
        return parse_resources(request.resources or (DEFAULT_RESOURCE,), around), ()
    except UsageError as error:
        return (), error.problems


def _features(request: Request, catalogue: Catalogue) -> Sequence[Feature]:
    """Return what was chosen, or nothing where there is no such framework."""
    framework = request.framework or str(catalogue.skill["defaults"]["framework"])
    if not catalogue.is_framework(framework):
        return ()
    return catalogue.features(framework, request.addons, catalogue.given(request.options))


def _lacking(chosen: Collection[str], catalogue: Catalogue) -> Mapping[str, str]:
    """Return what resources cannot have beside the chosen features, with the option that would bring it."""
    options = {choice.name: f"--framework {choice.name}" for choice in catalogue.frameworks}
    options |= {choice.name: f"--with {choice.name}" for choice in catalogue.addons}
    brought = {name: catalogue.feature(name).entries("resources") for name in options}
    there = {use for name in chosen for use in brought.get(name, ())}
    return {use: options[name] for name, uses in brought.items() for use in uses if use not in there}


def _unsupported(framework: str, addons: Sequence[str], catalogue: Catalogue) -> list[Problem]:
    return [
        Problem("--with", f'got "{addon}", which does not meet {framework} yet; expected a framework among {met}')
        for addon in addons
        if framework not in (met := catalogue.feature(addon).entries("frameworks"))
    ]
