"""The certificate for people comes from somebody's own PKI, which renews it while `serve` runs."""

import pytest

from cloud import Cloud, join
from stage import wait_for

folder = "/var/lib/one/web"


class WithACertificateForPeople(Cloud):
    def prepare(self) -> None:
        super().prepare()
        self.frontend.run(["install", "-d", "-m", "700", folder], user="oneadmin")
        self.make("first")
        self.install("first.pem", "first.key")
        self.write_config(browser_certificate=f"{folder}/web.pem", browser_key=f"{folder}/web.key")

    def make(self, name: str) -> None:
        self.frontend.run(f"cd {folder} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                          f" -subj /CN={name} -addext subjectAltName=DNS:frontend -keyout {name}.key -out {name}.pem",
                          user="oneadmin")

    def install(self, certificate: str, key: str) -> None:
        """As certbot's hooks and kubelet do it: renamed over the old ones, one after the other."""
        for source, target in ((certificate, "web.pem"), (key, "web.key")):
            self.frontend.run(f"cd {folder} && cp {source} {target}.new && mv {target}.new {target}", user="oneadmin")

    def is_served(self, name: str) -> bool:
        """As a person's curl sees it, which trusts that certificate and no other."""
        return self.frontend.run(["curl", "-sS", "-o", "/dev/null", "--cacert", f"{folder}/{name}.pem",
                                  "https://frontend:4125/v1/admin/nodes"], check=False).ok


@pytest.fixture(scope="module")
def cloud(stage):
    cloud = WithACertificateForPeople(stage).start()
    yield cloud
    cloud.close()


def test_it_is_renewed_without_a_restart_and_nodes_see_nothing_of_it(cloud, node):
    assert cloud.is_served("first")
    token = cloud.token()
    cloud.make("second")
    cloud.install("second.pem", "first.key")  # caught between the two, or a mistake: they do not fit
    wait_for(lambda: "for browsers" in cloud.serve.output(), 15, "serve to say that they do not fit")
    assert cloud.is_served("first")
    cloud.onefrontend("ca", "rotate")
    wait_for(lambda: "own certificates loaded anew" in cloud.serve.output(), 15, "our own, which that does not hold up")
    assert cloud.is_served("first")
    cloud.install("second.pem", "second.key")
    wait_for(lambda: cloud.is_served("second"), 15, "the second one", otherwise=cloud.serve.output)
    assert not cloud.is_served("first")
    join(node, token)  # by the pin of our own authority
    assert cloud.hosts()[node.name].state == "on"
