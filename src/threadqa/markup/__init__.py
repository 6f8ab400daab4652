"""HTML and SVG as values, for reports, exports and pages: what must be escaped is."""
