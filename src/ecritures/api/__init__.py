"""The HTTP face: the Loop-compatible routes and the product's own."""
