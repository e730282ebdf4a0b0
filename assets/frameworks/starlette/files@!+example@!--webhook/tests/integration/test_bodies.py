{{ partial("test_bodies.py") }}
