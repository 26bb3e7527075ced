"""``python -m reference``: compare npnet with TensorFlow, and print one table."""

import sys

from .tensorflow.command import main

if __name__ == "__main__":
    sys.exit(main())
