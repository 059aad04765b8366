// Line by line, as it is shipped and as `onefrontend configure` writes it; what is nested otherwise is told to be odd.
#include "nodeagent/vnm/network_conf.hpp"

#include "common/text/words.hpp"

#include <algorithm>

namespace onenode::vnm {
namespace {

struct Pair {
    std::string_view key;
    std::string value;
};

std::string plain(std::string_view text)
{
    auto value = one::trim(text);
    if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
        value = value.substr(1, value.size() - 2);
    return std::string{value};
}

std::string_view without_comment(std::string_view text)
{
    if (one::trim(text).starts_with('#')) return {};
    return one::trim(text.substr(0, text.find(" #")));
}

// ":remote_addr: 10.0.0.1  # why"
Pair pair_of(std::string_view line)
{
    const auto colon = line.find(':', 1);
    if (!line.starts_with(':') || colon == std::string_view::npos) return {};
    return {line.substr(1, colon - 1), plain(without_comment(line.substr(colon + 1)))};
}

// Anchors, blocks and maps in one line are YAML that we do not follow.
bool is_plain(std::string_view value)
{
    return value.empty() || std::string_view{"{&*|>!%@`"}.find(value.front()) == std::string_view::npos;
}

class ProxyReader {
public:
    explicit ProxyReader(NetworkConf& conf) : conf_(&conf) {}

    void begin(const std::string& value)
    {
        if (inside_ || seen_ || !(value.empty() || value == "[]" || value == "~" || value == "null")) conf_->odd = true;
        inside_ = seen_ = true;
    }
    void end() { inside_ = false; }

    void take(std::string_view line)
    {
        if (!inside_) return;
        const auto indent = line.find_first_not_of(' ');
        auto rest = one::trim(line);
        if (rest.starts_with('-') && (conf_->proxy.empty() || indent == item_indent_)) {
            item_indent_ = indent;
            conf_->proxy.emplace_back();
            in_networks_ = false;
            rest = one::trim(rest.substr(1));
            if (rest.empty()) return;
        } else if (rest.starts_with('-')) {
            return add_network(plain(without_comment(rest.substr(1))));
        }
        set(pair_of(rest));
    }

private:
    void add_network(std::string name)
    {
        if (!in_networks_ || !is_plain(name) || name.empty()) conf_->odd = true;
        conf_->proxy.back().networks.push_back(std::move(name));
    }

    void set(const Pair& pair)
    {
        if (conf_->proxy.empty() || pair.key.empty() || !is_plain(pair.value)) {
            conf_->odd = true;
            return;
        }
        auto& entry = conf_->proxy.back();
        in_networks_ = pair.key == "networks" && pair.value.empty();
        if (pair.key == "service_port") entry.service_port = pair.value;
        if (pair.key == "remote_addr") entry.address = pair.value;
        if (pair.key == "remote_port") entry.port = pair.value;
        if (pair.key == "networks") set_networks(pair.value);
    }

    // "[vnet1, 0]" or one name alone
    void set_networks(std::string_view value)
    {
        if (value.starts_with('[')) {
            if (!value.ends_with(']')) conf_->odd = true;
            value = value.substr(1, value.size() - (value.ends_with(']') ? 2 : 1));
        }
        while (!value.empty()) {
            const auto comma = std::min(value.find(','), value.size());
            if (auto name = plain(value.substr(0, comma)); !name.empty())
                conf_->proxy.back().networks.push_back(std::move(name));
            value = value.substr(std::min(comma + 1, value.size()));
        }
    }

    NetworkConf* conf_;
    std::size_t item_indent_ = 0;
    bool inside_ = false;
    bool seen_ = false;
    bool in_networks_ = false;
};

bool is_incomplete(const ProxyEntry& entry)
{
    return entry.service_port.empty() || entry.address.empty() || entry.port.empty();
}

}  // namespace

NetworkConf parse_network_conf(std::string_view text)
{
    NetworkConf conf{.there = true};
    ProxyReader proxy{conf};
    for (const auto& line : one::split_lines(text)) {
        const auto rest = one::trim(line);
        if (rest.empty() || rest.front() == '#') continue;
        if (line.front() != ':') {
            proxy.take(line);
            continue;
        }
        proxy.end();
        const auto pair = pair_of(rest);
        if (pair.key == "tproxy") proxy.begin(pair.value);
        if (pair.key == "keep_empty_bridge") conf.keep_empty_bridge = pair.value == "true";
        if (pair.key == "datastore_location" && pair.value.starts_with('/')) conf.datastores = pair.value;
    }
    std::ranges::copy_if(conf.proxy, std::back_inserter(conf.incomplete), is_incomplete);
    std::erase_if(conf.proxy, is_incomplete);
    return conf;
}

NetworkConf network_conf(const HostView& host)
{
    const auto text = host.read(network_file);
    return text ? parse_network_conf(*text) : NetworkConf{};
}

}  // namespace onenode::vnm
