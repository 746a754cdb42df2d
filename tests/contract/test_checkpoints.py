"""What the document of the topics says of checkpoints."""

from domain.audit.checkpoints import checkpoint_of
from schemas.audit.signed_notes import PublicKey, opened
from tools.contracts.asyncapi import asyncapi


def test_the_checkpoint_of_the_document_is_one() -> None:
    shown = asyncapi()["components"]["messages"]["checkpoint"]
    key = PublicKey.parse(shown["payload"]["description"].split()[-1].removesuffix("."))
    [example] = shown["examples"]

    assert checkpoint_of(opened(example["payload"], [key]).text).origin == key.name
