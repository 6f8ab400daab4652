"""The terminal: one small file a command group; nothing heavy is imported before it is needed."""
