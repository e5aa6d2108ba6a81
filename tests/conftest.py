"""Runs each suite in a process of its own: one process holds one Django project."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SUITES = ("authserver", "photos_api", "printshop", "story")


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Run pytest once per suite when the arguments touch more than one."""
    args = config.invocation_params.args
    asked = [str(config.invocation_params.dir / arg) for arg in config.args]
    found = {suite: _of(HERE / suite, asked) for suite in SUITES}
    wanted = [suite for suite in SUITES if found[suite]]
    if len(wanted) < 2:
        return None
    named = () if config.args_source is config.ArgsSource.TESTPATHS else config.args
    options = [arg for arg in args if arg not in named]
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    codes: list[int] = []
    for suite in wanted:
        command = [sys.executable, "-m", "pytest", *options, *found[suite]]
        if xml := config.getoption("xmlpath"):
            command.append(f"--junitxml={Path(xml).with_suffix('')}-{suite}.xml")
        # A signal is a negative code, which max() would hide.
        codes.append(
            abs(subprocess.call(command, env=environment, cwd=config.rootpath))
        )
        if codes[-1] not in (0, 5) and config.getoption("maxfail"):
            break
    return 5 if set(codes) == {5} else max(code for code in codes if code != 5)


def pytest_collection_finish() -> None:
    """What has been read by now stays: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


def _of(suite: Path, asked: list[str]) -> list[str]:
    """What of the arguments is this suite's: all of it, or some of its tests."""
    paths = [Path(arg.partition("::")[0]) for arg in asked]
    if any(suite.is_relative_to(path) for path in paths):
        return [str(suite)]
    pairs = zip(asked, paths, strict=True)
    return [arg for arg, path in pairs if path.is_relative_to(suite)]
