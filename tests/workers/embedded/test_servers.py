"""The embedded PostgreSQL and Temporal servers behave like real ones: passwords, roles, and state after a crash."""

import asyncio
import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowExecutionStatus

from workers.embedded.stack import ports
from workers.embedded.stack.data_folder import is_root
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses, StackOptions
from workers.settings import ProcessRole, Settings


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack() -> AsyncIterator[OfficeProcesses]:
    """Yield a stack for this module only, whose servers it may stop and kill."""
    async with OfficeProcesses.temporary(workers=False, gateway=False, migrated=False) as office:
        yield office


async def sign_in(settings: Settings, role: ProcessRole, password: str | None = None) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=settings.database_host,
        port=settings.database_port,
        database=settings.database_name,
        user=str(role),
        password=password or settings.password(role),
    )


@pytest.mark.parametrize("role", list(ProcessRole))
async def test_a_role_signs_in_with_its_own_password_and_is_no_superuser(
    stack: OfficeProcesses, role: ProcessRole
) -> None:
    connection = await sign_in(stack.settings, role)
    assert not await connection.fetchval(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    )
    await connection.close()


async def test_a_role_is_refused_with_another_roles_password(stack: OfficeProcesses) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await sign_in(stack.settings, ProcessRole.PAYMENTS, stack.settings.password(ProcessRole.WORKER))


async def test_the_server_asks_for_the_password_on_its_socket_too(stack: OfficeProcesses) -> None:
    connection = await stack.postgres.connect()
    folder = await connection.fetchval("show unix_socket_directories")
    await connection.close()
    assert len(os.fsencode(f"{folder}/.s.PGSQL.{stack.postgres.port}")) < 100
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            host=folder, port=stack.postgres.port, user="worker", password="wrong", database="postgres"
        )


@pytest.mark.skipif(not is_root(), reason="only root must change to another user")
async def test_the_server_does_not_run_as_root(stack: OfficeProcesses) -> None:
    pid = stack.postgres.pid
    assert pid is not None
    assert os.stat(f"/proc/{pid}").st_uid != 0


async def test_what_was_committed_survives_a_stop_without_warning(stack: OfficeProcesses) -> None:
    connection = await sign_in(stack.settings, ProcessRole.MIGRATOR)
    await connection.execute("create schema trial create table kept (word text)")
    await connection.execute("insert into trial.kept values ('here')")
    await connection.close()
    await stack.postgres.stop_immediately()
    await stack.start_postgres()
    connection = await sign_in(stack.settings, ProcessRole.MIGRATOR)
    assert await connection.fetchval("select word from trial.kept") == "here"
    await connection.close()


async def test_a_second_stack_on_the_same_data_is_refused(stack: OfficeProcesses) -> None:
    with pytest.raises(StartFailed, match="already running"):
        await OfficeProcesses(stack.data, StackOptions(workers=False, gateway=False, migrated=False)).start()


async def test_the_namespace_keeps_ended_workflows_for_ten_years(stack: OfficeProcesses) -> None:
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

    client = await stack.client()
    answer = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace="mentorflow")
    )
    assert answer.config.workflow_execution_retention_ttl.seconds == 3650 * 24 * 3600


async def test_a_workflow_survives_the_kill_of_its_server(stack: OfficeProcesses) -> None:
    client = await stack.client()
    handle = await client.start_workflow("Sleeper", id="trial/1", task_queue="trial")
    await stack.restart_temporal(kill=True)
    client = await Client.connect(stack.settings.temporal_address, namespace="mentorflow")
    description = await client.get_workflow_handle(handle.id).describe()
    assert description.status == WorkflowExecutionStatus.RUNNING
    await client.get_workflow_handle(handle.id).terminate()


async def test_every_server_listens_on_this_machine_only_and_below_the_outgoing_ports(
    stack: OfficeProcesses,
) -> None:
    assert all(port < 32_768 for port in stack.data.ports.values())
    assert ports.is_open(stack.data.ports["temporal-frontend"])


async def test_a_process_that_dies_is_started_again(stack: OfficeProcesses) -> None:
    child = stack._children["mail"]
    before = child.pid
    await child.kill()
    for _ in range(100):
        if child.pid is not None and await stack._mailbox_answers():
            break
        await asyncio.sleep(0.1)
    assert child.pid is not None
    assert child.pid != before


async def test_the_temporal_server_knows_each_of_its_settings(stack: OfficeProcesses) -> None:
    """Look in its log, because the server ignores an unknown name and reports it only there."""
    log = (stack.data.logs / "temporal.log").read_text()
    assert "unregistered key" not in log.lower()
    assert "validation error" not in log.lower()
