"""How the image begins: roles, commands, accounts, volumes, what comes first."""

import images
from containers import limits
from places import wait_for

every_role = ("fireedge", "oneflow", "onegate", "oneform", "oneks", "guacd")


def run_image(*argv: str, options: tuple[str, ...] = ()):
    return images.podman("run", "--rm", "--network", "none", *limits(), *options, images.front_end, *argv, check=False)


def test_what_is_no_role_runs_as_a_command():
    shown = run_image("id", "-u")
    assert shown.out.strip() == "9869", shown.err


def test_without_a_role_it_says_which_there_are():
    shown = run_image()
    assert shown.code == 64
    assert "oned fireedge oneflow onegate oneform oneks guacd all" in shown.err


def test_an_uid_without_a_name_is_refused_with_the_reason():
    shown = run_image("oned", options=("--user", "1000680000:0"))
    assert shown.code == 3
    assert "9869:9869" in shown.err


def test_no_key_and_no_password_is_in_the_image():
    shown = run_image("sh", "-c", "find / -xdev \\( -name 'ssh_host_*' -o -name 'id_rsa*' -o -name '*_auth' -o -name one_key \\) "
                      "-not -path '/proc/*' -type f 2>/dev/null")
    assert [path for path in shown.out.split() if not path.startswith(("/usr/share/doc", "/usr/lib/python"))] == []


def test_onefrontend_is_its_package_and_nothing_of_the_installation_is_left():
    """Pages and documents are missing where the base leaves them out."""
    shown = run_image("sh", "-c", "dpkg --verify onefrontend; ls -d /mnt /media /tmp/* /run/package /usr/lib/onefrontend/install; "
                      "find / -xdev -name '*.deb' -not -path '/proc/*'; dpkg-query --show --showformat '${Status}' onefrontend")
    odd = [line for line in shown.out.splitlines() if not line.startswith(("missing     /usr/share/doc", "missing     /usr/share/man"))]
    assert odd == ["/media", "/mnt", "install ok installed"], shown


def test_nobody_is_trusted_at_first_sight(frontend):
    settings = frontend.run("ssh", "-G", "some-node").out.splitlines()
    assert "stricthostkeychecking true" in settings


def test_a_cold_start_makes_everything_ready_in_order(frontend):
    log = frontend.log()
    assert log.index("oned: ready rpc=2633") < log.index("signer: Made in") < log.index("enrollment: {")
    for service in ("oned", "sshd", "signer", "enrollment"):
        assert frontend.run("onefrontend", "ready", service).ok
        assert frontend.run("onefrontend", "live", service).ok


def test_files_that_services_write_are_streamed_with_their_names(frontend):
    wait_for(lambda: any("onehem started" in line for line in frontend.lines("onehem.log")), 60, "OneHem's log")
    assert any("Starting Monitor Daemon" in line for line in frontend.lines("monitor.log"))


def test_the_agent_holds_oneadmins_key_and_oned_starts_with_it(frontend):
    assert "RSA" in frontend.run("ssh-add", "-l").out
    environment = frontend.run("sh", "-c", f"tr '\\0' '\\n' </proc/{frontend.service_pid('oned')}/environ").out
    assert "SSH_AUTH_SOCK=/run/one/ssh-agent.sock" in environment
    assert "PATH=/usr/lib/one/sh/override:" in environment


def test_no_password_is_in_any_command_line(frontend, shared_site):
    assert not [line for line in frontend.processes().values() if shared_site.password in line]


def test_the_supervisor_is_small(frontend):
    sizes = frontend.run("sh", "-c", "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline | grep -q '^s6-' && "
                         "sed -n 's/^Pss: *\\([0-9]*\\).*/\\1/p' $p/smaps_rollup; done; true").out.split()
    assert sum(map(int, sizes)) < 5120, f"{len(sizes)} processes"  # KiB


def test_a_new_container_on_old_volumes_is_the_same_front_end(site):
    site.start_database()
    first = site.start("oned")
    first.wait_until_ready("enrollment", seconds=120)
    before = {name: (site.folder / name).read_bytes() for name in (
        "lib/ssh-host-keys/ssh_host_ed25519_key", "lib/.ssh/id_rsa", "lib/.one/one_auth", "lib/.one/sunstone_auth")}
    pins = [line for line in first.lines("signer") if "pin the CA" in line]
    assert first.stop() == 0
    second = site.start("oned", "--read-only", "--tmpfs", "/run:rw,mode=1777", "--tmpfs", "/tmp:rw,mode=1777",
                        "--tmpfs", "/var/tmp:rw,mode=1777")  # and nothing but the volumes is writable
    second.wait_until_ready("enrollment", seconds=120)
    assert {name: (site.folder / name).read_bytes() for name in before} == before
    assert [line for line in second.lines("signer") if "pin the CA" in line] == pins


def test_keys_are_made_once_with_owners_and_modes(site):
    import shutil
    shutil.rmtree(site.folder / "lib" / "ssh-host-keys")
    shutil.rmtree(site.folder / "lib" / ".ssh")
    frontend = site.start("oned")  # without a database: oned waits, sshd does not
    frontend.wait_until_ready("sshd", "ssh-agent", seconds=240)
    shown = frontend.run("sh", "-c", "cd /var/lib/one; stat -c '%n %a %U' .ssh .ssh/id_rsa .ssh/authorized_keys ssh-host-keys/*_key").out
    assert shown.splitlines() == [".ssh 700 oneadmin", ".ssh/id_rsa 600 oneadmin", ".ssh/authorized_keys 600 oneadmin",
                                  "ssh-host-keys/ssh_host_ecdsa_key 600 oneadmin",
                                  "ssh-host-keys/ssh_host_ed25519_key 600 oneadmin", "ssh-host-keys/ssh_host_rsa_key 600 oneadmin"]


def test_as_root_it_becomes_oneadmin(site):
    started = site.start("guacd", "--user", "0:0")
    started.wait_until_ready("guacd", seconds=60)
    assert started.run("stat", "-c", "%u", f"/proc/{started.service_pid('guacd')}").out.strip() == "9869"


def test_other_roles_alone_start_in_any_order_and_wait_for_their_secrets(site):
    started = {role: site.start(role) for role in every_role}  # no oned anywhere yet, nor its *_auth files
    started["guacd"].wait_until_ready("guacd", seconds=60)
    wait_for(lambda: "waits for /var/lib/one/.one/sunstone_auth" in started["fireedge"].log(), 60, "FireEdge's word")
    for name in ("sunstone", "oneflow", "onegate", "oneks"):
        site.write(f"lib/.one/{name}_auth", "serveradmin:0123456789\n")
    for role, container in started.items():
        container.wait_until_ready(role, seconds=120)
        assert container.run("onefrontend", "ready", role).ok
        assert container.run("onefrontend", "live", role).ok
    assert started["oneflow"].stop() == 0


def test_all_of_it_in_one_container(site):
    site.start_database()
    everything = site.start("all")
    everything.wait_until_ready("oned", "enrollment", *every_role, seconds=240)
    assert everything.stop() == 0
