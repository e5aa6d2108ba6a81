"""Serve whatever DJANGO_SETTINGS_MODULE names: ``python -m bench.serve PORT``."""

import os
import sys

from serving import serve

if __name__ == "__main__":
    serve(os.environ["DJANGO_SETTINGS_MODULE"], "127.0.0.1", int(sys.argv[1]))
