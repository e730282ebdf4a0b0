
{% if fields | selectattr("invariant") | list %}
{% for field in fields if field.invariant %}
{% for _, wrong in field.beyond %}
def test_no_{{ noun }}_has_{{ field.name }}_{{ wrong | replace("Decimal(", "") | replace(")", "") | replace('"', "") | replace("-", "minus_") | replace(".", "_") }}() -> None:
    with pytest.raises(ValueError, match="{{ field.name }}"):
        {{ Noun ~ "(id=UUID(int=1), created_at=datetime(2026, 1, 1, tzinfo=UTC), " ~ field.name ~ "=" ~ wrong ~ ", " if field.readonly else "New" ~ Noun ~ "(" }}{% for other in new_fields %}{{ other.name }}={{ wrong if other.name == field.name else other.literal }}, {% endfor %})


{% endfor %}
{% endfor %}
{% endif %}
