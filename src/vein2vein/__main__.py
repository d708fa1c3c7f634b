"""``python -m vein2vein``."""

from vein2vein.cli.app import main

main()
