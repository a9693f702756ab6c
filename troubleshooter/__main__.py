"""``python -m troubleshooter``."""

import sys

from troubleshooter.cli.main import main

sys.exit(main())
