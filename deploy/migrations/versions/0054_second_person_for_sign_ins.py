"""A sign-in that is tied to somebody with a role about money waits for a second person; a tie can be ended."""

from pathlib import Path

from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Run the script beside this file, which is never changed afterwards."""
    script = Path(__file__).with_suffix(".sql").read_text()
    # The driver's own call takes several statements at once; it runs in the migration's transaction.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(script))
