"""Ask an archive of social-media threads; every sentence of the answer cites its posts."""

__version__ = "0.1.0"
