"""Words that only one feature brings: a backend without it holds none of them, in no path and in no text."""

import re
from collections.abc import Iterator
from functools import cache

from scaffold.features.catalogue import Feature
from tests.output.emissions import catalogue, emit, telling_backends, texts
from tests.output.namings import Addons, Naming

PLAIN = Naming("plain", "shop", "ticket: seat:str", "geodesy")
# Nobody has to add to these: what a manifest says, and where files lie, tells a feature well enough.
MORE = {
    "cache": {"readthrough"},
    "ci": {"github"},
    "container": {"docker"},
    "database": {"postgres", "database", "migrat", "transaction"},
    "django": {".workers", "csrf", "sign_in"},
    "faults": {"tcp_proxy", "tcpproxy"},
    "fetch": {"fetcher", "fetch_allow"},
    "http-client": {"geodesy", "unusableanswer", "http_service"},
    "identity": {"principal", "local_issuer"},
    "jobs": {"jobs_redis", "job_queue", "dramatiq", "workers/", ".workers"},
    "login": {"csrf", "sign_in"},
}


def traces(feature: Feature) -> frozenset[str]:
    """Return what gives a feature away: its packages, settings and files, and what is in `MORE`, in lower case."""
    packages = (*feature.entries("packages"), *feature.entries("dev_packages"))
    words = {re.split(r"[\[<>=]", package)[0] for package in packages} | {*_settings(feature)} | _places(feature.name)
    return frozenset(word.lower() for word in words if "<" not in word) | MORE.get(feature.name, set())


def left_behind(framework: str, addons: Addons) -> set[tuple[str, str, str]]:
    """Return each feature that is not chosen but has left a word of its own, with the word and the path of the file."""
    chosen = {feature.name: feature for feature in catalogue().features(framework, addons)}
    rest = {*catalogue().parts, *(choice.name for choice in catalogue().addons)} - chosen.keys()
    ours = frozenset[str]().union(*map(traces, chosen.values()))
    files = {path: (path + text).lower() for path, text in texts(emit(PLAIN, framework, addons)).items()}
    return {
        (name, word, path)
        for name in rest
        for word in traces(catalogue().feature(name)) - ours
        for path, text in files.items()
        if word in text
    }


def _settings(feature: Feature) -> Iterator[str]:
    for section in feature.entries("settings"):
        prefix = section.get("prefix", "")
        yield section["class"]
        yield from (prefix + field["name"] for field in section.get("fields", ()))


@cache
def _places(name: str) -> set[str]:
    """Return where the files of a feature lie, as paths and as modules, but for modules at the top of the package."""
    modules = {
        file.path.removesuffix(".py").removesuffix("/__init__")
        for framework, addons in telling_backends()
        for file in emit(PLAIN, framework, addons)
        if file.owner == name
    }
    inside = {module.removeprefix("src/shop/") for module in modules}
    telling = {place for place in inside if "/" in place or place in modules}
    return telling | {place.replace("/", ".") for place in telling}
