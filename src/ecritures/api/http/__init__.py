"""What the routes share: authentication, bodies, errors, paging, limits."""
