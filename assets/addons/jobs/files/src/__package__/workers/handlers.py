"""What is done for each kind of job."""

from typing import Final
from {{ package }}.workers.registry import Handlers
{{ slot("jobs.handlers_imports") }}

handlers: Final = Handlers()
{% if slot("jobs.handlers") %}


{{ slot("jobs.handlers") }}
{% endif %}
