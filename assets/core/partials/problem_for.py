def problem_for(error: DomainError) -> {{ slot("errors.refusal", "HTTPException") }}:
    """Return the exception for a domain error. The type checker reports a missing case."""
    match error:
        case NotFound():
            status, what, detail = 404, "not found", f"There is no {error.noun} {error.id}."
{% if "+unique" in uses %}
        case NotUnique():
            status, what = 409, "not unique"
            detail = f"Another {error.noun} has the same {' and '.join(error.fields)}."
{% endif %}
{% if "+referenced" in uses %}
        case StillReferenced():
            status, what, detail = 409, "still referenced", f"Something refers to the {error.noun} {error.id}."
{% endif %}
{% if "+update" in uses %}
        case VersionMismatch():
            status, what, detail = 412, "version mismatch", f"The {error.noun} {error.id} has changed; read it again."
{% endif %}
{% if "+reference" in uses %}
        case UnknownReference():
            return invalid_field(f"body/{error.field}", "refers to something that does not exist")
{% endif %}
    return ProblemTypeError(status, f"{error.noun} {what}".replace(" ", "-"), detail)
