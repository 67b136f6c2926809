import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.process
def test_the_server_runs_as_a_process_and_says_where() -> None:
    command = [sys.executable, "-m", "tests.counterparts.model_server", "--port", "0", "--mode", "503"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own
        try:
            assert process.stdout
            said = json.loads(process.stdout.readline())
            assert said["mode"] == "503"
            with urllib.request.urlopen(f"{said['base_url']}/models", timeout=10) as answer:  # noqa: S310  127.0.0.1
                assert json.load(answer)["data"][0]["object"] == "model"
        finally:
            process.terminate()
