"""What the operators of the three projects would each be told on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Project:
    """One of the three: its package, what people call it, where it listens."""

    name: str
    title: str
    offset: int
    colour: int
    seed: tuple[str, ...] = ()


PRINTSHOP = Project("printshop", "Print Shop", 0, 33)
AUTHSERVER = Project(
    "authserver", "Photos Account", 1, 34, ("demo/registrations.toml",)
)
PHOTOS_API = Project("photos_api", "Photos", 2, 32, ("demo/photos.toml",))
PROJECTS = (PRINTSHOP, AUTHSERVER, PHOTOS_API)


@dataclass(frozen=True, slots=True)
class Place:
    """Where this demo keeps its files and listens."""

    port: int
    host: str
    data: Path

    def port_of(self, project: Project) -> int:
        """The port that one project listens on."""
        return self.port + project.offset

    def url_of(self, project: Project) -> str:
        """The address that browsers and the other two projects use."""
        return f"http://localhost:{self.port_of(project)}"

    def environment(self, project: Project, given: Mapping[str, str]) -> dict[str, str]:
        """The variables of one project's processes; secrets stay its own defaults.

        What ``given``, the caller's environment, says about this project goes before
        the data folder: so the demo can run on PostgreSQL. What it says about the
        others does not reach this one.
        """
        prefix = f"{project.name.upper()}_"
        return {
            **without_projects(given),
            f"{prefix}DATABASE_URL": f"sqlite:///{self.data / project.name}.sqlite3",
            f"{prefix}MEDIA": str(self.data / project.name),
            **{name: given[name] for name in given if name.startswith(prefix)},
            **self._addresses(project),
            f"{prefix}DEMO": "1",
            f"{prefix}URL": self.url_of(project),
            "PYTHONUNBUFFERED": "1",
        }

    def _addresses(self, project: Project) -> dict[str, str]:
        """Where the others are, as far as this project's operator has to know."""
        issuer = self.url_of(AUTHSERVER)
        match project.name:
            case "authserver":  # for the registrations of its clients
                known = {"PRINTSHOP_URL": PRINTSHOP, "PHOTOS_API_URL": PHOTOS_API}
                return {name: self.url_of(other) for name, other in known.items()}
            case "photos_api":
                shop = self.url_of(PRINTSHOP)  # whose browser app calls the API
                return {"PHOTOS_API_ISSUER": issuer, "PHOTOS_API_ALLOWED_ORIGINS": shop}
            case _:
                photos = self.url_of(PHOTOS_API)
                return {"PRINTSHOP_ISSUER": issuer, "PRINTSHOP_PHOTOS_URL": photos}


def without_projects(given: Mapping[str, str]) -> dict[str, str]:
    """An environment in which none of the three projects is configured."""
    prefixes = tuple(f"{project.name.upper()}_" for project in PROJECTS)
    kept = {k: v for k, v in given.items() if not k.startswith(prefixes)}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept
