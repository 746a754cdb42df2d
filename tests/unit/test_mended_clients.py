"""Repairs of kafka-python that show without a broker."""

import logging
import threading

import pytest
from kafka.errors import KafkaError
from kafka.producer import kafka as producer_module

from gateways.kafka.mended_clients import MendedAdmin, MendedConsumer, MendedProducer
from runtime.embedded.ports import free_port
from tests.fakes.kafka_group import broker_going_away


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("kafka-")}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_consumer_that_finds_no_broker_leaves_no_thread() -> None:
    before = threads()

    with broker_going_away(), pytest.raises(KafkaError):
        MendedConsumer(bootstrap_servers=f"127.0.0.1:{free_port()}", bootstrap_timeout_ms=200)

    assert threads() == before


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_an_admin_that_finds_no_broker_leaves_no_thread() -> None:
    before = threads()

    with broker_going_away(), pytest.raises(KafkaError):
        MendedAdmin(bootstrap_servers=f"127.0.0.1:{free_port()}", bootstrap_timeout_ms=200)

    assert threads() == before


def test_a_producer_that_is_collected_leaves_the_log_of_the_others() -> None:
    producer = MendedProducer.__new__(MendedProducer)
    del producer

    assert isinstance(producer_module.log, logging.Logger)
