"""The nightly check of a worker compares sign-ins with their events."""

from pathlib import Path

from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Run the script beside this file, which is never changed afterwards."""
    script = Path(__file__).with_suffix(".sql").read_text()
    # The driver's own call takes several statements at once; it runs in the migration's transaction.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(script))
