
@final
class {{ Noun }}Row(Base):
    """The table of {{ nouns_words }}{{ ", with the indexes that its listings walk" if can_list }}."""

    __tablename__ = "{{ nouns }}"
{% if table_types %}
    __table_args__: {{ "tuple[" ~ table_types | join(", ") ~ "]" }} = (
{% for columns in listings %}
        Index(None{% for column in columns %}, "{{ column }}"{% endfor %}),
{% endfor %}
{% for columns in uniques %}
        UniqueConstraint({% for column in columns %}{{ ", " if not loop.first }}"{{ column }}"{% endfor %}),
{% endfor %}
{% for check, condition in checks %}
        CheckConstraint({{ condition }}, name="{{ check }}"),
{% endfor %}
    )
{% endif %}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column()
{% if can_update %}
    version: Mapped[int] = mapped_column(BigInteger)
{% endif %}
{% for field in fields %}
    {{ field.name }}: Mapped[{{ type_of(field, "python") }}{{ " | None" if field.optional }}] = mapped_column({{ type_of(field, "column") }})
{% endfor %}

    @classmethod
    def of(cls, {{ noun }}: domain_models.{{ Noun }}) -> Self:
        return cls(**asdict({{ noun }}))

    def to_domain(self) -> domain_models.{{ Noun }}:
        return domain_models.{{ Noun }}(
            id=self.id,
            created_at=self.created_at,
{% if can_update %}
            version=self.version,
{% endif %}
{% for field in fields %}
            {{ field.name }}=self.{{ field.name }},
{% endfor %}
        )
