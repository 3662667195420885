"""Files that mean harm, made by code: nothing harmful is stored."""
