"""What is committed serves every machine: no package index and no path of one machine in it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
INDEX = r"pypi[.]org|pythonhosted[.]org|registry[.](?:npmjs[.]org|yarnpkg[.]com)|deb[.]debian[.]org"
MACHINE = r"/(?:work|root|tmp|home/\w+|Users/\w+)/"
ONE_MACHINE = re.compile(rf"\b(?:{INDEX})\b|(?<![\w.@$}}*-]){MACHINE}")


def committed() -> list[Path]:
    """What git tracks here, or would with the next `git add`."""
    git = shutil.which("git")
    assert git is not None, "git lists what is committed"
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603 - git itself, by its full path
        command, cwd=HOUSE, capture_output=True, text=True, check=True, timeout=60
    )
    return [path for name in listed.stdout.split("\0") if name and (path := HOUSE / name).is_file()]


def test_no_committed_text_names_a_package_index_or_a_machines_path() -> None:
    found = [
        f"{path.relative_to(HOUSE)}: {match.group()}"
        for path in committed()
        if b"\0" not in (content := path.read_bytes())
        for match in ONE_MACHINE.finditer(content.decode(errors="replace"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("resolved: https://registry.npmjs" + ".org/graphql", "registry.npmjs" + ".org"),
        ("--index-url https://pypi" + ".org/simple", "pypi" + ".org"),
        ("see '/home" + "/ada/kickstand'", "/home" + "/ada/"),
        ("DATA=/root" + "/kickstand", "/root" + "/"),
        ("https://example.com/work/orders", None),
        ("tests/work/one", None),
    ],
)
def test_an_address_of_one_machine_is_told_from_others(text: str, named: str | None) -> None:
    match = ONE_MACHINE.search(text)

    assert (match and match.group()) == named
