"""What the document of the topics says of checkpoints."""

from domain.checkpoints import checkpoint_of
from schemas.asyncapi import asyncapi
from schemas.notes import PublicKey, opened


def test_the_checkpoint_of_the_document_is_one() -> None:
    shown = asyncapi()["components"]["messages"]["checkpoint"]
    key = PublicKey.parse(shown["payload"]["description"].split()[-1].removesuffix("."))
    [example] = shown["examples"]

    assert checkpoint_of(opened(example["payload"], [key]).text).origin == key.name
