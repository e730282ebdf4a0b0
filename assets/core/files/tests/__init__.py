"""Tests: unit/ needs nothing but the code, integration/ goes through the real wiring."""
