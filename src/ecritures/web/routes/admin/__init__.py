"""The pages by which a firm is administered, one module each."""
