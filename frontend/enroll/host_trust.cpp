// Names, pins and certificates of nodes, for both sides' known_hosts.
#include "frontend/enroll/host_trust.hpp"

#include "common/log.hpp"
#include "common/ssh/host_certificate.hpp"
#include "common/ssh/known_hosts.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/names.hpp"

#include <algorithm>

namespace onefrontend {
namespace {

bool is_good(const one::ssh::HostCertificate& certificate, const Node& node, const one::ssh::PublicKey& authority,
             std::chrono::system_clock::time_point now)
{
    const auto life = certificate.valid_before - certificate.valid_after;
    return same_key(certificate.authority, authority) && certificate.principals == principals_of(node) &&
           certificate.valid_before - now > life / 3;
}

std::vector<one::ssh::PublicKey> short_keys(const Node& node)
{
    std::vector<one::ssh::PublicKey> keys;
    for (const auto& line : node.ssh_host_keys)
        if (auto key = one::ssh::parse_public_key(line)) keys.push_back(*std::move(key));
    const auto is_long = [](const auto& key) { return key.type == "ssh-rsa"; };
    if (!std::ranges::all_of(keys, is_long)) std::erase_if(keys, is_long);
    return keys;
}

bool is_frontend(const std::vector<std::string>& names, const std::vector<std::string>& frontend_names)
{
    return std::ranges::any_of(names, [&](const auto& name) {
        return std::ranges::any_of(frontend_names, [&](const auto& own) { return same_name(own, name); });
    });
}

}  // namespace

// A name that OpenNebula accepts has no blank, no line break and no pattern character. Enrollment has checked that; a
// document could have been edited since, and here a stray `*` would mean every host of the world.
std::vector<std::string> ssh_names(const Node& node)
{
    std::vector<std::string> names;
    if (check_host_name(node.name))
        names.push_back(node.name);
    else
        one::log::warning("a node's name is none, SSH trust leaves it out", {{"node", node.id}});
    if (auto address = normal_address(node.address); !address.empty() && address != node.name) names.push_back(address);
    return names;
}

std::vector<std::string> pinned_names(const Node& node)
{
    auto names = ssh_names(node);
    const auto& rename = node.rename;
    if (waits_for_rename(node) && rename.trouble.empty() && check_host_name(rename.name) && rename.name != node.address)
        names.push_back(rename.name);
    return names;
}

std::vector<std::string> known_host_names(const Node& node)
{
    const auto names = pinned_names(node);
    std::vector<std::string> known;
    for (const auto& name : names)
        known.push_back(one::ssh::known_host_name(name));
    if (node.facts.ssh_port != 22)
        for (const auto& name : names)
            known.push_back(one::ssh::known_host_name(name, node.facts.ssh_port));
    return known;
}

std::vector<std::string> principals_of(const Node& node)
{
    std::vector<std::string> principals;
    for (const auto& name : ssh_names(node))
        principals.push_back(one::ssh::known_host_name(name));
    return principals;
}

std::vector<one::ssh::PublicKey> keys_to_certify(const Node& node)
{
    std::vector<one::ssh::PublicKey> keys;
    for (const auto& line : node.ssh_host_keys)
        if (auto key = one::ssh::parse_public_key(line); key && may_be_certified(*key)) keys.push_back(*std::move(key));
    return keys;
}

bool needs_host_certificates(const Node& node, const one::ssh::PublicKey& authority,
                             std::chrono::system_clock::time_point now)
{
    if (principals_of(node).empty()) return false;
    std::vector<one::ssh::PublicKey> certified;
    for (const auto& line : node.ssh_host_certificates) {
        const auto certificate = one::ssh::parse_host_certificate(line);
        if (certificate && is_good(*certificate, node, authority, now)) certified.push_back(certificate->subject);
    }
    return !std::ranges::all_of(keys_to_certify(node), [&](const auto& key) {
        return std::ranges::any_of(certified, [&](const auto& other) { return same_key(key, other); });
    });
}

std::vector<std::string> peer_known_hosts(const std::vector<Node>& nodes,
                                          const std::vector<std::string>& frontend_names)
{
    std::vector<std::string> lines;
    for (const Node& node : nodes) {
        if (node.phase != Phase::joined || node.banned) continue;
        one::ssh::KnownHost line;
        line.names = ssh_names(node);  // as they are typed: the other node's ssh configuration tells case
        if (line.names.empty() || is_frontend(line.names, frontend_names)) continue;
        if (node.facts.ssh_port != 22)
            for (const auto& name : ssh_names(node))
                line.names.push_back(one::ssh::known_host_name(name, node.facts.ssh_port));
        for (auto& key : short_keys(node)) {
            line.key = std::move(key);
            line.key.comment.clear();
            lines.push_back(to_line(line));
        }
    }
    std::ranges::sort(lines);
    return lines;
}

}  // namespace onefrontend
