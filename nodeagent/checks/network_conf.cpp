// Line by line: what is nested otherwise than as shipped is not seen.
#include "nodeagent/checks/network_conf.hpp"

#include "common/text/words.hpp"

namespace onenode::checks {
namespace {

constexpr const char* path = "/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf";

struct Pair {
    std::string_view key;
    std::string value;
};

// ":remote_addr: 10.0.0.1  # why"
Pair pair_of(std::string_view line)
{
    const auto colon = line.find(':', 1);
    if (!line.starts_with(':') || colon == std::string_view::npos) return {};
    auto value = one::trim(line.substr(colon + 1));
    if (const auto comment = value.find(" #"); comment != std::string_view::npos)
        value = one::trim(value.substr(0, comment));
    if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
        value = value.substr(1, value.size() - 2);
    return {line.substr(1, colon - 1), std::string{value}};
}

}  // namespace

NetworkConf network_conf(const HostView& host)
{
    const auto text = host.read(path);
    if (!text) return {};
    NetworkConf conf{.there = true};
    bool in_proxy = false;
    for (const auto& line : one::split_lines(*text)) {
        auto rest = one::trim(line);
        if (rest.empty() || rest.front() == '#') continue;
        if (line.front() == ':') {
            const auto pair = pair_of(rest);
            in_proxy = pair.key == "tproxy";
            if (pair.key == "keep_empty_bridge") conf.keep_empty_bridge = pair.value == "true";
            continue;
        }
        if (!in_proxy) continue;
        if (rest.front() == '-') {
            conf.proxy.emplace_back();
            rest = one::trim(rest.substr(1));
        }
        if (conf.proxy.empty()) continue;
        const auto pair = pair_of(rest);
        auto& entry = conf.proxy.back();
        if (pair.key == "service_port") entry.service_port = pair.value;
        if (pair.key == "remote_addr") entry.address = pair.value;
        if (pair.key == "remote_port") entry.port = pair.value;
    }
    std::erase_if(conf.proxy, [](const ProxyEntry& entry) {
        return entry.service_port.empty() || entry.address.empty() || entry.port.empty();
    });
    return conf;
}

}  // namespace onenode::checks
