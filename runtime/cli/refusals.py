"""A refusal in the language of the terminal, in the words of the console."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.policy.model import Policy
from runtime.cli.languages import ListLanguage
from runtime.problems import RefusalProblem


@contextmanager
def refusals_in(language: ListLanguage, policy: Policy | None) -> Iterator[None]:
    """Raise a refusal again in Chinese, if that is the language; its code and row stay."""
    try:
        yield
    except RefusalProblem as refused:
        if language is not ListLanguage.ZH or policy is None:
            raise
        said = _in_chinese(refused, policy)
        raise RefusalProblem(refused.code, "", refused.seq, said=said) from refused


def _in_chinese(refused: RefusalProblem, policy: Policy) -> str:
    # Templates are a third of what this imports, and most commands refuse nothing.
    from console.desk.names import TownNames  # noqa: PLC0415
    from console.desk.refusal_words import refusal_words  # noqa: PLC0415

    text = str(refused).partition("): ")[2]
    words = refusal_words(TownNames(policy, "zh"), refused.code, text)
    if not words.is_known:
        return str(refused)
    parts = (
        f"没有办成（{refused.code}）：{words.short}",
        words.help.removesuffix("。"),
        f"现在可以：{words.next}" if words.next else "",
    )
    return "；".join(part for part in parts if part)
