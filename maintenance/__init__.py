"""What keeps the skill current: commands for those who maintain it, none of which its users run."""
