"""From a question to the posts that may answer it: operators, two searches, one ranking."""
