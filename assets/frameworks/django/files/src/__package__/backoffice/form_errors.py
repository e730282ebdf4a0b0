"""What the domain refused, in words for the person at the form."""

from {{ package }}.domain.errors import DomainError, NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch


class FormError(Exception):
    """The domain refused what a person asked for, because of `field` where it is one."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field: str = field


def form_error_for(error: DomainError) -> FormError:
    """Return a domain error in words. The type checker reports a missing case."""
    field = ""
    match error:
        case NotFound():
            reason = f"There is no {error.noun} {error.id}."
{% if "+unique" in uses %}
        case NotUnique():
            field = error.fields[0] if len(error.fields) == 1 else ""
            reason = f"Another {error.noun} has the same {' and '.join(error.fields)}."
{% endif %}
{% if "+referenced" in uses %}
        case StillReferenced():
            reason = f"Something refers to the {error.noun} {error.id}."
{% endif %}
{% if "+update" in uses %}
        case VersionMismatch():
            reason = f"The {error.noun} {error.id} has changed; read it again."
{% endif %}
{% if "+reference" in uses %}
        case UnknownReference():
            field, reason = error.field, "refers to something that does not exist"
{% endif %}
    return FormError(reason, field)
