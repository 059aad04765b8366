// Reads the configuration file: flat YAML, one key a field of Config.
#include "frontend/config.hpp"

#include "common/text/duration.hpp"
#include "common/text/network.hpp"
#include "common/text/words.hpp"
#include "common/wire/repository.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <variant>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

using Text = std::string Config::*;
using Number = int Config::*;
using Duration = std::chrono::seconds Config::*;
using List = std::vector<std::string> Config::*;

struct Key {
    std::string_view name;
    std::variant<Text, Number, Duration, List> field;
};

constexpr std::array keys{
    Key{"state_dir", &Config::state_dir},
    Key{"signer_socket", &Config::signer_socket},
    Key{"signer_user", &Config::signer_user},
    Key{"listen_address", &Config::listen_address},
    Key{"listen_port", &Config::listen_port},
    Key{"proxy_peers", &Config::proxy_peers},
    Key{"metrics_address", &Config::metrics_address},
    Key{"metrics_port", &Config::metrics_port},
    Key{"server_names", &Config::server_names},
    Key{"admin_networks", &Config::admin_networks},
    Key{"browser_certificate", &Config::browser_certificate},
    Key{"browser_key", &Config::browser_key},
    Key{"closed_networks", &Config::closed_networks},
    Key{"packages_apt", &Config::packages_apt},
    Key{"packages_dnf", &Config::packages_dnf},
    Key{"packages_suite", &Config::packages_suite},
    Key{"packages_component", &Config::packages_component},
    Key{"packages_key", &Config::packages_key},
    Key{"oned_endpoint", &Config::oned_endpoint},
    Key{"oned_auth", &Config::oned_auth},
    Key{"monitor_log", &Config::monitor_log},
    Key{"monitord_conf", &Config::monitord_conf},
    Key{"remotes_dir", &Config::remotes_dir},
    Key{"remote_scripts_dir", &Config::remote_scripts_dir},
    Key{"ssh_user", &Config::ssh_user},
    Key{"ssh_home", &Config::ssh_home},
    Key{"ssh_host_key_dir", &Config::ssh_host_key_dir},
    Key{"ssh_port", &Config::ssh_port},
    Key{"ssh_auth_sock", &Config::ssh_auth_sock},
    Key{"ssh_override_path", &Config::ssh_override_path},
    Key{"node_certificate_life", &Config::node_certificate_life},
    Key{"old_key_life", &Config::old_key_life},
    Key{"register_wait", &Config::register_wait},
    Key{"sweep_interval", &Config::sweep_interval},
};

one::Failure bad(std::string_view key, std::string reason)
{
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = fmt::format("configuration key {}", key),
                      .reason = std::move(reason),
                      .next = "docs/configuration.md shows what it may be",
                      .doing = "use"});
}

one::Failure unknown(const std::string& name)
{
    const std::string near = one::nearest(name, configuration_keys());
    return one::fail(
        {.kind = ErrorKind::invalid,
         .thing = fmt::format("configuration key {}", name),
         .reason = "no such key",
         .next = near.empty() ? "docs/configuration.md lists the keys" : fmt::format("did you mean {}?", near),
         .doing = "use"});
}

Result<std::string> scalar(const Key& key, const YAML::Node& value)
{
    if (!value.IsScalar()) return bad(key.name, "a single value was expected");
    return value.Scalar();
}

Result<> set(Config& config, const Key& key, const YAML::Node& value)
{
    if (const auto* list = std::get_if<List>(&key.field)) {
        if (!value.IsSequence()) return bad(key.name, "a list was expected");
        std::vector<std::string> items;
        for (const auto& item : value) {
            TRY_LET(auto text, scalar(key, item));
            items.push_back(std::move(text));
        }
        config.*(*list) = std::move(items);
        return {};
    }
    TRY_LET(auto text, scalar(key, value));
    if (const auto* field = std::get_if<Text>(&key.field)) {
        config.*(*field) = std::move(text);
    } else if (const auto* time = std::get_if<Duration>(&key.field)) {
        auto duration = one::parse_duration(text);
        if (!duration) return bad(key.name, duration.error().reason);
        if (duration->count() <= 0) return bad(key.name, "a time above zero was expected");
        config.*(*time) = *duration;
    } else {
        int number = 0;
        if (!YAML::convert<int>::decode(value, number)) return bad(key.name, "a number was expected");
        config.*std::get<Number>(key.field) = number;
    }
    return {};
}

Result<> check(const Config& config)
{
    const auto is_no = [](const std::string& network) { return network + " is no network such as 10.42.0.0/16"; };
    for (const auto& network : config.closed_networks)  // one address closes nothing: its prefix was forgotten
        if (network.find('/') == std::string::npos || !one::read_network(network))
            return bad("closed_networks", is_no(network));
    for (const auto& [name, networks] :
         {std::pair{"proxy_peers", &config.proxy_peers}, std::pair{"admin_networks", &config.admin_networks}})
        for (const auto& network : *networks)
            if (!one::read_network(network)) return bad(name, is_no(network));
    for (const auto& [name, port] :
         {std::pair{"listen_port", config.listen_port}, std::pair{"metrics_port", config.metrics_port}})
        if (port < 0 || port > 65535) return bad(name, "a port is at most 65535");
    if (config.ssh_port < 1 || config.ssh_port > 65535) return bad("ssh_port", "a port from 1 to 65535 was expected");
    if (config.browser_certificate.empty() != config.browser_key.empty())
        return bad(config.browser_key.empty() ? "browser_key" : "browser_certificate",
                   "certificate and key go together, and one of them is missing");
    for (const auto& [name, path] :
         {std::pair{"state_dir", &config.state_dir}, std::pair{"signer_socket", &config.signer_socket},
          std::pair{"ssh_home", &config.ssh_home}})
        if (!path->starts_with('/')) return bad(name, "an absolute path was expected");
    if (!config.packages_key.empty() && !config.packages_key.starts_with('/'))
        return bad("packages_key", "an absolute path was expected");
    if (const auto plain = one::wire::must_be_plain(repository_in(config)); !plain)
        return bad(plain.error().thing, plain.error().reason);
    return {};
}

Result<Config> read_tree(const YAML::Node& tree)
{
    Config config;
    if (tree.IsNull()) return config;
    if (!tree.IsMap()) return bad("(top level)", "a list of `key: value` lines was expected");
    for (const auto& entry : tree) {
        if (!entry.first.IsScalar()) return bad("(top level)", "keys are plain words");
        const std::string& name = entry.first.Scalar();
        const Key* found = nullptr;
        for (const Key& key : keys)
            if (key.name == name) found = &key;
        if (!found) return unknown(name);
        TRY(set(config, *found, entry.second));
    }
    TRY(check(config));
    return config;
}

}  // namespace

one::wire::Repository repository_in(const Config& config)
{
    return {.apt = config.packages_apt,
            .dnf = config.packages_dnf,
            .suite = config.packages_suite,
            .component = config.packages_component};
}

Result<Config> read_config(std::string_view yaml)
try {
    return read_tree(YAML::Load(std::string{yaml}));
} catch (const YAML::Exception& broken) {  // yaml-cpp has no other form
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = "the configuration",
                      .reason = fmt::format("line {}: {}", broken.mark.line + 1, broken.msg),
                      .doing = "read"});
}

std::vector<std::string_view> configuration_keys()
{
    std::vector<std::string_view> names;
    for (const Key& key : keys)
        names.push_back(key.name);
    return names;
}

}  // namespace onefrontend
