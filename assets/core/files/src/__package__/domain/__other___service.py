"""The use cases of {{ nouns_words }}, and the port that they need."""

{{ partial("use_case_imports") }}
from {{ package }}.domain.services import utc_now
{% if parent %}
from {{ package }}.domain.{{ parent.service_module }} import {{ parent.Nouns }}
{% endif %}


{{ partial("use_cases.py") }}
