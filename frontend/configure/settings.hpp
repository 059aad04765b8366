// Everything `onefrontend configure` can be told. The initializers are the documented defaults; keys.cpp says for each
// what it is and how it is called in the file.
#pragma once

#include "common/result.hpp"
#include "frontend/configure/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::configure {

struct ProxyEntry {  // one service that guests reach at 169.254.16.9 through the transparent proxy of their node
    int service_port = 0;
    std::string remote_address{};
    int remote_port = 0;
    std::vector<std::string> networks{};  // names or ids; none: all
    bool operator==(const ProxyEntry&) const = default;
};

struct Settings {  // in the file's order. NOLINT(clang-analyzer-optin.performance.Padding)
    std::string version = "7.4";

    std::string address{};
    std::vector<std::string> extra_addresses{};
    std::vector<std::string> inside_networks{};
    bool ipv6 = true;

    std::string hostname{};  // empty: the front-end's address; so with every empty text below that has a sensible one
    std::string oned_listen = "0.0.0.0";
    int oned_port = 2633;
    std::string grpc_listen = "0.0.0.0";
    int grpc_port = 2634;
    std::string oned_log = "std";
    int oned_log_level = 3;
    std::string events_listen{};
    std::string federation_mode = "STANDALONE";
    int federation_zone = 0;
    std::string federation_master{};

    std::string monitor_address{};
    int monitor_port = 4124;
    std::string monitor_listen{};
    int monitor_threads = 8;
    int monitor_connections = 15;
    std::string monitor_log = "file";
    int monitor_log_level = 3;
    std::string monitor_public_key{};
    std::string monitor_private_key{};

    std::string database_backend = "sqlite";
    std::string database_host = "localhost";
    int database_port = 3306;
    std::string database_name = "opennebula";
    std::string database_user = "oneadmin";
    std::string database_password_file{};
    int database_pool = 25;
    std::string database_charset{};

    std::string oned_endpoint{};
    std::string oneflow_endpoint{};
    std::string oneform_endpoint{};
    std::string events_endpoint{};
    std::string guacd_endpoint{};

    std::string fireedge_listen = "0.0.0.0";
    int fireedge_port = 2616;
    std::string oneflow_listen = "127.0.0.1";
    int oneflow_port = 2474;
    std::string onegate_listen = "0.0.0.0";
    int onegate_port = 5030;
    std::string onegate_endpoint = "http://169.254.16.9:5030";
    bool onegate_proxy = true;
    std::string onegate_proxy_address{};
    int onegate_proxy_port = 5030;
    std::string oneform_listen = "127.0.0.1";
    int oneform_port = 13013;
    bool oneks = false;
    std::string oneks_listen = "127.0.0.1";
    int oneks_port = 10780;
    std::string guacd_listen = "127.0.0.1";
    int guacd_port = 4822;
    std::vector<ProxyEntry> proxies{};

    std::string oneadmin_password_file{};
    std::string serveradmin_password_file{};
    std::string one_key_file{};

    int sshd_port = 22;
    int sshd_port_of_nodes = 22;
    std::string sshd_host_keys = "/etc/ssh";
    std::string enrollment_listen{};
    int enrollment_port = 4125;

    // As OpenNebula's own files call their keys; null: nothing.
    Value oned{};
    Value monitord{};
    Value network{};
    Value fireedge{};
    Value sunstone{};
    Value oneflow{};
    Value onegate{};
    Value oneform{};
    Value oneks_keys{};
    Value hem{};
    Value onefrontend{};
};

/// Strict: an unknown key is an error that names the nearest; ranges and words are held to. Errors name the line.
one::Result<Settings> read_settings(const std::string& yaml);

/// The JSON Schema of that file.
std::string settings_schema();
/// The tables of docs/configure.md.
std::string settings_documentation();

// What counts where a setting was left empty.
std::string hostname_of(const Settings& settings);
std::string monitor_address_of(const Settings& settings);
std::string monitor_listen_of(const Settings& settings);
std::string events_listen_of(const Settings& settings);
std::string enrollment_listen_of(const Settings& settings);
std::string oned_endpoint_of(const Settings& settings);
std::string oneflow_endpoint_of(const Settings& settings);
std::string oneform_endpoint_of(const Settings& settings);
std::string events_endpoint_of(const Settings& settings);
std::string guacd_endpoint_of(const Settings& settings);
/// Those of the file, and OneGate's (and OneKS's) own.
std::vector<ProxyEntry> proxies_of(const Settings& settings);

/// Whether the OpenNebula of these settings is this version or a later one: is_at_least(settings, "7.2").
bool is_at_least(const Settings& settings, std::string_view version);

}  // namespace onefrontend::configure
