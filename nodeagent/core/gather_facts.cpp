// Looks at everything the steps declared, once.
#include "nodeagent/core/gather.hpp"

#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/core/real_path.hpp"

#include <array>

namespace onenode {
namespace {

constexpr std::chrono::seconds names_limit{10};
constexpr std::array groups_asked{"oneadmin", "libvirt", "kvm", "disk"};

std::string user_name(const HostView& host, std::uint32_t uid)
{
    const auto user = host.user_by_id(uid);
    return user ? user->name : std::to_string(uid);
}

template <class Map, class Found>
void take(Map& map, Found found)
{
    if (found) map[found->name] = *found;
}

void take_file(const HostView& host, const std::string& path, Facts& facts)
{
    const auto info = host.stat(path);
    if (!info) return;
    const auto group = host.group_by_id(info->gid);
    if (info->gid != 0) take(facts.groups, group);  // libvirt-access may need it
    FileFact fact{
        .info = *info, .owner = user_name(host, info->uid), .group = group ? group->name : std::to_string(info->gid)};
    if (info->kind == FileKind::file)
        fact.text = host.read(path).value_or("");  // apply reads again and says why it cannot
    if (info->kind == FileKind::symlink) fact.text = host.read_link(path).value_or("");
    facts.files[path] = std::move(fact);
}

// All names together have a limit: who applies this holds the lock, and a dead name server takes seconds for each.
void take_names(const HostView& host, const std::vector<std::string>& names, Facts& facts)
{
    const auto end = host.now() + names_limit;
    bool answers = true;
    for (const auto& name : names) {
        if (!answers || host.now() >= end) {
            facts.unanswered.insert(name);
            continue;
        }
        auto addresses = host.resolve(name);
        if (addresses) {
            facts.resolved[name] = *std::move(addresses);
        } else if (addresses.error().kind != ErrorKind::not_found) {
            facts.unanswered.insert(name);
            answers = false;  // it would keep us waiting for each of the others, too
        }
    }
}

}  // namespace

Facts gather_files(const HostView& host, std::span<const std::string_view> paths)
{
    Facts facts;
    for (const auto path : paths)
        take_file(host, std::string{path}, facts);
    return facts;
}

std::string gather_datastores(const HostView& host, const std::string& location)
{
    return real_path(host, location);
}

std::string datastores_of(const Facts& facts, const HostView& host)
{
    return facts.datastores.empty() ? gather_datastores(host, std::string{oneadmin::datastores}) : facts.datastores;
}

Facts gather_facts(const HostView& host, const std::vector<std::string>& paths, const std::vector<std::string>& names)
{
    Facts facts;
    facts.identity = gather_identity(host);
    for (const auto& path : paths)
        take_file(host, path, facts);

    take(facts.users, host.user_by_id(oneadmin::id));
    take(facts.users, host.user("oneadmin"));
    take(facts.groups, host.group_by_id(oneadmin::id));
    for (const auto* name : groups_asked)
        take(facts.groups, host.group(name));
    if (const User* oneadmin = facts.user("oneadmin"))
        for (const auto gid : oneadmin->groups)
            take(facts.groups, host.group_by_id(gid));

    facts.libvirt = gather_libvirt(host, facts.identity.architecture);
    facts.identity.libvirt_uuid = facts.libvirt.uuid.empty() ? board_uuid(host) : facts.libvirt.uuid;
    facts.emulator = gather_emulator(host, facts.identity.architecture);
    facts.datastores = datastores_of(facts, host);
    if (!facts.libvirt.socket.empty()) take(facts.groups, host.group_by_id(facts.libvirt.socket_gid));
    facts.kvm_problem = gather_kvm_problem(host);
    facts.identity.kvm_usable = facts.kvm_problem.empty();

    take_names(host, names, facts);
    facts.filter = firewall::gather(host);
    facts.systemd = has_systemd(host);
    return facts;
}

}  // namespace onenode
