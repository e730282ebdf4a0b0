from django.apps import AppConfig


class DbConfig(AppConfig):
    name: str = "{{ package }}.infrastructure.db"
    label: str = "db"
    verbose_name: str = "{{ name }}"
