// Everything `onefrontend` can be told. The initializers are the documented defaults; read once, at the edge.
#pragma once

#include "common/result.hpp"
#include "common/wire/messages.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct Config {
    std::string state_dir = "/var/lib/onefrontend";  // certificates, audit log; the CA key lies below signer/
    std::string signer_socket = "/run/onefrontend/signer.sock";
    std::string signer_user = "root";  // what `signer` becomes when root starts it; owns signer/ and public/
    std::string listen_address = "::";
    int listen_port = 4125;
    std::vector<std::string> proxy_peers{};  // load balancers, by network: each connection of theirs has a PROXY header
    std::string metrics_address = "127.0.0.1";  // of /metrics, /live and /ready; empty: nowhere
    int metrics_port = 4126;
    std::vector<std::string> server_names{};  // names and addresses nodes reach us by; also printed join commands

    std::vector<std::string> admin_networks{"0.0.0.0/0", "::/0"};  // from where admins may use the API; none: nowhere

    std::string browser_certificate{};  // chain of the user's own PKI, leaf first; for peers that are no nodes
    std::string browser_key{};

    std::vector<std::string> closed_networks{};  // 10.42.0.0/16: no node is there (pods, services), no login goes there

    // Where nodes may install OpenNebula's packages from. {release} is this front-end's, the rest the node knows; both
    // empty: nodes are told of no repository.
    std::string packages_apt = "https://downloads.opennebula.io/repo/{release}/{distribution}/{version}";
    std::string packages_dnf = "https://downloads.opennebula.io/repo/{release}/{distribution}/{version}/$basearch";
    std::string packages_suite = "stable";
    std::string packages_component = "opennebula";
    std::string packages_key{};  // who signs it; empty: the key that this front-end's own packages are checked with

    std::string oned_endpoint = "http://127.0.0.1:2633/RPC2";
    std::string oned_auth = "/var/lib/one/.one/one_auth";
    std::string monitor_log = "/var/log/one/monitor.log";
    std::string monitord_conf = "/etc/one/monitord.conf";
    std::string remotes_dir = "/var/lib/one/remotes";  // rsync's source
    std::string remote_scripts_dir = "/var/tmp/one";   // its target on nodes

    std::string ssh_user = "oneadmin";                           // as whom ssh and rsync run here
    std::string ssh_home = "/var/lib/one";                       // its ~: .ssh/{config,known_hosts_onenode,*.pub}
    std::string ssh_host_key_dir = "/etc/ssh";                   // our own sshd's *.pub, for the nodes' known_hosts
    int ssh_port = 22;                                           // at which nodes reach that sshd
    std::string ssh_auth_sock{};                                 // of the ssh-agent; empty: SSH_AUTH_SOCK as given
    std::string ssh_override_path = "/usr/lib/one/sh/override";  // first in PATH, as oned's own unit has it

    std::chrono::seconds node_certificate_life{7 * 24 * 3600};
    std::chrono::seconds old_key_life{3600};  // nodes let oneadmin's former SSH key in for so long
    std::chrono::seconds register_wait{240};  // until `on`; then the sweep may remove the host
    std::chrono::seconds sweep_interval{15};
};

/// What nodes are told of OpenNebula's packages; without its key, which is a file.
one::wire::Repository repository_in(const Config& config);

/// Defaults < file (YAML) < environment (ONED_ENDPOINT, ONED_AUTH, ONED_MONITOR_LOG). An unknown key is an error that
/// names the nearest.
one::Result<Config> read_config(std::string_view yaml);

/// What a file may hold; docs/configuration.md explains each.
std::vector<std::string_view> configuration_keys();

}  // namespace onefrontend
