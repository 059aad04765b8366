"""What a cloud on the stage makes in a real OpenNebula (hosts, documents, lines in oneadmin's SSH files) goes away again."""

from __future__ import annotations

import json
import os
import re
import shutil
import xml.etree.ElementTree as tree
import xmlrpc.client
from pathlib import Path

from stage import paths, shell

places = Path("/run")
document_types = re.findall(r"_document = (\d+);", (paths.repository / "frontend/oned/document_types.hpp").read_text())
ssh_files = "/var/lib/one/.ssh"
everybody, all_of_them = -2, (-1, -1)


def place_of(stage: str) -> Path:
    return places / f"onenode-stage-{stage}"


def note_what_is_there(place: Path) -> None:
    """Before the first change. Ids only grow, so what is above these later was made by the stage."""
    put_back_what_others_left(place)
    before = {"host": max(_hosts(), default=-1), "document": max(_documents(), default=-1),
              "known_hosts": Path(ssh_files, "known_hosts_onenode").exists()}
    place.mkdir(mode=0o755)
    (place / "before.json").write_text(json.dumps(before))


def put_back(place: Path) -> None:
    note = place / "before.json"
    if not note.exists():
        return  # nothing was changed yet
    before = json.loads(note.read_text())
    for host, template in _hosts().items():
        if host > before["host"] and template.find("ONENODE") is not None:
            _ask("one.host.delete", host)
    for document in _documents():
        if document > before["document"]:
            _ask("one.document.delete", document)
    if not before["known_hosts"]:
        script = (f"sed -i '/^# begin onefrontend$/,/^# end onefrontend$/d' {ssh_files}/config;"
                  f"rm -f {ssh_files}/known_hosts_onenode")
        shell.run(["setpriv", "--reuid", "oneadmin", "--regid", "oneadmin", "--init-groups", "sh", "-c", script])
    shutil.rmtree(place)


def put_back_what_others_left(place: Path | None = None) -> list[str]:
    """Only one stage at a time has this computer as its front-end: what the others left, they left when they were killed."""
    left = [folder for folder in places.glob(place_of("*").name) if folder != place and (folder / "before.json").exists()]
    for folder in sorted(left):
        put_back(folder)
    return [folder.name for folder in left]


def _hosts() -> dict[int, tree.Element]:
    pool = tree.fromstring(_ask("one.hostpool.info"))
    return {int(host.findtext("ID")): host.find("TEMPLATE") for host in pool.findall("HOST")}


def _documents() -> list[int]:
    pools = [tree.fromstring(_ask("one.documentpool.info", everybody, *all_of_them, int(kind))) for kind in document_types]
    return [int(document.findtext("ID")) for pool in pools for document in pool.findall("DOCUMENT")]


def _ask(method: str, *parameters):
    session = Path(os.environ["ONED_AUTH"]).read_text().splitlines()[0]
    with xmlrpc.client.ServerProxy(os.environ["ONED_ENDPOINT"]) as oned:
        good, value, *_ = getattr(oned, method)(session, *parameters)
    if not good:
        raise RuntimeError(f"{method}: {value}")
    return value
