
{% if fields | selectattr("invariant") | list %}
{% for field in fields if field.invariant %}
{% for _, wrong in field.beyond %}
def test_no_{{ noun }}_has_{{ field.name }}_{{ wrong | replace("Decimal(", "") | replace(")", "") | replace('"', "") | replace("-", "minus_") | replace(".", "_") }}() -> None:
    with pytest.raises(ValueError, match="{{ field.name }}"):
        New{{ Noun }}({% for other in fields %}{{ other.name }}={{ wrong if other.name == field.name else other.literal }}, {% endfor %})


{% endfor %}
{% endfor %}
{% endif %}
