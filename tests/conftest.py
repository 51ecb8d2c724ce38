"""What several tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def documents() -> Path:
    """The folder that holds the texts of the documents; they are other people's, and not in the repository."""
    named = os.environ.get("KZGRAPH_DOCUMENTS")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "sources"
    if not any(folder.glob("*.txt")):
        pytest.skip(f"there are no texts of the documents in {folder} (set KZGRAPH_DOCUMENTS)")
    return folder
