"""For the tests of programs that call the service."""
