// The YAML files of OpenNebula's services. Ruby's have symbols for keys (`:host:`), FireEdge's have words.
#include "frontend/configure/endpoint.hpp"
#include "frontend/configure/render.hpp"
#include "frontend/configure/yaml_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::configure {
namespace {

using one::Result;
using Kind = Value::Kind;

enum class Names { words, symbols };

std::string named(const std::string& key, Names names)
{
    return names == Names::symbols && !key.starts_with(':') ? ':' + key : key;
}

/// A value of ours with its keys as the file has them.
Value as_named(const Value& value, Names names)
{
    Value named_value = value;
    for (auto& key : named_value.keys)
        key = named(key, names);
    for (auto& item : named_value.items)
        item = as_named(item, names);
    return named_value;
}

struct Setting {
    KeyPath path{};
    Value value{};
};

bool is_secret(std::string_view key)
{
    return key.find("passw") != std::string_view::npos || key.find("secret") != std::string_view::npos;
}

/// config.*: each value by its path; maps are merged into those of the file.
Result<> set_others(YamlFile& file, const Value& keys, Names names, const KeyPath& above = {})
{
    for (std::size_t i = 0; i < keys.keys.size(); ++i) {
        auto path = above;
        path.push_back(named(keys.keys[i], names));
        if (is_secret(path.back()))
            return one::fail({.kind = one::ErrorKind::invalid,
                              .thing = to_text(path),
                              .reason = "a secret never stands in the settings",
                              .doing = "set"});
        const Value& value = keys.items[i];
        if (value.kind == Kind::map && !value.items.empty())
            TRY(set_others(file, value, names, path));
        else
            TRY(file.set(path, as_named(value, names)));
    }
    return {};
}

Result<std::string> edited(const std::string& original, Names names, const std::vector<Setting>& settings,
                           const Value& others)
{
    TRY_LET(auto file, YamlFile::parse(original));
    for (const auto& setting : settings) {
        KeyPath path;
        for (const auto& key : setting.path)
            path.push_back(named(key, names));
        TRY(file.set(path, as_named(setting.value, names)));
    }
    TRY(set_others(file, others, names));
    return file.text();
}

Value entry_of(const ProxyEntry& proxy)
{
    Value entry;
    entry["service_port"] = number_value(proxy.service_port);
    entry["remote_addr"] = text_value(proxy.remote_address);
    entry["remote_port"] = number_value(proxy.remote_port);
    if (proxy.networks.empty()) return entry;
    Value networks{.kind = Kind::list};
    for (const auto& network : proxy.networks) {
        const bool id = network.find_first_not_of("0123456789") == std::string::npos;
        networks.items.push_back(id ? plain_value(network) : text_value(network));
    }
    entry["networks"] = networks;
    return entry;
}

}  // namespace

Result<std::string> render_network(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    std::vector<Setting> edits;
    if (const Value* datastores = settings.oned.find("DATASTORE_LOCATION"))
        edits.push_back({{"datastore_location"}, text_value(datastores->text)});
    Value entries{.kind = Kind::list};
    for (const auto& proxy : proxies_of(settings))
        entries.items.push_back(entry_of(proxy));
    TRY_LET(const auto present, YamlFile::parse(original));
    if (!entries.items.empty() || present.find({":tproxy"})) edits.push_back({{"tproxy"}, entries});
    return edited(original, Names::symbols, edits, settings.network);
}

Result<std::string> render_fireedge(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    TRY_LET(const auto guacd, parse_endpoint(guacd_endpoint_of(settings)));
    std::vector<Setting> edits{{{"host"}, text_value(settings.fireedge_listen)},
                               {{"port"}, number_value(settings.fireedge_port)},
                               {{"one_xmlrpc"}, text_value(oned_endpoint_of(settings))},
                               {{"oneflow_server"}, text_value(oneflow_endpoint_of(settings))},
                               {{"subscriber_endpoint"}, text_value(events_endpoint_of(settings))},
                               {{"guacd", "host"}, text_value(guacd.host)},
                               {{"guacd", "port"}, number_value(guacd.port)},
                               {{"default_zone", "endpoint"}, text_value(oned_endpoint_of(settings))}};
    if (is_at_least(settings, "7.2")) edits.push_back({{"oneform_server"}, text_value(oneform_endpoint_of(settings))});
    return edited(original, Names::words, edits, settings.fireedge);
}

