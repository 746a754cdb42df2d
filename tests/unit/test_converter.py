"""The shared converter: histories written by either can be read by either."""

from temporalio.contrib.pydantic import pydantic_data_converter

from domain.vocabulary import Stage
from runtime.wiring.temporal import DATA_CONVERTER
from schemas.case import CaseInput
from tests.builders import case_at, plan


def test_it_writes_what_the_sdks_own_writes_byte_for_byte() -> None:
    values = [CaseInput(plan=plan()), case_at(Stage.SIGNED), None, b"bytes", ("a", 1)]
    ours = DATA_CONVERTER.payload_converter.to_payloads(values)

    assert pydantic_data_converter.payload_converter.to_payloads(values) == ours


def test_it_reads_what_it_wrote() -> None:
    begin = CaseInput(plan=plan())
    written = DATA_CONVERTER.payload_converter.to_payloads([begin])

    assert [begin] == DATA_CONVERTER.payload_converter.from_payloads(written, [CaseInput])
