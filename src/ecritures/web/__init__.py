"""The web pages: server-rendered, French first, usable without script."""
