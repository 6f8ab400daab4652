"""Follow-up questions: whether one leans on what was said before, and its standalone form."""
