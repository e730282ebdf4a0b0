"""The use cases, and the ports that they need. Their signatures say everything that can go wrong."""

{{ partial("use_case_imports") }}
{{ slot("use_cases.imports") }}


def utc_now() -> datetime:
    return datetime.now(UTC)


{{ partial("use_cases.py") }}
