"""The JSON shape of every answer: one function each, for the command line, the API and the page."""
