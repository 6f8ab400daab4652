"""Language models behind an OpenAI-compatible server: the protocol, and the one client."""
