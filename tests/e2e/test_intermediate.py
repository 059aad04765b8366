"""A front-end whose CA is an intermediate of somebody's PKI: nodes join under it, and turn to a newer one."""

import json

import pytest

from cloud import Cloud, join, onenode
from stage import wait_for

certificate = "/var/lib/onenode/identity/node.crt"

make_root = ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=Our root' -days 3650"
             " -addext keyUsage=critical,keyCertSign,cRLSign -keyout root.key -out root.pem")
make_intermediate = (
    "printf 'basicConstraints=critical,CA:TRUE,pathlen:0\\nkeyUsage=critical,keyCertSign,cRLSign\\n"
    "subjectKeyIdentifier=hash\\n' >{name}.ext && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    " -subj '/O=Example/CN={name}' -keyout {name}.key -out {name}.csr && openssl x509 -req -in {name}.csr -CA root.pem"
    " -CAkey root.key -days 400 -extfile {name}.ext -out {name}.pem")


class UnderAPki(Cloud):
    def init(self) -> None:
        self.frontend.run(f"mkdir -m 700 /root/pki && cd /root/pki && {make_root}")
        self.make_intermediate("first")
        self.onefrontend("init", "--ca-certificate", "/root/pki/first.pem", "--ca-key", "/root/pki/first.key")
        self.frontend.run(["rm", "/root/pki/first.key"])  # the signer has its own

    def make_intermediate(self, name: str) -> None:
        self.frontend.run(f"cd /root/pki && {make_intermediate.format(name=name)}")

    def must_be_of(self, name: str, pem: str) -> bool:
        """By the PKI's own root, as somebody would who knows nothing of onenode."""
        self.frontend.write("/root/pki/node.pem", pem)
        verify = f"openssl verify -CAfile root.pem -untrusted {name}.pem node.pem"
        return self.frontend.run(f"cd /root/pki && {verify}", check=False).ok


@pytest.fixture(scope="module")
def cloud(stage):
    cloud = UnderAPki(stage).start()
    yield cloud
    cloud.close()


def test_a_node_joins_under_it_and_turns_to_the_next_one(cloud, node):
    join(node, cloud.token())
    assert cloud.hosts()[node.name].state == "on"
    before = node.read(certificate)
    assert cloud.must_be_of("first", before)

    cloud.make_intermediate("second")
    cloud.onefrontend("ca", "rotate", "--ca-certificate", "/root/pki/second.pem", "--ca-key", "/root/pki/second.key")
    wait_for(lambda: cloud.must_be_of("second", node.read(certificate)), 60, "the node to turn to the second one",
             otherwise=lambda: onenode(node, "status", check=False).out)
    status = json.loads(cloud.onefrontend("ca", "status", "--json", check=False).out.splitlines()[0])
    assert status["rotation"]["turned"] == [node.name], status
    onenode(node, "leave")
    assert node.name not in cloud.hosts()
