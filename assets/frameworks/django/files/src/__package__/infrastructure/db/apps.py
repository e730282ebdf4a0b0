from django.apps import AppConfig


class DbConfig(AppConfig):
    name: str = "{{ package }}.infrastructure.db"
    verbose_name: str = "{{ name }}"
