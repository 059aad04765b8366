"""OneGate through the transparent proxy, as a guest sees it: whatever happens to the node, it answers again at once."""

import pytest

import transparent_proxy as proxy
from cloud import add_node, join, onenode
from stage import wait_for

pytestmark = pytest.mark.simulator

one_gate = """
import socket, sys
listener = socket.socket(); listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", int(sys.argv[1]))); listener.listen(); print("listening", flush=True)
while True:
    client, _ = listener.accept(); client.recv(4096)
    client.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + sys.argv[2].encode()); client.close()
"""


@pytest.fixture(scope="module")
def node(stage, cloud):
    node = add_node(stage, "node1")
    for port, name in ((5030, "first"), (5031, "second"), (2633, "oned")):
        cloud.frontend.spawn(["python3", "-c", one_gate, str(port + 10000), name], f"gate-{name}").wait_for_output("listening", 10)
    join(node, cloud.token())
    proxy.install(node)
    return node


@pytest.fixture(scope="module")
def gate(cloud, node):
    return cloud.frontend.address.v4


def answers(node, expected: str, limit: float = 20, **where: int) -> None:
    wait_for(lambda: proxy.ask(node, **where) == expected, limit, f"the guest to hear from {expected!r}",
             otherwise=lambda: node.run("nft list tables; pgrep -af ^one_tproxy; ip netns pids one_tproxy_br0; ip -br link; tail -n 5 /var/log/one_tproxy*;"
                                        " journalctl -u onenode -n 12 -o cat", check=False).out)


def time_until(node, act: str, right: str) -> int:
    """Milliseconds from the end of the act, as the machine itself sees it."""
    return int(node.run(f"{act}\nbegan=$(date +%s%N)\nuntil {right}; do sleep 0.02; done\n"
                        "echo $((($(date +%s%N) - began) / 1000000))").out)


endpoint = "nft list map ip one_tproxy ep_br0 2>/dev/null | grep -q 5030"


def test_a_guest_reaches_onegate(node, gate):
    proxy.configure(node, (5030, gate, 15030))
    proxy.start_guest(node)
    answers(node, "first")


def test_a_flushed_ruleset_is_back_within_a_second(node, gate):
    for _ in range(2):
        took = time_until(node, "nft flush ruleset", endpoint)
        assert took < 1000, f"{took} ms"
    answers(node, "first")


def test_the_proxy_follows_another_address(node, gate):
    proxy.configure(node, (5030, gate, 15031))
    answers(node, "second")


def test_further_services_come_and_go(node, gate):
    proxy.configure(node, (5030, gate, 15030), (2633, gate, 12633))
    answers(node, "oned", port=2633)
    answers(node, "first")
    proxy.configure(node, (5030, gate, 15030))
    wait_for(lambda: "2633" not in node.run("nft list map ip one_tproxy ep_br0").out, 10, "the second service to go")


def test_a_proxy_that_ends_is_started_again(node):
    node.run("kill -9 $(pgrep -x -f 'one_tproxy_br0 *' || pgrep -f '^one_tproxy_br0')")
    answers(node, "first")


def test_a_namespace_that_lost_its_name_gets_it_again(node):
    lost = node.run("ip netns identify $(pgrep -f '^one_tproxy_br0'); ip netns del one_tproxy_br0").out.strip()
    assert lost == "one_tproxy_br0"
    assert proxy.ask(node) == "first"  # it lives on without its name
    wait_for(lambda: node.run("ip netns pids one_tproxy_br0", check=False).out.strip(), 10, "it to have its name again",
             otherwise=lambda: node.run("journalctl -u onenode -n 8 -o cat").out)
    answers(node, "first")


def test_the_agents_end_does_not_end_the_proxy(node):
    node.run(["systemctl", "restart", "onenode"])
    assert proxy.ask(node) == "first"
    node.run(["systemctl", "stop", "onenode"])
    assert proxy.ask(node) == "first"


def test_doctor_tells_what_the_agent_would_mend(node):
    node.run("nft flush ruleset")
    found = onenode(node, "doctor", check=False).out
    assert "tproxy-endpoints-br0" in found and "nftables has forgotten" in found, found
    node.run(["systemctl", "start", "onenode"])
    wait_for(lambda: node.run(["sh", "-c", endpoint], check=False).ok, 10, "the map to be there again")
    assert "tproxy-endpoints" not in onenode(node, "doctor", check=False).out


def test_a_network_without_an_entry_gets_no_proxy(node, gate):
    proxy.configure(node, (5030, gate, 15030), networks="front")
    proxy.start_guest(node, 8, "br1", "back")
    answers(node, "first")
    assert proxy.ask(node, 8) == ""
    assert not node.exists("/run/netns/one_tproxy_br1")


def test_all_of_it_is_back_after_a_reboot(node, gate):
    proxy.configure(node, (5030, gate, 15030))
    node.reboot()
    proxy.start_guest(node)
    answers(node, "first")
