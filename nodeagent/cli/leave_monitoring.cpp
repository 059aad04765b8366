// OpenNebula's monitoring client on this machine, and what OpenNebula's drivers left: all made through the host that is
// gone.
#include "nodeagent/cli/leave.hpp"

#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/link/network.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace onenode::cli {
namespace {

constexpr std::string_view drivers_dir = "/var/tmp/one";
constexpr std::string_view drivers_db = "/var/tmp/one_db";
constexpr std::chrono::milliseconds end_takes{3'000};
constexpr std::chrono::milliseconds kill_takes{2'000};

struct Client {
    int pid = 0;
    int host_id = -1;
    std::string host_name{};
};

bool is_number(const std::string& word)
{
    return !word.empty() && word.size() <= 9 && word.find_first_not_of("0123456789") == std::string::npos;
}

// ruby /var/tmp/one/im/kvm.d/monitord-client.rb kvm 12 node01
std::optional<Client> as_client(const Process& process, DriversId drivers)
{
    const auto script = checks::monitoring_script(process, drivers);
    if (!script) return {};
    const auto id =
        std::find_if(process.argv.begin() + static_cast<std::ptrdiff_t>(*script), process.argv.end(), is_number);
    if (id == process.argv.end()) return Client{.pid = process.pid};
    const auto name = std::next(id);
    return Client{process.pid, std::stoi(*id), name == process.argv.end() ? std::string{} : *name};
}

std::vector<Client> clients(const HostView& host, DriversId drivers)
{
    std::vector<Client> found;
    for (const auto& process : host.processes().value_or(std::vector<Process>{}))
        if (const auto one = as_client(process, drivers)) found.push_back(*one);
    return found;
}

// A join that was killed while it registered knows its host's name alone; who lost their state, nothing: then it is
// every client. Another number under our name is a host of an earlier join, whose client OpenNebula was still trying to
// start when this join let it in.
std::vector<Client> clients_of(const HostView& host, const std::optional<Membership>& member, DriversId drivers)
{
    auto found = clients(host, drivers);
    std::erase_if(found, [&member](const Client& one) {
        if (!member) return false;
        const bool same_host = member->host_id >= 0 && one.host_id == member->host_id;
        return !same_host && one.host_name != member->desired.node_name;
    });
    return found;
}

Result<> kill_clients(World& world, const std::optional<Membership>& member, DriversId drivers)
{
    for (const auto& one : clients_of(*world.host, member, drivers)) {
        if (!world.host->signal(one.pid, SIGKILL)) continue;  // ended by itself just now, or it shows below
        world.terminal->say(
            fmt::format("process {} was killed: it served the monitoring of host {}, which this machine is no more",
                        one.pid, one.host_id));
    }
    for (auto left = kill_takes; left.count() > 0 && !clients_of(*world.host, member, drivers).empty();
         left -= world.patience.client_poll)
        TRY(world.network->rest(world.patience.client_poll));
    const auto still = clients_of(*world.host, member, drivers);
    if (still.empty()) return {};
    return one::fail(
        {.kind = ErrorKind::busy,
         .thing = fmt::format("process {}", still.front().pid),
         .reason = fmt::format("OpenNebula's monitoring client for host {} does not end, not even when killed",
                               still.front().host_id),
         .next = fmt::format("look at it: ps -fp {}", still.front().pid),
         .doing = "stop"});
}

// A login on its way in, one that is in, and what OpenNebula copies its drivers with.
bool is_session(const Process& process, DriversId drivers)
{
    if (process.argv.empty()) return false;
    const auto& title = process.argv.front();
    for (const std::string_view sshd : {"sshd: ", "sshd-session: "})
        if (title.starts_with(sshd))
            return process.uid == drivers || title.substr(sshd.size()).starts_with(fmt::format("{} [", oneadmin::name));
    return process.uid == drivers && title.ends_with("rsync") && process.argv.size() > 1 &&
           process.argv[1] == "--server";
}

bool is_probe(const Process& process, DriversId drivers)
{
    return process.uid == drivers && std::ranges::any_of(process.argv, [](std::string_view word) {
               return word.starts_with(fmt::format("{}/", drivers_dir));
           });
}

/// What is left of them when the time is over, whoever needs them gone tells.
template <typename Predicate>
Result<> end_all(World& world, Predicate is_wanted)
{
    const auto found = [&] {
        auto all = world.host->processes().value_or(std::vector<Process>{});
        std::erase_if(all, [&](const Process& one) { return !is_wanted(one); });
        return all;
    };
    for (const auto& one : found())
        static_cast<void>(world.host->signal(one.pid, SIGTERM));
    for (auto left = end_takes; left.count() > 0 && !found().empty(); left -= world.patience.client_poll)
        TRY(world.network->rest(world.patience.client_poll));
    return {};
}

Result<> remove_marks(World& world, DriversId drivers)
{
    const auto belongs_to_them = [&](const std::string& path) {
        const auto info = world.host->stat(path);
        return info && info->uid == drivers && info->kind == FileKind::file;
    };
    for (const auto& name : world.host->list("/tmp").value_or(std::vector<std::string>{})) {
        const std::string path = "/tmp/" + name;
        if (name.starts_with("one-monitord-") && belongs_to_them(path))
            TRY(world.host->remove(path).map_error(one::while_doing("remove")));
    }
    return {};
}

bool installed_by_us(const std::vector<Entry>& journal, const std::string& package)
{
    return std::ranges::any_of(journal, [&package](const Entry& entry) {
        const auto* install = std::get_if<InstallPackages>(&entry.change);
        return install != nullptr && std::ranges::any_of(install->packages, [&package](const std::string& one) {
                   return one.substr(0, one.find('=')) == package;
               });
    });
}

}  // namespace

Result<> wait_for_client(World& world, const std::optional<Membership>& member)
{
    const auto drivers = checks::drivers_id(*world.host);
    if ((!member || member->host_id < 0) && clients_of(*world.host, member, drivers).empty()) return {};
    world.terminal->begin("monitoring");
    const auto started = clients_of(*world.host, member, drivers).size();
    auto left = world.patience.client_gone;
    for (; left.count() > 0 && !clients_of(*world.host, member, drivers).empty(); left -= world.patience.client_poll)
        TRY(world.network->rest(world.patience.client_poll));
    TRY(kill_clients(world, member, drivers));
    world.terminal->say(started == 0 ? "no monitoring client runs" : "the monitoring client is gone");
    return {};
}

// An open SSH session of the front-end's (it keeps masters for minutes) would keep the account that is about to go.
Result<> end_sessions(World& world, DriversId drivers)
{
    return end_all(world, [drivers](const Process& one) { return is_session(one, drivers); });
}

// A probe outlives the client that started it, and would make its folder anew when it is done.
Result<> remove_drivers(World& world, DriversId drivers, std::vector<Kept>& kept)
{
    const auto others = clients(*world.host, drivers);
    if (others.empty()) TRY(end_all(world, [drivers](const Process& one) { return is_probe(one, drivers); }));
    for (const auto path : {drivers_dir, drivers_db}) {
        if (!world.host->stat(path)) continue;
        if (others.empty())
            TRY(world.host->remove_tree(path).map_error(one::while_doing("remove")));
        else
            kept.push_back({std::string{path},
                            fmt::format("process {} monitors this machine for another host", others.front().pid)});
    }
    return remove_marks(world, drivers);
}

// A host that was deleted while it was new is still being started by OpenNebula: its drivers come in until their key is
// gone.
Result<> remove_latecomers(World& world, const std::optional<Membership>& member, DriversId drivers,
                           std::vector<Kept>& kept)
{
    TRY(end_sessions(world, drivers));
    TRY(kill_clients(world, member, drivers));
    kept.clear();
    return remove_drivers(world, drivers, kept);
}

std::vector<Kept> what_stays(const HostView& host, const std::optional<Membership>& member,
                             const std::vector<Entry>& journal)
{
    std::vector<Kept> kept;
    const std::string datastores = member ? member->desired.datastore_location : std::string{oneadmin::datastores};
    if (const auto names = host.list(datastores); names && !names->empty())
        kept.push_back({datastores, fmt::format("it holds {}", one::join(*names, ", "))});
    const auto packages =
        host.look({.argv = {"dpkg-query", "--show", "--showformat=${db:Status-Abbrev}${Package} ", "opennebula*"}});
    const auto rpms =
        packages ? Result<CommandOutput>{CommandOutput{1, {}, {}}}
                 : host.look({.argv = {"rpm", "--query", "--all", "--queryformat=ii %{NAME} ", "opennebula*"}});
    for (const auto* listed : {&packages, &rpms}) {
        if (!*listed || !(*listed)->ok()) continue;
        const auto words = one::split_words((*listed)->out);
        for (std::size_t i = 0; i + 1 < words.size(); i += 2)
            if (words[i] == "ii" && !installed_by_us(journal, words[i + 1]))
                kept.push_back({"package " + words[i + 1], "onenode did not install it"});
    }
    return kept;
}

}  // namespace onenode::cli
