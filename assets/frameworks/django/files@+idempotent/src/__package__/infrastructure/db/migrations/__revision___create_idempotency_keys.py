from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("db", "{{ migrations.create_idempotency_keys.down_revision }}_create_{{ resources[-1].nouns }}")]
    operations = [
        migrations.CreateModel(
            name="IdempotencyKeyRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("caller", models.TextField(blank=True)),
                ("path", models.TextField()),
                ("key", models.TextField()),
                ("fingerprint", models.TextField()),
                ("answer", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                "db_table": "idempotency_keys",
                "verbose_name": "idempotency key",
                "constraints": [models.UniqueConstraint(fields=["caller", "path", "key"], name="uq_idempotency_keys")],
            },
        ),
    ]
