from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("db", "{{ migrations.create_queued_jobs.down_revision }}_create_{{ "idempotency_keys" if "+idempotent" in uses else resources[-1].nouns }}")
    ]
    operations = [
        migrations.CreateModel(
            name="QueuedJobRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=200)),
                ("payload", models.TextField()),
                ("attempts", models.IntegerField()),
                ("max_attempts", models.IntegerField()),
                ("due_at", models.DateTimeField()),
                ("send_at", models.DateTimeField(null=True, db_index=True)),
                ("dead_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(null=True)),
            ],
            options={"db_table": "queued_jobs", "verbose_name": "queued job"},
        ),
        migrations.CreateModel(
            name="PeriodicJobRow",
            fields=[
                ("kind", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "periodic_jobs", "verbose_name": "periodic job"},
        ),
    ]
