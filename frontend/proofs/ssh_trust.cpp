// Writes our block of oneadmin's ssh configuration and the pins that it relies on.
#include "frontend/proofs/ssh_trust.hpp"

#include "common/log.hpp"
#include "common/managed_block.hpp"
#include "common/ssh/known_hosts.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/names.hpp"
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

// A name that OpenNebula accepts has no blank, no line break and no pattern character. Enrollment has checked that; a
// document could have been edited since, and here a stray `*` would pin every host of the world.
std::vector<std::string> names_of(const Node& node)
{
    std::vector<std::string> names;
    if (check_host_name(node.name))
        names.push_back(node.name);
    else
        one::log::warning("a node's name is none, SSH trust leaves it out", {{"node", node.id}});
    if (auto address = normal_address(node.address); !address.empty() && address != node.name) names.push_back(address);
    // The pin is there before the name is: OpenNebula uses it from the moment of the rename on.
    const auto& rename = node.rename;
    if (waits_for_rename(node) && rename.trouble.empty() && check_host_name(rename.name) && rename.name != node.address)
        names.push_back(rename.name);
    return names;
}

std::vector<std::string> names_of(const std::vector<Node>& nodes)
{
    std::vector<std::string> names;
    for (const Node& node : nodes) {
        auto own = names_of(node);
        names.insert(names.end(), own.begin(), own.end());
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

// sshd on another port is looked up as [name]:port.
std::vector<std::string> known_names(const Node& node)
{
    std::vector<std::string> known;
    for (const auto& name : names_of(node))
        known.push_back(one::ssh::known_host_name(name));
    if (node.facts.ssh_port != 22)
        for (const auto& name : names_of(node))
            known.push_back(one::ssh::known_host_name(name, node.facts.ssh_port));
    return known;
}

// A link is followed, so that a config kept elsewhere stays there; with the account's rights that is safe.
std::string behind_links(const std::string& path)
{
    const std::unique_ptr<char, decltype(&::free)> real{::realpath(path.c_str(), nullptr), &::free};
    return real ? real.get() : path;
}

Result<std::string> read_or_empty(const std::string& path)
{
    auto text = read_small_file(path);
    if (!text && text.error().kind == one::ErrorKind::not_found) return std::string{};
    return text;
}

Result<> replace_where_different(const std::string& path, const std::string& before, const std::string& text)
{
    if (text == before) return {};
    return replace_file(path, text, 0600);
}

Result<> write_pins(const std::string& path, const std::string& text)
{
    if (text.empty()) {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return one::fail(one::error_from_errno(errno, path));
        return {};
    }
    TRY_LET(const auto before, read_or_empty(path));
    return replace_where_different(path, before, text);
}

Result<> write_block(const std::string& path, const std::vector<std::string>& lines)
{
    TRY_LET(const auto before, read_or_empty(path));
    return replace_where_different(path, before,
                                   one::with_managed_block(before, ssh_block_name, lines, one::BlockPlace::first));
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

std::string pinned_hosts(const std::vector<Node>& nodes)
{
    std::string text;
    for (const Node& node : nodes) {
        const auto names = known_names(node);
        if (names.empty()) continue;
        for (const auto& line : node.ssh_host_keys) {
            auto key = one::ssh::parse_public_key(line);
            if (!key) {
                one::log::warning("a node's host key cannot be read, SSH trust leaves it out", {{"node", node.id}});
                continue;
            }
            key->comment.clear();
            text += to_line(one::ssh::KnownHost{.marker = {}, .names = names, .key = *std::move(key)}) + '\n';
        }
    }
    return text;
}

Result<> write_ssh_trust(const Config& config, const std::vector<Node>& nodes)
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
    const auto pins = pinned_hosts(nodes);
    const auto lines = ssh_config_lines(nodes);
    if (!lines.empty()) TRY(write_pins(pins_path, pins).map_error(doing));
    TRY(write_block(config_path, lines).map_error(doing));
    if (lines.empty()) TRY(write_pins(pins_path, pins).map_error(doing));
    return {};
}

}  // namespace onefrontend
