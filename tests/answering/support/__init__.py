"""Tests of the check of support."""
