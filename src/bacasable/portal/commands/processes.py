"""``bacasable serve``, ``web``, ``worker`` and ``mailbox``: the processes of a running portal."""

import errno
import os
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bacasable.portal.refusal import Refused

if TYPE_CHECKING:
    from bacasable.portal.config import Configuration

app = typer.Typer(help="The processes of a running portal.")

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Web processes.")] = 1,
    mailbox: Annotated[bool, typer.Option(help="Receive mail too.")] = True,
) -> None:
    """Serve the portal: web, worker and mailbox, started again when one dies."""
    run_portal(host=host, port=port, workers=workers, mailbox=mailbox)


def run_portal(*, host: str, port: int, workers: int = 1, mailbox: bool = True) -> NoReturn:
    """Prepare what is missing, say the address, and become the process that supervises the others.

    What was imported to look at the installation is left behind: a supervisor of 20 MB stays, not of 80.

    Raises:
        Refused: no initialised installation, a database of another version, or a port that is taken.
    """
    from bacasable.portal.installation import refresh_static_files
    from bacasable.portal.supervision import command, listen, metrics_folder

    configured = _installation()
    _require_migrated()
    refresh_static_files(configured.home)
    try:
        bound = listen(host, port)
    except OSError as error:
        raise Refused(
            f"cannot listen on {host}:{port}: {error.strerror}; "
            "choose another --port, or stop what listens there"
        ) from None
    if mailbox:
        _require_mailbox_port(configured)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"bacasable: http://{shown}:{bound.getsockname()[1]}/  (Ctrl-C stops)")
    sys.stdout.flush()
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(metrics_folder(configured.home))}
    from django.db import connections

    connections.close_all()
    arguments = command(
        configured.home,
        bound,
        workers,
        mailbox,
        configured.log_format,
        configured.log_level,
        of_services(),
    )
    os.execve(sys.executable, arguments, environment)  # noqa: S606 (our own interpreter and module)


def of_services() -> list[tuple[str, ...]]:
    """Return what services want to run beside the portal here: a name, and the arguments of ``bacasable``."""
    from bacasable.compliance.catalogue import catalogue

    return [
        (f"{key}: {process.name}", *process.command)
        for key, service in catalogue().items()
        if service.processes
        for process in service.load("processes")
        if process.wanted()
    ]


def _require_mailbox_port(configured: "Configuration") -> None:
    """Refuse to start where the mailbox could not listen: a portal that receives no mail must not look well.

    Raises:
        Refused: the port of the mailbox is taken or not ours to take.
    """
    from bacasable.portal.supervision import listen

    if configured.mailbox_imap_host or not configured.mailbox_port:
        return
    try:
        listen(configured.mailbox_host, configured.mailbox_port).close()
    except OSError as error:
        raise Refused(
            f"the mailbox cannot listen on {configured.mailbox_host}:{configured.mailbox_port}: "
            f"{error.strerror}; set BACASABLE_MAILBOX_PORT to another port, or serve with --no-mailbox"
        ) from None


def _installation() -> "Configuration":
    """Return the configuration of an installation that may start: initialised, its services all loaded.

    Raises:
        Refused: there is no installation, or data lie there that no declaration names any more.
        CatalogueError: a service fails to load or is wrongly declared: serving without it hides its duties.
    """
    from bacasable.compliance.catalogue import catalogue
    from bacasable.portal import declared
    from bacasable.portal.installation import configuration, require_initialised

    configured = configuration()
    require_initialised(configured)
    catalogue()
    declared.take_in(configured.home)
    return configured


def _require_migrated() -> None:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Refused(
            f"the database does not answer ({type(error).__name__}); check BACASABLE_DATABASE_URL, and that "
            "'bacasable init' was run"
        ) from error
    if waiting:
        raise Refused(
            f"the database is of another version: {len(waiting)} migrations wait; run 'bacasable upgrade'"
        )


@app.command()
def web(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    fd: Annotated[int, typer.Option(hidden=True, help="Listen on this inherited socket.")] = -1,
) -> None:
    """Answer web requests, and nothing else (a unit of its own, or a child of 'serve')."""
    # Several requests are worked on at once, one thread each: a second thread of OpenBLAS waits for the next
    # product by running in a circle, 15 ms of processor in each answer of the assistant. Read at its start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import uvicorn

    from bacasable.portal import logs

    configured = _installation()
    logs.set_up(configured.log_format, configured.log_level, "web")
    uvicorn.run(
        "bacasable.portal.asgi:application",
        host=host,
        port=port,
        fd=fd if fd >= 0 else None,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        proxy_headers=bool(configured.trusted_proxies),
        forwarded_allow_ips=",".join(configured.trusted_proxies),
        timeout_graceful_shutdown=15,
        timeout_keep_alive=20,
        backlog=2048,
    )


@app.command()
def worker(
    heart: Annotated[str, typer.Option(hidden=True, help="The lock held by the worker that this was.")] = "",
) -> None:
    """Do the work behind the pages: the queue, the recurring table, orphaned tasks."""
    from bacasable.portal import logs

    configured = _installation()
    logs.set_up(configured.log_format, configured.log_level, "worker")
    from bacasable.portal import recurring
    from bacasable.portal.worker import Worker, give_way, start_anew

    give_way()
    recurrence = recurring.Recurrence(recurring.table(), configured.home / "run" / "recurring")
    if left := Worker(recurrence=recurrence, heart=heart).run():
        start_anew(configured.home, left)


@app.command()
def mailbox() -> None:
    """Receive mail (SMTP, or IMAP pickup): requests of persons, and candidates, who are sent links."""
    from bacasable.portal import logs

    configured = _installation()
    logs.set_up(configured.log_format, configured.log_level, "mailbox")
    from bacasable.portal import mailroom

    try:
        mailroom.run(configured)
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
            raise
        raise Refused(
            f"the mailbox cannot listen on {configured.mailbox_host}:{configured.mailbox_port}: "
            f"{os.strerror(error.errno)}; set BACASABLE_MAILBOX_PORT, or 'serve --no-mailbox'"
        ) from None
