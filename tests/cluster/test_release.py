"""A release in a cluster, with a hypervisor outside that joined: from nothing to ready, pods that die, upgrade, uninstall."""

import ipaddress
import json

import cluster as places
from release import state_of
from stage import Result, wait_for


def test_it_comes_from_nothing_to_ready(release):
    assert release.pods() and all(release.is_ready(name) for name in release.pods())
    assert {name.removeprefix(f"{release.full_name}-") for name in release.secrets()} == {
        "oneadmin", "serveradmin", "one-key", "fireedge-key", "database"}


def test_the_namespace_refuses_what_is_not_restricted(release):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "privileged"}, "spec": {"containers": [
        {"name": "it", "image": "it", "securityContext": {"privileged": True}}]}}
    refused = release.kubectl("apply", "--filename", "-", input=json.dumps(pod), check=False)
    assert "violates PodSecurity" in refused.err, "what the chart's pods were held to"


def test_the_pods_account_may_do_nothing(release):
    account = f"system:serviceaccount:{release.namespace}:{release.full_name}"
    for verb, what in (("get", "secrets"), ("create", "pods"), ("list", "configmaps")):
        assert release.kubectl("auth", "can-i", verb, what, "--as", account, check=False).out.strip() == "no"


def test_helm_test_finds_every_service_and_plays_a_join_of_which_nothing_stays(release):
    hosts, nodes, before = release.hosts(), release.onefrontend("node", "list").out, len(release.audit())
    shown = release.helm("test", release.name, "--logs", check=False)
    assert shown.ok and "all 9 answer" in shown.out, shown.out + shown.err
    told = release.audit()[before:]
    assert [line["event"] for line in told] == ["token-created", "enrolled", "host-removed", "left", "token-revoked"], told
    (address,) = {line["from"] for line in told}
    assert ipaddress.ip_address(address) in ipaddress.ip_network(places.pods), "it came from inside, where no hypervisor may be"
    assert told[0]["by"] == "oneadmin" and told[1]["name"].startswith("try-join-")
    assert (release.hosts(), release.onefrontend("node", "list").out) == (hosts, nodes)
    assert release._password not in shown.out


proxy = """
require 'openssl'
require 'socket'
key = OpenSSL::PKey::EC.generate('prime256v1')
mine = OpenSSL::X509::Certificate.new
mine.subject = mine.issuer = OpenSSL::X509::Name.parse('/CN=proxy')
mine.public_key = key
mine.serial = 1
mine.not_before, mine.not_after = Time.now - 60, Time.now + 3600
mine.sign(key, OpenSSL::Digest.new('SHA256'))
context = OpenSSL::SSL::SSLContext.new
context.add_certificate(mine, key)
ends = OpenSSL::SSL::SSLServer.new(TCPServer.new('127.0.0.1', 4433), context)
puts 'listening'
$stdout.flush
loop { ends.accept rescue nil }
"""


def play_join(release, *words: str, password: str = "") -> Result:
    """In the pod of oned, which has the program; with its own password or another one."""
    release.run(f"umask 077; printf %s 'oneadmin:{password}' >/tmp/trial_auth" if password else "cp ~/.one/one_auth /tmp/trial_auth")
    pin = json.loads(release.onefrontend("ca", "status", "--json").out)["fingerprint"]
    at = f"{release.full_name}-hypervisors:4125"
    return release.run(f"ONE_AUTH=/tmp/trial_auth onefrontend try-join --endpoint {at} --fingerprint {pin} {' '.join(words)}", check=False)


def test_a_played_join_says_what_is_wrong_and_leaves_nothing(release):
    nodes = release.onefrontend("node", "list").out
    wrong = play_join(release, password="s3cret")
    assert not wrong.ok and "OpenNebula does not know them" in wrong.err and "s3cret" not in wrong.out + wrong.err, wrong

    closed = play_join(release, "--through", "127.0.0.1:1")
    assert not closed.ok and "nothing listens there" in closed.err, closed

    release.kubectl("exec", "--stdin", release.oned, "--container", "oned", "--", "sh", "-c", "cat >/tmp/proxy.rb", input=proxy)
    release.run("timeout 60 ruby /tmp/proxy.rb >/tmp/proxy.log 2>&1 & while ! grep -q listening /tmp/proxy.log; do sleep 0.1; done")
    ended = play_join(release, "--through", "127.0.0.1:4433")
    assert not ended.ok and "127.0.0.1:4433" in ended.err and "A machine can enroll" not in ended.out, ended
    assert release.onefrontend("node", "list").out == nodes


def test_an_oned_pod_that_dies_comes_back_as_itself_and_the_hypervisor_notices_nothing(release, hypervisor):
    release.wait_until_well(hypervisor)
    keys, machine = release.keys(), state_of(hypervisor)
    release.replace(release.oned, "--grace-period=0", "--force")
    assert release.keys() == keys
    release.wait_until_well(hypervisor)
    assert sorted(state_of(hypervisor) ^ machine) == []


def test_a_database_pod_that_dies_is_waited_for(release, hypervisor):
    before = release.identities()[release.oned]
    release.replace(release.database)
    wait_for(lambda: release.is_ready(release.oned), 60, "oned to be ready", every=1)
    assert release.identities()[release.oned] == before
    release.wait_until_well(hypervisor)


def test_an_upgrade_without_a_change_restarts_nothing(release):
    pods, secrets = release.identities(), release.secrets()
    release.upgrade()
    assert release.identities() == pods
    assert release.secrets() == secrets


def test_a_setting_restarts_who_reads_it_and_a_rollback_takes_it_back(release, hypervisor):
    pods, secrets = release.identities(), release.secrets()
    debug_level = lambda: release.run("sed -n '/^LOG/,/]/s/.*DEBUG_LEVEL *= *//p' /etc/one/oned.conf").out.strip()
    before = debug_level()
    release.upgrade("--set", "config.oned.LOG.DEBUG_LEVEL=4")
    changed = {name for name, uid in release.identities().items() if pods.get(name) != uid}
    assert (changed, debug_level()) == ({release.oned}, "4")
    release.helm("rollback", release.name, "--wait", "--timeout", "8m")
    assert debug_level() == before
    assert release.secrets() == secrets
    release.wait_until_well(hypervisor)


def test_what_an_uninstall_keeps_is_found_by_the_next_install(release, hypervisor):
    keys, secrets, machine = release.keys(), release.secrets(), state_of(hypervisor)
    release.helm("uninstall", release.name, "--wait")
    wait_for(lambda: not release.pods(), 120, "the pods to go", every=1)
    assert release.kept_claims() == set(release.claims)
    assert release.secrets() == secrets
    release.install()
    assert release.keys() == keys
    release.wait_until_well(hypervisor)
    assert sorted(state_of(hypervisor) ^ machine) == []


