"""The command `sanban`: each sub-command puts one process together and starts it."""

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def sanban() -> None:
    """Dispatch civic complaints: direct, assign, supervise."""


def main() -> None:
    app()
