#!/usr/bin/env python
"""One door to the three projects: ./manage.py <project> <command> [options].

./manage.py demo starts all of them together, migrated and seeded.
"""

import os
import sys

PROJECTS = ("authserver", "photos_api", "printshop")
USAGE = f"""Usage: ./manage.py demo [options]
       ./manage.py <project> serve [--bind HOST:PORT] [--processes N]
       ./manage.py printshop desktop <command> [options]
       ./manage.py <project> <command> [options]     projects: {", ".join(PROJECTS)}
"""


def main() -> None:
    """Hand the command line to Django with the settings of the project it names."""
    match sys.argv:
        case [_, "demo", *options]:
            from demo.__main__ import main as demo

            sys.exit(demo(options))
        case [_, "printshop", "desktop", *options]:  # a program of its own: no Django
            from printshop.desktop.__main__ import main as desktop

            sys.exit(desktop(options, "./manage.py printshop desktop"))
        case [_, project, "serve", *options] if project in PROJECTS:
            from serving import main as serve

            serve(project, options)
        case [_, project, *_] if project in PROJECTS:
            os.environ["DJANGO_SETTINGS_MODULE"] = f"{project}.settings"
            from django.core.management import execute_from_command_line

            execute_from_command_line([f"manage.py {project}", *sys.argv[2:]])
        case _:
            sys.exit(USAGE)


if __name__ == "__main__":
    main()
