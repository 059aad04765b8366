"""The signed repository on a machine, and apt that knows no other."""

from pathlib import Path


class Repository:
    """What apt on a machine knows: a folder there, given over as often as somebody publishes."""

    def __init__(self, machine, published: Path):
        self.machine = machine
        self.published = published

    def publish(self, state: str) -> None:
        self.machine.remove("/srv/repository")
        self.machine.send(self.published / state, "/srv/repository")
        self.machine.run("install -D -m 644 /srv/repository/onenode.asc /usr/share/keyrings/onenode.asc && "
                         "rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*")
        self.machine.write("/etc/apt/sources.list",
                           "deb [signed-by=/usr/share/keyrings/onenode.asc] file:/srv/repository/apt stable main\n")
        self.apt("update", "--error-on=any")

    def apt(self, *words: str):
        return self.machine.run(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", *words], timeout=300)
