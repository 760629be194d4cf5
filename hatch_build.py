"""Puts pages, built assets, translations and migrations inside the wheel."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE = {
    "web/templates": "ideahub/_web/templates",
    "web/static": "ideahub/_web/static",
    "migrations": "ideahub/_migrations",
}


class PagesAndMigrations(BuildHookInterface):
    """A clone reads them from its root, so an editable install needs none of this."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the folders; raises SystemExit when the assets were not built."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "web/static/dist/manifest.json").exists():
            raise SystemExit("web/static/dist is missing: run `make assets` first.")
        if self.target_name == "wheel":
            found = {
                source: inside for source, inside in INSIDE.items() if (root / source).is_dir()
            }
            # Not those that `make pseudo` made: they are no languages.
            for catalogue in root.glob("web/locale/*/LC_MESSAGES/ideahub.po"):
                source = catalogue.relative_to(root).as_posix()
                if not source.split("/")[2].endswith(("_XA", "_XB")):
                    found[source] = f"ideahub/_{source}"
            build_data["force_include"].update(
                {str(root / source): inside for source, inside in found.items()}
            )
