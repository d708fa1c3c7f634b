"""Compiled kernels are kept for the session, away from the user's own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault(
    "VEIN2VEIN_CACHE", str(Path(tempfile.gettempdir()) / f"vein2vein-test-kernels-{os.getuid()}")
)
