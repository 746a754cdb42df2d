"""`python -m runtime` is `sanban`, where the command is not installed."""

from runtime.cli.main import main

if __name__ == "__main__":
    main()
