// getifaddrs, without loopback, link-local and the inner networks of hypervisors and container runtimes.
#include "nodeagent/host/network.hpp"

#include "common/shortage.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace onenode {
namespace {

constexpr std::array inner_prefixes{"docker", "virbr", "lxcbr", "lxdbr", "incusbr", "cni",   "flannel",
                                    "cali",   "veth",  "vnet",  "tap",   "one-",    "podman"};
constexpr std::string_view docker_bridge = "br-";  // and twelve hex digits

struct FreeList {
    void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

std::string text_of_v4(const sockaddr* address)
{
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    const auto host = ntohl(in.sin_addr.s_addr);
    if ((host >> 24) == 127 || (host >> 16) == 0xa9fe) return {};  // loopback, link-local
    std::array<char, INET_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET, &in.sin_addr, text.data(), text.size()) != nullptr ? text.data() : "";
}

std::string text_of_v6(const sockaddr* address)
{
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    if (IN6_IS_ADDR_LOOPBACK(&in.sin6_addr) || IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr)) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET6, &in.sin6_addr, text.data(), text.size()) != nullptr ? text.data() : "";
}

void add(std::vector<std::string>& list, std::string text)
{
    if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

bool is_inner_interface(std::string_view name)
{
    if (std::ranges::any_of(inner_prefixes, [name](std::string_view prefix) { return name.starts_with(prefix); }))
        return true;
    if (!name.starts_with(docker_bridge) || name.size() != docker_bridge.size() + 12) return false;
    return name.find_first_not_of("0123456789abcdef", docker_bridge.size()) == std::string_view::npos;
}

std::vector<std::string> global_addresses()
{
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) {
        const auto error = one::error_from_errno(errno, "this machine's addresses");
        if (one::is_shortage(error)) throw one::Shortage{error};  // a machine without addresses is another thing
        return {};
    }
    const std::unique_ptr<ifaddrs, FreeList> list{all};
    std::vector<std::string> v4;
    std::vector<std::string> v6;
    for (const auto* one = all; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0 || (one->ifa_flags & IFF_LOOPBACK) != 0)
            continue;
        if (is_inner_interface(one->ifa_name)) continue;
        if (one->ifa_addr->sa_family == AF_INET) add(v4, text_of_v4(one->ifa_addr));
        if (one->ifa_addr->sa_family == AF_INET6) add(v6, text_of_v6(one->ifa_addr));
    }
    v4.insert(v4.end(), v6.begin(), v6.end());
    return v4;
}

}  // namespace onenode
