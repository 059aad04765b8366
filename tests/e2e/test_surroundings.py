"""What onenode is started with, and what stands where configuration is expected, changes nothing: modes, bytes, sense."""

import pytest

from cloud import changes_of, files_of, join, onenode
from marks import mostly_full

ours = ("/etc/tmpfiles.d/onenode.conf", "/var/lib/one", "/var/lib/onenode", "/run/onenode", "/run/one")


def modes(node) -> set[str]:
    return set(node.run(f"find {' '.join(ours)} -printf '%p %y %m %u %g\\n'").out.splitlines())


@pytest.mark.full
@pytest.mark.parametrize("umask", ["0000", "0077", "0777"])
def test_locale_and_umask_change_no_mode(cloud, node, umask):
    before = files_of(node)
    join(node, cloud.token())
    usual = modes(node)
    onenode(node, "leave")
    odd = f"umask {umask}; LC_ALL=tr_TR.UTF-8 LANGUAGE=tr TZ=Pacific/Kiritimati exec onenode"
    node.run(f"{odd} join frontend --token-file - --type qemu", input=cloud.token().secret + "\n", timeout=120)
    assert modes(node) == usual
    node.run(f"{odd} leave", timeout=60)
    assert changes_of(node, before) == []


huge = "head -c 67108864 /dev/urandom >>"


@pytest.mark.parametrize("path", mostly_full(["/var/lib/one/.ssh/authorized_keys", "/var/lib/one/.ssh/config"],
                                             always=("/var/lib/one/.ssh/config",)))
def test_a_huge_file_in_place_of_configuration_is_named_and_kept(cloud, node, path):
    node.run(f"cp -a {path} /root/small || true; {huge}{path}; chown --reference=/var/lib/one/.ssh {path}; chmod 600 {path}")
    bytes_before = node.run(["sha256sum", path]).out
    token = cloud.token()
    refused = join(node, token, check=False)
    said = refused.out + refused.err
    assert refused.code == 2 and path in said and "larger than" in said and "fix:" in said, said
    assert node.run(["sha256sum", path]).out == bytes_before
    node.run(f"rm {path}; test ! -e /root/small || cp -a /root/small {path}")
    join(node, token, "--dry-run")


@pytest.mark.full  # a used machine, given back as it was, has such bytes too
def test_bytes_that_are_no_text_are_kept_where_we_add_lines(cloud, node):
    noise = "import sys; sys.stdout.buffer.write(bytes(range(256)) * 3 + b'\\r\\n# end')"
    for path in ("/var/lib/one/.ssh/authorized_keys", "/etc/tmpfiles.d/zz-noise.conf"):
        node.run(f"""python3 -c "{noise}" >{path}; chown --reference=$(dirname {path}) {path}; chmod 600 {path}""")
    before = files_of(node)
    join(node, cloud.token())
    onenode(node, "leave")
    assert changes_of(node, before) == []


@pytest.mark.full
@pytest.mark.parametrize("path", ["/etc/hosts", "/etc/sudoers.d/zz-huge", "/etc/ssh/sshd_config.d/huge.conf", "/etc/tmpfiles.d/huge.conf"])
def test_a_huge_file_beside_ours_is_not_touched(cloud, node, path):
    node.run(f"yes '# nothing' | head -c 67108864 >>{path}; echo >>{path}; chmod 444 {path}")
    bytes_before = node.run(["sha256sum", path]).out
    result = join(node, cloud.token(), check=False)
    assert result.code in (0, 1, 2) and "mistake of ours" not in result.err, result.out + result.err
    onenode(node, "leave", check=False)
    assert node.run(["sha256sum", path]).out == bytes_before


def umask_of_a_login(cloud, node) -> int:
    login = ["ssh", "-o", "BatchMode=yes", "-o", "ControlPath=none", node.name, "umask"]
    environment = {"HOME": "/var/lib/one", "SSH_AUTH_SOCK": "/run/one/ssh-agent.sock"}
    return int(cloud.frontend.run(login, user="oneadmin", env=environment).out, 8)


def test_logins_with_a_narrow_umask_make_what_qemu_can_read(cloud, node):
    """A hardened machine; the front-end's own proof over SSH would warn, and this join has no warning."""
    node.run("sed -i 's/^UMASK.*/UMASK 077/' /etc/login.defs; echo 'session optional pam_umask.so' >>/etc/pam.d/sshd")
    before = files_of(node)
    join(node, cloud.token())
    assert node.read("/var/lib/one/.bashrc").startswith("# begin onenode\numask 022\n# end onenode\n")
    assert onenode(node, "doctor", "oneadmin-umask").code == 0
    assert umask_of_a_login(cloud, node) == 0o022

    node.run("systemctl stop onenode.service; rm /var/lib/one/.bashrc")
    assert umask_of_a_login(cloud, node) == 0o077, "it is the lines of ours"
    onenode(node, "doctor", "--fix", "--yes", "oneadmin-umask")
    assert umask_of_a_login(cloud, node) == 0o022
    onenode(node, "leave")
    assert changes_of(node, before) == []
