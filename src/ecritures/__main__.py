"""`python -m ecritures`: the same as the `ecritures` command."""

from ecritures.cli import main

if __name__ == "__main__":
    main()
