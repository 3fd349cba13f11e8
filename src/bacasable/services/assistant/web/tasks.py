"""Work of the assistant behind the pages."""

from django_tasks import task


@task()
def import_documents(public_id: str) -> None:
    """Read an import into the index."""
    from bacasable.services.assistant.web.actions import imports

    imports.run(public_id)
