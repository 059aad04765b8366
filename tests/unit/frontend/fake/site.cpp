#include "tests/unit/frontend/fake/site.hpp"

namespace onefrontend::test {

Site::Site()
{
    directory.write("home/.ssh/id_ed25519.pub", std::string{some_ssh_key} + " oneadmin@frontend\n");
    directory.write("etc/ssh/ssh_host_ed25519_key.pub", std::string{some_ssh_key} + " root@frontend\n");
    directory.write("etc/monitord.conf", "NETWORK = [ ADDRESS = \"::\", MONITOR_ADDRESS = \"auto\", PORT = 4124 ]\n");
    config.state_dir = directory.path("state");
    config.signer_socket = directory.path("signer.sock");
    config.ssh_home = directory.path("home");
    config.ssh_host_key_dir = directory.path("etc/ssh");
    config.monitord_conf = directory.path("etc/monitord.conf");
    config.server_names = {"one.example.test", "192.0.2.1"};
}

std::vector<std::string> addresses_of_site(const std::vector<std::string>&)
{
    return {"192.0.2.1"};
}

}  // namespace onefrontend::test
