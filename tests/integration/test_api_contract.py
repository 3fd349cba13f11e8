"""The API against its own description: what it says it takes and answers is what it takes and answers."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import given, settings

from tests.factories.call import CallFactory, CriterionFactory, FactFactory, SelectedProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_connection():
    """Let requests that pass through WSGI keep the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
def test_every_operation_keeps_its_description():
    call = CallFactory()
    CriterionFactory(call=call)
    FactFactory(call=call)
    SelectedProjectFactory(name="")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert operations
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=40, deadline=None)
        def holds(case):
            case.call_and_validate()

        holds()
