"""Storage in memory, which is lost when the process ends."""

{{ partial("memory.py") }}
