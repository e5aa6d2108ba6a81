"""A process that should be running, and is started again when it ends."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence

from demo.projects import ROOT

LONGEST_LINE = 1 << 20
STEADY = 10.0  # seconds after which a process counts as having started well
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
PATIENCE = 8.0  # seconds between asking a process to stop and ending it
TICK = 0.1  # seconds between two looks at a process

Say = Callable[[str], None]


class Kept:
    """Keeps one command running from ``run()`` until ``stop()``.

    ``lifeline`` becomes the standard input of the process: the reading end of a
    pipe, by which it notices that we are gone.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        lifeline: int,
        say: Say,
    ) -> None:
        self.command, self.environment = command, environment
        self.lifeline, self.say = lifeline, say
        self.process: Process | None = None
        self.ends = 0
        self.stopping = False

    async def run(self) -> None:
        """Start the command; each time it ends, wait longer and start it again."""
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE
        while not self.stopping:
            started = clock()
            ended = await self._once()
            if self.stopping:
                return
            if clock() - started > STEADY:
                pause = FIRST_PAUSE
            self.say(f"{ended}; starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(self) -> str:
        """One life of the process; says how it ended."""
        self.process = process = await asyncio.create_subprocess_exec(
            *self.command,
            env=self.environment,
            cwd=ROOT,
            stdin=self.lifeline,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop the rest
        )
        self.say(f"started as process {process.pid}")
        log = asyncio.create_task(self._pass_on_the_log(process))
        while (code := process.returncode) is None:
            await asyncio.sleep(TICK)  # wait() would wait for its children too
        self._end_group(process)
        self.process, self.ends = None, self.ends + 1
        await log
        if code >= 0:
            return f"ended with status {code}"
        return f"was ended by {signal.Signals(-code).name}"

    async def _pass_on_the_log(self, process: Process) -> None:
        """Say every line that the process, or a process it started, prints."""
        while process.stdout:
            try:
                line = await process.stdout.readline()
            except ValueError:  # longer than LONGEST_LINE; the reader dropped it
                line = b"(a line too long to show)\n"
            if not line:
                return
            self.say(line.decode(errors="replace").rstrip())

    async def stop(self) -> None:
        """Ask the process to finish; end it and what it started after a while."""
        self.stopping = True
        process = self.process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while process.returncode is None:
            if asyncio.get_running_loop().time() > deadline:
                self.say("does not stop; ending it")
                break
            await asyncio.sleep(TICK)
        self._end_group(process)

    def end(self) -> None:
        """End the process and everything it started, at once."""
        self.stopping = True
        if self.process:
            self._end_group(self.process)

    @staticmethod
    def _end_group(process: Process) -> None:
        """What a process started must not outlive it, nor hold its port or its log."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
