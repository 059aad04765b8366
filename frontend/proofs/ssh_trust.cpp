// Writes our block of oneadmin's ssh configuration and the pins that it relies on.
#include "frontend/proofs/ssh_trust.hpp"

#include "common/log.hpp"
#include "common/managed_block.hpp"
#include "common/ssh/known_hosts.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/proofs/file_rights.hpp"
#include "frontend/proofs/prover.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::size_t largest_config = 16 * small_file;  // our block names each node by up to three of its names

std::vector<std::string> names_of(const std::vector<Node>& nodes)
{
    std::vector<std::string> names;
    for (const Node& node : nodes) {
        auto own = pinned_names(node);
        names.insert(names.end(), own.begin(), own.end());
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

// A link is followed, so that a config kept elsewhere stays there; with the account's rights that is safe.
std::string behind_links(const std::string& path)
{
    const std::unique_ptr<char, decltype(&::free)> real{::realpath(path.c_str(), nullptr), &::free};
    return real ? real.get() : path;
}

Result<std::string> read_or_empty(const std::string& path)
{
    auto text = read_small_file(path, Links::follow, largest_config);
    if (!text && text.error().kind == one::ErrorKind::not_found) return std::string{};
    return text;
}

Result<> write_pins(const std::string& path, const std::string& text)
{
    if (text.empty()) {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return one::fail(one::error_from_errno(errno, path));
        return {};
    }
    TRY_LET(const bool is_there, has_text(path, text));  // all of the file is ours: what differs in it may be any size
    if (is_there) return {};
    return replace_file(path, text, 0600);
}

Result<> write_block(const std::string& path, const std::vector<std::string>& lines)
{
    TRY_LET(const auto before, read_or_empty(path));
    const auto text = one::with_managed_block(before, ssh_block_name, lines, one::BlockPlace::first);
    if (text == before) return {};
    return replace_file(path, text, 0600);
}

std::string lines_for(const std::string& marker, const std::vector<std::string>& names,
                      const std::vector<std::string>& keys)
{
    std::string text;
    for (const auto& line : keys) {
        auto key = one::ssh::parse_public_key(line);
        if (!key) {
            one::log::warning("a host key cannot be read, SSH trust leaves it out", {{"of", names.front()}});
            continue;
        }
        key->comment.clear();
        text += to_line(one::ssh::KnownHost{.marker = marker, .names = names, .key = *std::move(key)}) + '\n';
    }
    return text;
}

}  // namespace

std::vector<std::string> ssh_config_lines(const std::vector<Node>& nodes)
{
    const auto names = names_of(nodes);
    if (names.empty()) return {};
    return {
        "Host " + one::join(names, " "),
        "  StrictHostKeyChecking yes",
        "  UserKnownHostsFile ~/.ssh/" + std::string{pinned_hosts_file},
        "  GlobalKnownHostsFile /dev/null",
        "  UpdateHostKeys no",    // a node cannot add keys to its own pins
        "  VerifyHostKeyDNS no",  // nor can whoever writes its zone
        "Host *",                 // lines of others below belong to every host again
    };
}

std::string pinned_hosts(const std::vector<Node>& nodes, const Vouching& vouching)
{
    std::string text;
    for (const Node& node : nodes) {
        const auto names = known_host_names(node);
        if (names.empty()) continue;
        text += lines_for({}, names, node.ssh_host_keys);
        text += lines_for("@cert-authority", names, vouching.authorities);
    }
    return text.empty() ? text : text + lines_for("@revoked", {"*"}, vouching.revoked);
}

Result<> write_ssh_trust(const Config& config, const std::vector<Node>& nodes, const Vouching& vouching)
{
    const std::string directory = config.ssh_home + "/.ssh";
    const auto doing = one::while_doing("write the SSH trust into");
    auto rights = FileRights::of(config.ssh_user);
    if (!rights) return one::fail(rights.error());
    if (!nodes.empty() && ::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return one::fail(doing(one::error_from_errno(errno, directory)));

    // The pins stand before the block that relies on them, and go after it.
    const auto pins_path = directory + '/' + std::string{pinned_hosts_file};
    const auto config_path = behind_links(directory + "/config");
    const auto pins = pinned_hosts(nodes, vouching);
    const auto lines = ssh_config_lines(nodes);
    if (!lines.empty()) TRY(write_pins(pins_path, pins).map_error(doing));
    TRY(write_block(config_path, lines).map_error(doing));
    if (lines.empty()) TRY(write_pins(pins_path, pins).map_error(doing));
    return {};
}

}  // namespace onefrontend
