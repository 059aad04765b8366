#include "frontend/enroll/overrides.hpp"

#include "common/text/address.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"
#include "common/wire/repository.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

constexpr const char* apt_key = "ONENODE_PACKAGES_APT";
constexpr const char* dnf_key = "ONENODE_PACKAGES_DNF";
constexpr const char* addresses_key = "ONENODE_FRONTEND_ADDRESSES";
constexpr std::array keys{apt_key, dnf_key, addresses_key};

one::Failure refuse(std::string reason)
{
    return one::fail({.kind = ErrorKind::invalid, .reason = std::move(reason)});
}

Result<> take_addresses(const std::string& text, Override& into)
{
    std::string spaced = text;
    std::ranges::replace(spaced, ',', ' ');
    auto addresses = one::split_words(spaced);
    if (addresses.empty()) return refuse("it names no address");
    for (const auto& address : addresses)
        if (!one::is_address(address)) return refuse(fmt::format("\"{}\" is no IP address", one::printable(address)));
    into.frontend_addresses = std::move(addresses);
    return {};
}

Result<> take_repository(const std::string& address, std::string one::wire::Repository::*family, std::string& into,
                         one::wire::Repository repository)
{
    repository.*family = address;
    if (repository.key.empty())
        return refuse("this front-end has no key for packages (packages_key of onefrontend.yaml)");
    if (auto usable = one::wire::must_be_usable(repository); !usable) return refuse(usable.error().reason);
    into = address;
    return {};
}

Result<> take(const std::string& key, const std::string& value, const one::wire::Repository& repository, Override& into)
{
    if (key == addresses_key) return take_addresses(value, into);
    if (key == apt_key) return take_repository(value, &one::wire::Repository::apt, into.packages_apt, repository);
    if (key == dnf_key) return take_repository(value, &one::wire::Repository::dnf, into.packages_dnf, repository);
    return refuse(fmt::format("nothing has this name; there are {}", fmt::join(keys, ", ")));
}

class Reader {
public:
    explicit Reader(const one::wire::Repository& repository) : repository_(&repository) {}

    Override read(const oned::OwnAttributes& attributes, std::string_view kind, const std::string& name,
                  Override over = {})
    {
        for (const auto& [key, value] : attributes) {
            auto taken = take(key, value, *repository_, over);
            if (taken) continue;
            taken.error().thing = fmt::format("{} of {} {}", one::printable(key), kind, name);
            taken.error().doing = "use";
            taken.error().next = fmt::format("change it: one{} update {}", kind, name);
            mistakes_.push_back(std::move(taken).error());
        }
        return over;
    }
    std::vector<one::Error> mistakes() && { return std::move(mistakes_); }

private:
    const one::wire::Repository* repository_;
    std::vector<one::Error> mistakes_{};
};

bool says_something(const auto& object)
{
    return !object.own_attributes.empty();
}

}  // namespace

FoundOverrides find_overrides(const std::vector<oned::Host>& hosts, const std::vector<oned::Cluster>& clusters,
                              const one::wire::Repository& repository)
{
    FoundOverrides found;
    if (std::ranges::none_of(hosts, says_something<oned::Host>) &&
        std::ranges::none_of(clusters, says_something<oned::Cluster>))
        return found;
    Reader reader{repository};
    for (const auto& cluster : clusters)
        found.overrides.clusters[cluster.id] = reader.read(cluster.own_attributes, "cluster", cluster.name);
    for (const auto& host : hosts) {
        const auto around = found.overrides.clusters.find(host.cluster_id);
        auto of_cluster = around != found.overrides.clusters.end() ? around->second : Override{};
        found.overrides.hosts[host.id] = reader.read(host.own_attributes, "host", host.name, std::move(of_cluster));
    }
    found.mistakes = std::move(reader).mistakes();
    return found;
}

const Override* override_of(const Node& node, const Overrides& overrides)
{
    const auto in = [](const std::map<int, Override>& all, int id) -> const Override* {
        const auto found = all.find(id);
        return found != all.end() ? &found->second : nullptr;
    };
    const auto* found = in(overrides.hosts, node.host_id);
    if (!found) found = in(overrides.clusters, node.cluster_id);
    return found && *found != Override{} ? found : nullptr;
}

}  // namespace onefrontend
