"""What a backend keeps of how it was made, in its folder .backend/."""

ANSWERS = ".backend/answers.yaml"
CHECKS = ".backend/checks.json"
