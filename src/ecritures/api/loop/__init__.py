"""The routes that a client of Cegid Loop knows."""
