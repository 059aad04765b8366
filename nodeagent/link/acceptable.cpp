// Ports that there are, and a closed set of places for paths, so that neither a slip in oned.conf nor a broken-into
// front-end turns /etc or a person's home over to oneadmin.
#include "nodeagent/link/acceptable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace onenode {
namespace {

// Where machines keep data that no package of the system owns, and oneadmin's own home.
constexpr std::array<std::string_view, 7> roots{"/var/lib/one/", "/srv/",    "/mnt/",    "/opt/",
                                                "/data/",        "/export/", "/storage/"};
constexpr std::size_t longest_path = 255;

bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

// No "..", no hidden directory (oneadmin's .ssh), no "//", no end in "/": one spelling for each place.
bool is_plain_path(std::string_view path)
{
    if (path.empty() || path.size() > longest_path || path.front() != '/') return false;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto name = path.substr(0, path.find('/'));
        if (name.empty() || name.front() == '.' || !std::ranges::all_of(name, is_plain)) return false;
        path.remove_prefix(name.size());
    }
    return true;
}

std::string shown(std::string path)
{
    std::ranges::replace_if(
        path, [](char c) { return c != '/' && !is_plain(c); }, '?');
    return path.substr(0, longest_path);
}

bool lies_below(std::string_view path, std::string_view root)
{
    return path.size() > root.size() && path.starts_with(root);
}

}  // namespace

Result<> must_be_acceptable(const one::wire::DesiredState& desired)
{
    if (desired.monitor_port < 1 || desired.monitor_port > 65535)  // the firewall's rules name it
        return one::fail({.kind = one::ErrorKind::untrusted,
                          .thing = "the front-end",
                          .reason = fmt::format("it wants monitoring at port {}", desired.monitor_port),
                          .next = "set PORT in the front-end's monitord.conf to one from 1 to 65535",
                          .doing = "follow"});
    const std::string& path = desired.datastore_location;
    if (is_plain_path(path) &&
        std::ranges::any_of(roots, [&path](std::string_view root) { return lies_below(path, root); }))
        return {};
    return one::fail({.kind = one::ErrorKind::untrusted,
                      .thing = "the front-end",
                      .reason = fmt::format("it wants the datastores at \"{}\", and this node makes such a directory "
                                            "only below /var/lib/one, /srv, /mnt, /opt, /data, /export or /storage",
                                            shown(path)),
                      .next = "set DATASTORE_LOCATION in the front-end's oned.conf to a directory below one of them",
                      .doing = "follow"});
}

}  // namespace onenode
