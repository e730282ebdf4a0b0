"""The use cases that handlers work with. `bootstrap.py` creates them."""

from dataclasses import dataclass
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
{% endfor %}


@dataclass(frozen=True, slots=True)
class WorkerServices:
{% for one in resources %}
    {{ one.nouns }}: {{ one.Noun }}Service
{% endfor %}
