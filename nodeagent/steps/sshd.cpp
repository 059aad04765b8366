// sshd lets oneadmin's key in, where its settings would not: for OpenNebula's machines alone, in a file of ours.
//
// What was needed once stays while we are joined: with our lines in place sshd no longer says that they are missing.
// Who denied oneadmin by name, forced a command on it or asks for more than a key meant it: checks tell about those.
#include "common/text/address.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/distinct.hpp"
#include "nodeagent/steps/sshd_login.hpp"
#include "nodeagent/steps/steps.hpp"

#include <algorithm>
#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view main_file = "/etc/ssh/sshd_config";
constexpr std::string_view directory = "/etc/ssh/sshd_config.d";
constexpr std::string_view ours = "/etc/ssh/sshd_config.d/00-onenode-login.conf";
constexpr std::array reads{main_file, directory, ours};

// All that this step ever asks for, in the order in which it stands in the file.
constexpr std::array<std::string_view, 7> known_lines{"PubkeyAuthentication yes",
                                                      "AllowUsers oneadmin",
                                                      "AllowGroups oneadmin",
                                                      "AuthorizedKeysFile .ssh/authorized_keys",
                                                      "AllowAgentForwarding yes",
                                                      "DisableForwarding no",
                                                      "MaxSessions 10"};

std::vector<std::string> groups_of_oneadmin(const Facts& facts)
{
    const User* user = facts.user(oneadmin::name);
    if (user == nullptr) return {std::string{oneadmin::name}};
    std::vector<std::string> names;
    for (const auto& [name, group] : facts.groups)
        if (std::ranges::find(user->groups, group.gid) != user->groups.end()) names.push_back(name);
    return names;
}

void add(SshdLines& lines, const SshdLines& more)
{
    lines.insert(lines.end(), more.begin(), more.end());
}

SshdLines lines_missing(const SshdSettings& settings, const SshdLists& lists)
{
    if (lists.deny_oneadmin()) return {};
    SshdLines lines;
    add(lines, lines_for_keys(settings));
    add(lines, lines_for_lists(lists));
    add(lines, lines_for_keys_file(settings));
    add(lines, lines_for_forwarding(settings));
    add(lines, lines_for_sessions(settings));
    return lines;
}

SshdLines wanted_lines(const Facts& facts)
{
    SshdLines needed;
    for (const auto& line : one::split_lines(facts.text(ours)))
        needed.emplace_back(one::trim(line));
    for (const auto& [address, answer] : facts.sshd) {
        const SshdSettings settings{answer};
        add(needed, lines_missing(settings, {settings, groups_of_oneadmin(facts), address}));
    }
    SshdLines lines;
    for (const auto known : known_lines)
        if (std::ranges::find(needed, known) != needed.end()) lines.emplace_back(known);
    return lines;
}

// Images and guests travel from node to node, so the others of the zone come in, too.
std::vector<std::string> places_of_opennebula(const DesiredState& desired)
{
    Distinct addresses;
    const auto take = [&addresses](const std::string& address) {
        if (one::is_address(address)) addresses.add(address);
    };
    for (const auto& address : desired.frontend_addresses)
        take(address);
    for (const auto& peer : desired.peers)
        if (peer.name != desired.node_name) take(peer.address);
    return std::move(addresses).take();
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    if (!includes_drop_ins(facts.text(main_file))) return {};
    const auto lines = wanted_lines(facts);
    if (lines.empty()) return {};
    Changes changes;
    auto file = sshd_drop_in(std::string{ours}, lines, places_of_opennebula(desired));
    if (facts.file(directory) == nullptr)
        changes.push_back(MakeDirectory{.path = std::string{directory}, .why = file.why});
    want_file(changes, facts, std::move(file));
    return changes;
}

}  // namespace

constinit const Step sshd{"sshd", "sshd accepts the front-end's key", reads, plan};

}  // namespace onenode::steps
