"""Offline evaluation: question sets, runs, measures, comparisons and reports."""
