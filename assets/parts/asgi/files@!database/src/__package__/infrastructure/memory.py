"""Keeps everything in memory; it is gone when the process ends."""

{{ partial("memory.py") }}
