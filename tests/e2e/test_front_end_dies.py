"""The front-end dies in the middle of a join: no host is left over, and the same command run again goes on."""

import pytest

from cloud import join, onenode, start_join
from stage import wait_for
from stage.killer import dies_at

pytestmark = pytest.mark.simulator

deaths = [
    "asked /v1/enroll",
    "answers /v1/enroll",
    "asked /v1/prove/login",
    "answers /v1/prove/monitoring",
    "asked /v1/rehearse",
    "asked /v1/register",
    "answers /v1/register",  # OpenNebula has a host, nobody was told
    "answers /v1/joined",
]


def die_during_a_join(cloud, node, token, place: str) -> None:
    """The service ends at that place of its work and is started again, as systemd would."""
    cloud.write_config(register_wait="1s")  # then the sweep, not a test of four minutes, removes the host
    cloud.restart_serve(env=dies_at(cloud.frontend, "onefrontend", place))
    cloud.write_config()
    going_on = start_join(node, token)
    wait_for(lambda: cloud.serve.code is not None, 60, f"the service to die at {place}", otherwise=going_on.output)
    cloud.start_serve()
    code, said = going_on.wait(120), going_on.output()
    if code == 0:
        assert cloud.hosts()[node.name].state == "on"
        return
    assert code == 2 and "error: " in said and "fix: " in said, said
    assert "run onenode join again" in said and "frontend" in said, said
    if "answers /v1/joined" not in place:
        wait_for(lambda: node.name not in cloud.hosts(), 40, "the host to be swept", otherwise=lambda: said)


def test_the_service_dies_three_times_and_the_join_is_run_until_it_works(cloud, node):
    token = cloud.token()
    for place in ("answers /v1/enroll", "asked /v1/prove/login", "answers /v1/register"):
        die_during_a_join(cloud, node, token, place)
    join(node, token)
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")


@pytest.mark.full
@pytest.mark.parametrize("place", deaths)
def test_the_service_dies_once(cloud, node, place):
    token = cloud.token()
    die_during_a_join(cloud, node, token, place)
    join(node, token)
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")
    assert node.name not in cloud.hosts()


@pytest.mark.full
def test_oned_restarts_while_it_has_a_new_host(cloud, node):
    token = cloud.token()
    going_on = start_join(node, token)
    wait_for(lambda: node.name in cloud.hosts() or going_on.code is not None, 60, "the host to be registered",
             otherwise=going_on.output)
    assert going_on.code is None, going_on.output()
    cloud.restart_oned()
    code, said = going_on.wait(120), going_on.output()
    if code != 0:
        assert code == 2 and "error: " in said and "fix: " in said, said
        wait_for(lambda: node.name not in cloud.hosts(), 90, "the host to be gone", otherwise=lambda: said)
        join(node, token)
    assert cloud.hosts()[node.name].state == "on"
    onenode(node, "leave")
