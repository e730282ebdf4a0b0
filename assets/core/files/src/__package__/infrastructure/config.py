"""The settings of the service. `.env.example` and the README list the same variables."""

import os
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, override
from dotenv import dotenv_values
from msgspec import Meta
from {{ package }}.infrastructure.environment import Section, read_settings
{% for section in setting_classes %}
{% for line in section.imports %}
{{ line }}
{% endfor %}
{% endfor %}
{% for section in setting_classes %}


{% set rename = 'lambda name: f"' ~ section.prefix ~ '{name.upper()}"' if section.prefix else '"upper"' %}
class {{ section.class }}({{ section.base or "Section" }}, frozen=True, kw_only=True, rename={{ rename }}):
    """{{ section.doc }}"""

{% for field in section.variables %}
    {{ field.name }}: {{ field.type }}{% if field.default != "" %} = {{ field.default }}{% endif %}

{% endfor %}
{% if section.class == "AppSettings" %}

    @property
    def production(self) -> bool:
        return self.app_env == "production"
{% if slot("config.app_properties") %}

    {{ slot("config.app_properties") }}
{% endif %}
{% endif %}
{% if section.refusals %}

    @override
    def unsafe_in_production(self) -> Iterator[str]:
{% for refusal in section.refusals %}
        if {{ refusal.when }}:
            yield "{{ refusal.because }}"
{% endfor %}
{% endif %}
{% endfor %}


class Settings(Section, frozen=True, kw_only=True):
{% for section in sections %}
    {{ section.name }}: {{ section.class }}
{% endfor %}


def load_settings() -> Settings:
    """Return all settings, or raise SettingsError with every variable that is wrong."""
    return load_section(Settings)


def load_section[S: Section](kind: type[S]) -> S:
    """Return one section, for a command that needs no other."""
    environ = read_environment()
    return read_settings(kind, environ, production=_production(environ))


def read_environment() -> Mapping[str, str | None]:
    """Return the environment. In development, the file .env adds what is not set."""
    if _production(os.environ) or "PYTHON_DOTENV_DISABLED" in os.environ:
        return os.environ
    return {**dotenv_values(".env", interpolate=False), **os.environ}


def _production(environ: Mapping[str, str | None]) -> bool:
    """Treat a misspelt APP_ENV as production: a command that reads another section does not notice it."""
    return environ.get("APP_ENV") not in {None, "", "development"}
