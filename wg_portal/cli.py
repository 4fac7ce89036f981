"""The `wg-portal` command."""

import sys

import click

import config
from wg_portal.core.policy import Refusal


class Commands(click.Group):
    """Settings that stop the start are told in one sentence, without a traceback."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except (config.SettingsError, Refusal) as trouble:
            click.echo(f"wg-portal: {trouble}", err=True)
            sys.exit(2)


@click.group(cls=Commands)
def main():
    """A members-only workspace. Settings come from the environment, prefixed WG_PORTAL_."""


def application(demo=False):
    """The application, with its tables up to date."""
    from wg_portal import create_app
    from wg_portal.serve import prepare

    app = create_app(config.load(demo=demo))
    prepare(app)
    return app


@main.command()
@click.option("--demo", is_flag=True, help="Embedded defaults and believable data; never with real members.")
@click.option("--port", type=int, default=None, help="Where to listen, on 127.0.0.1.")
@click.option("--workers", type=int, default=1, help="Web processes; more than one needs PostgreSQL and Redis.")
def run(demo, port, workers):
    """Migrate, prepare, and serve."""
    from wg_portal.serve import serve

    serve(demo, workers, port)


@main.command()
def demo():
    """Fill in the demonstration, and print who can sign in."""
    from wg_portal.serve import demonstrate

    click.echo(demonstrate(application(demo=True)))


@main.command()
@click.option("--demo", is_flag=True)
def jobs(demo):
    """Work through jobs (letters, held texts): once, beside several workers."""
    from wg_portal.serve import run_jobs

    run_jobs(application(demo))


@main.command()
def routes():
    """List every address, with what it answers."""
    app = application(demo=True)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        methods = ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        click.echo(f"{methods:9} {rule.rule:50} {rule.endpoint}")


@main.command()
@click.argument("email")
@click.option("--organisation", required=True, help="The organisation's code, such as LT.")
@click.option("--position", default="head", type=click.Choice(["head", "alternate", "delegate", "observer"]))
@click.option(
    "--kind", default=None, type=click.Choice(["government", "civil_society", "secretariat"]), help="Found it, too."
)
@click.option("--name", default=None, help="The name of an organisation to be founded.")
@click.option("--demo", is_flag=True)
def invite(email, organisation, position, kind, name, demo):
    """Invite somebody: prints the address to hand over, once."""
    from wg_portal.accounts import commands

    app = application(demo)
    with app.app_context():
        click.echo(commands.invite(email, organisation, position, kind, name))


@main.group("import")
def take_in():
    """Take in a file of reference data: every row of it, or none."""


def importing(kind):
    """The command `import laws` or `import norms`."""

    @take_in.command(kind)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False))
    @click.option("--as", "email", default=None, help="The member of the secretariat who imports; else its head.")
    @click.option("--good-rows", is_flag=True, help="Take in the good rows of a file that has faults.")
    @click.option("--demo", is_flag=True)
    def command(file, email, good_rows, demo):
        from wg_portal.laws import commands

        app = application(demo)
        with app.app_context():
            take = commands.import_laws if kind == "laws" else commands.import_norms
            click.echo(commands.told(take(file, commands.secretary(email), good_rows)))

    command.help = f"Import {kind} from a CSV or JSON file. The same file twice changes nothing."
    return command


for kind in ("laws", "norms"):
    importing(kind)


@main.command()
@click.option("--demo", is_flag=True)
def check(demo):
    """Look whether everything that a start needs is there."""
    from wg_portal.serve import check_all

    app = application(demo)
    for name, state in check_all(app):
        click.echo(f"{name:12} {state}")
