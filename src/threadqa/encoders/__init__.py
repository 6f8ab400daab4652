"""Text to vectors: the Encoder protocol, and the models and runtimes behind it.

``threadqa.encoders.registry.open_encoder`` is the way in.
"""
