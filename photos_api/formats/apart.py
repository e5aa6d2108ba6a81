"""Strangers' files are read by another process (examiner.py), a few at a time."""

import json
import logging
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import IO

from photos_api.formats.description import Description
from photos_api.formats.kinds import Refused

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "photos_api.formats.examiner"]
MEMORY = 1024**3  # bytes: a picture of the largest size fits
SECONDS = 20  # of a processor
PATIENCE = 60  # seconds: more than the processor time it may use, on a busy machine
_at_once = threading.BoundedSemaphore(2)  # in one server process


def examine(file: IO[bytes]) -> Description:
    """As `examination.examine`, in bounded time and memory; raises Refused."""
    file.seek(0)
    with _at_once:
        try:
            done = subprocess.run(  # noqa: S603 # nothing in it is theirs
                [*COMMAND, str(MEMORY), str(SECONDS)],
                stdin=file,
                capture_output=True,
                cwd=ROOT,
                env={},  # our secrets are there
                timeout=PATIENCE,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            logger.warning("a file could not be examined: %s", error)
            raise Refused("Reading this file takes more than a photo may.") from error
    told = json.loads(done.stdout)
    if "refused" in told:
        raise Refused(told["refused"])
    if told["taken_at"]:
        told["taken_at"] = datetime.fromisoformat(told["taken_at"])
    return Description(**told)
