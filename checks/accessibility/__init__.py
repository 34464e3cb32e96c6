"""WCAG percentage (M16J) from axe-core's results: pure modules around one check."""
