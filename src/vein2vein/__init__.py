"""vein2vein: a whole CAR-T programme in software, from the genetic construct to the cure and the bill.

Research use only: never a medical device.
"""

from vein2vein.version import __version__ as __version__
