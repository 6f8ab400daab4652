"""From files to an archive with vectors, and from the archive to its search indexes."""
