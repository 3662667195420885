"""The routes for operators: health, metrics, documentation."""
