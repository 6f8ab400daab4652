"""Export files to threads: one file a format, and the registry that recognises them."""
