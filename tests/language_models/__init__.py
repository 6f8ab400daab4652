"""Tests of language models: the client, over real HTTP."""
