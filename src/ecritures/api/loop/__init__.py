"""The routes compatible with the public import API of Cegid Loop."""