Result<std::string> render_sunstone(const Wishes& wishes, const std::string& original)
{
    return edited(original, Names::words, {}, wishes.settings->sunstone);
}

Result<std::string> render_oneflow(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    return edited(original, Names::symbols,
                  {{{"one_xmlrpc"}, text_value(oned_endpoint_of(settings))},
                   {{"subscriber_endpoint"}, text_value(events_endpoint_of(settings))},
                   {{"host"}, text_value(settings.oneflow_listen)},
                   {{"port"}, number_value(settings.oneflow_port)}},
                  settings.oneflow);
}

Result<std::string> render_onegate(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    const bool has_server = is_at_least(settings, "7.4");
    TRY_LET(const auto present, YamlFile::parse(original));
    if (present.find({has_server ? ":host" : ":server"}))
        return one::fail({.kind = one::ErrorKind::conflict,
                          .thing = "where OneGate listens",
                          .reason = fmt::format(
                              "the file is not of OpenNebula {}: from 7.4 on it has :server: :bind:, before :host:",
                              settings.version),
                          .next = "set `version` to the OpenNebula that is installed",
                          .doing = "set"});
    const KeyPath host = has_server ? KeyPath{"server", "bind"} : KeyPath{"host"};
    const KeyPath port = has_server ? KeyPath{"server", "port"} : KeyPath{"port"};
    return edited(original, Names::symbols,
                  {{{"one_xmlrpc"}, text_value(oned_endpoint_of(settings))},
                   {{"oneflow_server"}, text_value(oneflow_endpoint_of(settings))},
                   {host, text_value(settings.onegate_listen)},
                   {port, number_value(settings.onegate_port)}},
                  settings.onegate);
}

Result<std::string> render_oneform(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    return edited(original, Names::symbols,
                  {{{"one_xmlrpc"}, text_value(oned_endpoint_of(settings))},
                   {{"host"}, text_value(settings.oneform_listen)},
                   {{"port"}, number_value(settings.oneform_port)}},
                  settings.oneform);
}

Result<std::string> render_oneks(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    return edited(original, Names::symbols,
                  {{{"one_xmlrpc"}, text_value(oned_endpoint_of(settings))},
                   {{"server", "bind"}, text_value(settings.oneks_listen)},
                   {{"server", "port"}, number_value(settings.oneks_port)},
                   {{"subscriber_endpoint"}, text_value(events_endpoint_of(settings))}},
                  settings.oneks_keys);
}

Result<std::string> render_hem(const Wishes& wishes, const std::string& original)
{
    return edited(original, Names::symbols, {}, wishes.settings->hem);
}

Result<std::string> render_onefrontend(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    Value names{.kind = Kind::list, .items = {text_value(settings.address)}};
    for (const auto& name : settings.extra_addresses)
        names.items.push_back(text_value(name));
    Value closed{.kind = Kind::list};
    for (const auto& network : settings.inside_networks)
        closed.items.push_back(text_value(network));
    return edited(original, Names::words,
                  {{{"server_names"}, names},
                   {{"closed_networks"}, closed},
                   {{"listen_address"}, text_value(enrollment_listen_of(settings))},
                   {{"listen_port"}, number_value(settings.enrollment_port)},
                   {{"oned_endpoint"}, text_value(fmt::format("http://127.0.0.1:{}/RPC2", settings.oned_port))},
                   {{"ssh_host_key_dir"}, text_value(settings.sshd_host_keys)},
                   {{"ssh_port"}, number_value(settings.sshd_port_of_nodes)}},
                  settings.onefrontend);
}

}  // namespace onefrontend::configure
