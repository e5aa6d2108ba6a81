"""make bench ARGS=photos_api: the photo API, part by part, on durable PostgreSQL."""

from bench import photos_lists, photos_pictures, photos_tokens, report
from bench.postgresql import postgresql

PARTS = (photos_tokens.run, photos_pictures.run, photos_lists.run)


def run() -> report.Part:
    """Measure everything; some minutes."""
    results: report.Results = {}
    demands: list[report.Demand] = []
    with postgresql() as database:
        for part in PARTS:
            found, wanted = part(database)
            results |= found
            demands += wanted
    return report.Part("photos_api", results, demands)
