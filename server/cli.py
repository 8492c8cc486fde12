"""The command line. What a command needs is imported when it runs, so that --help is quick."""
# ruff: noqa: PLC0415

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from domain.access import Role, Scope
from server.failure import Failure

F = TypeVar("F", bound=Callable[..., Any])

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Lifetime(click.ParamType[timedelta]):
    """A length of time: a whole number and its unit."""

    name = "length of time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        written = re.fullmatch(r"([1-9]\d{0,4})([mhd])", str(value))
        if written is None:
            self.fail("a length of time is written as 30m, 12h or 90d", param, ctx)
        return int(written[1]) * UNITS[written[2]]


def setting(name: str, **attributes: Any) -> Callable[[F], F]:
    """An option that stands in for a setting, whose variable it shares."""
    variable = f"KICKSTAND_{name.upper()}"
    return click.option(f"--{name}", envvar=variable, show_envvar=True, **attributes)


def option(command: str, name: str, **attributes: Any) -> Callable[[F], F]:
    """An option of one command, whose variable has both names."""
    variable = f"KICKSTAND_{command}_{name}".upper().replace("-", "_")
    return click.option(f"--{name}", envvar=variable, show_envvar=True, **attributes)


data = setting("data", type=Path, metavar="DIR", help="The data folder.  [default: .kickstand]")
host = setting("host", help="The address to listen on.  [default: 127.0.0.1]")
scopes = click.Choice(Scope)
roles = click.Choice(Role)
fleets = click.Choice(["florida", "germany", "tokyo"])
customers_of_a_demo = click.IntRange(min=200, max=2_000_000)


@click.group(context_settings={"max_content_width": 100})
def cli() -> None:
    """The GraphQL API behind shared e-scooter fleets.

    Settings come from the environment: see docs/configuration.md.
    """


@cli.command()
@setting("port", type=int, help="The port; without it, the first free one from 8000 on.")
@host
@data
@option(
    "dev",
    "customers",
    type=customers_of_a_demo,
    default=3000,
    show_default=True,
    help="How many customers the demo has, when it is loaded.",
)
def dev(port: int | None, host: str | None, data: Path | None, customers: int) -> None:
    """Run the whole product here, with demo customers."""
    from server.dev import dev as run
    from server.settings import read

    run(read(port=port, host=host, data=data), customers)


@cli.command()
@setting("port", type=int, help="The port to listen on.  [default: 8000]")
@host
def serve(port: int | None, host: str | None) -> None:
    """Serve real customers from DATABASE_URL."""
    from server.settings import read

    settings = read(port=port, host=host)
    from server.commands.serve import serve as run

    run(settings)


@cli.command()
def worker() -> None:
    """Run the jobs that actions leave, from DATABASE_URL."""
    from server.settings import read

    settings = read()
    from server.commands.serve import run_jobs as run

    run(settings)


@cli.command()
@option(
    "jobs",
    "requeue",
    multiple=True,
    metavar="ID",
    help="Have a dead job tried again, as often as there are ids; `all` for all of them.",
)
@data
def jobs(requeue: tuple[str, ...], data: Path | None) -> None:
    """List the jobs that failed for good, or have them tried again."""
    from server.commands.jobs import jobs as run
    from server.settings import read

    click.echo(run(read(data=data), requeue))


@cli.command()
@data
def migrate(data: Path | None) -> None:
    """Bring the database to the newest revision."""
    from server.commands.contents import migrate as run
    from server.settings import read

    click.echo(run(read(data=data)))


@cli.command()
@option(
    "demo",
    "customers",
    type=customers_of_a_demo,
    default=3000,
    show_default=True,
    help="How many customers, over all of its fleets.",
)
@option(
    "demo",
    "fleet",
    type=fleets,
    multiple=True,
    help="One of the fleets, as often as it should have fleets; without it, all of them.",
)
@option(
    "demo",
    "seed",
    type=int,
    default=1,
    show_default=True,
    help="The same seed makes the same customers, on the same day.",
)
@data
def demo(customers: int, fleet: tuple[str, ...], seed: int, data: Path | None) -> None:
    """Load the demo's fleets into an empty database. A million customers take minutes."""
    from server.commands.demo import demo as run
    from server.settings import read

    click.echo(run(read(data=data), customers, seed, fleet))


@cli.command()
@click.argument("file", type=Path)
@data
def load(file: Path, data: Path | None) -> None:
    """Create and update fleets from a YAML FILE."""
    from server.commands.contents import load as run
    from server.settings import read

    click.echo(run(read(data=data), file))


@cli.command()
@option("token", "role", type=roles, help="An operator of this role.")
@option(
    "token",
    "subaccount",
    multiple=True,
    metavar="ID",
    help="A fleet of the operator's, as often as it has fleets; without it, all of them.",
)
@option("token", "rider", metavar="CUSTOMER_ID", help="The rider who is this customer.")
@option(
    "token",
    "expires-in",
    type=Lifetime(),
    default="12h",
    show_default=True,
    help="How long the token is good for.",
)
@data
def token(
    role: Role | None,
    subaccount: tuple[str, ...],
    rider: str | None,
    expires_in: timedelta,
    data: Path | None,
) -> None:
    """Print a token, in which only dev believes."""
    if (role is None) is (rider is None):
        message = "Either --role or --rider is needed, and not both."
        raise click.UsageError(message)
    if subaccount and role in {None, Role.SUPER_ADMIN}:
        message = "--subaccount goes with a --role that has fleets of its own."
        raise click.UsageError(message)
    from server.commands import access
    from server.settings import read

    settings = read(data=data)
    if rider is not None:
        click.echo(access.rider_token(settings, rider, expires_in))
    elif role is not None:
        click.echo(access.operator_token(settings, role, subaccount, expires_in))


@cli.command("partner-key")
@option("partner-key", "subaccount", required=True, metavar="ID", help="The fleet.")
@option(
    "partner-key",
    "scope",
    type=scopes,
    required=True,
    multiple=True,
    help="What it may be used for; as often as there are scopes.",
)
@option(
    "partner-key",
    "name",
    default="Command line",
    show_default=True,
    help="What operators know it by.",
)
@option(
    "partner-key",
    "expires-in",
    type=Lifetime(),
    default="90d",
    show_default=True,
    help="How long it is good for.",
)
@data
def partner_key(
    subaccount: str,
    scope: tuple[Scope, ...],
    name: str,
    expires_in: timedelta,
    data: Path | None,
) -> None:
    """Print a new key for a partner's system."""
    from server.commands.access import partner_key as run
    from server.settings import read

    click.echo(run(read(data=data), subaccount, scope, name, expires_in))


@cli.command()
def schema() -> None:
    """Print the API in GraphQL's schema language."""
    from schema.build import sdl

    click.echo(sdl(), nl=False)


def main() -> None:
    """Run the command that is asked for; what is expected to go wrong takes one line."""
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        complain(error.format_message(), error.exit_code)
    except click.Abort:
        sys.exit(130)
    except Failure as error:
        complain(str(error), error.exit_code)


def complain(message: str, exit_code: int) -> NoReturn:
    """Say what went wrong, and end."""
    for line in message.splitlines():
        click.echo(f"kickstand: {line}", err=True)
    sys.exit(exit_code)
