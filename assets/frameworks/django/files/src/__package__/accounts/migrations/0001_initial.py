from django.db import migrations, models
from {{ package }}.accounts.models import LowerCaseEmailField

SUPERUSER_HELP = "Designates that this user has all permissions without explicitly assigning them."
GROUPS_HELP = "The groups this user belongs to. A user will get all permissions granted to each of their groups."


class Migration(migrations.Migration):
    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[  # pyright: ignore[reportUnknownArgumentType] - the stubs do not know the rows between
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("is_superuser", models.BooleanField(default=False, help_text=SUPERUSER_HELP, verbose_name="superuser status")),
                ("email", LowerCaseEmailField(max_length=254, unique=True)),
                ("is_active", models.BooleanField(default=True, help_text="Who is not active cannot sign in.")),
                ("is_staff", models.BooleanField(default=False, help_text="Staff may open the back office.")),
                ("groups", models.ManyToManyField(blank=True, help_text=GROUPS_HELP, related_name="user_set", related_query_name="user", to="auth.group", verbose_name="groups")),
                ("user_permissions", models.ManyToManyField(blank=True, help_text="Specific permissions for this user.", related_name="user_set", related_query_name="user", to="auth.permission", verbose_name="user permissions")),
            ],
        ),
    ]
