"""Starting servers on 127.0.0.1, stopping them, and asking what they cost."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], port: int, log: Path
) -> Iterator[subprocess.Popen[str]]:
    """A server process, from when it listens; its log goes to a file."""
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603  # what the caller made
            command,
            env={**os.environ, **environment},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if command[0] == "node" else output,
            stderr=output,
            text=True,
        )
    try:
        _wait(process, port, log)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _wait(process: subprocess.Popen[str], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"A server did not start:\n{log.read_text()[-2000:]}")


def processor_time(pid: int) -> float:
    """Seconds of processor time of a process and its children; 0 where Linux is not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / TICKS
    return own + sum(processor_time(int(child)) for child in children)


def most_memory(pid: int) -> float:
    """The most megabytes that a process or one of its children ever had resident."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [one for one in status.splitlines() if one.startswith("VmHWM")]
    most = int(line.split()[1]) / 1024
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            most = max(most, most_memory(int(child)))
    return most
