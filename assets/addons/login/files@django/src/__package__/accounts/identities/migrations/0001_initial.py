from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=2000)),
                ("subject", models.CharField(max_length=255)),
                ("account", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="accounts.user")),
            ],
            options={
                "verbose_name_plural": "identities",
                "constraints": [models.UniqueConstraint(fields=("issuer", "subject"), name="one_account_for_one_identity")],
            },
        ),
    ]
