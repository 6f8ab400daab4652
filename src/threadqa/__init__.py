"""Ask an archive of social-media threads; every sentence of the answer cites the posts it rests on."""

__version__ = "0.1.0"
