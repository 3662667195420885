"""The HTTP adapters: the Loop-compatible routes, the routes of `/v1`, and those for operators."""
