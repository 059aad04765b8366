// Drivers keep locks and pids in /tmp. One that root left there cannot be opened by oneadmin, and stops every network.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

// Read from OpenNebula 7.4.0: locks of the network drivers and of containers, pids and errors of monitoring.
bool is_of_drivers(std::string_view name)
{
    return (name.starts_with("onevnm-") && name.ends_with("-lock")) || name == "onelxc-lock" ||
           name.starts_with("one-monitord-");
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    const std::uint32_t uid = user != nullptr ? user->uid : oneadmin::id;
    std::vector<std::string> foreign;
    const auto names = host.list("/tmp").value_or(std::vector<std::string>{});
    for (const auto& name : names) {
        if (!is_of_drivers(name)) continue;
        const auto path = "/tmp/" + name;
        if (const auto info = host.stat(path); info && info->uid != uid) foreign.push_back(path);
    }
    if (foreign.empty()) return {};
    std::vector<std::string> remove{"rm", "-f"};
    remove.insert(remove.end(), foreign.begin(), foreign.end());
    return {error(fmt::format("{} {} not oneadmin's, so drivers cannot open {}", fmt::join(foreign, ", "),
                              foreign.size() == 1 ? "is" : "are", foreign.size() == 1 ? "it" : "them"),
                  one::to_shell(remove))};
}

}  // namespace

constinit const Check tmp_foreign_files{
    .id = "tmp-foreign-files",
    .title = "the drivers' files in /tmp are oneadmin's",
    .run = run,
    .covers = "F99",
    .explain = "Locks and pid files of drivers in `/tmp` that somebody else left, most often root by running a driver "
               "by hand.",
    .without_it = "`Permission denied` for every network.",
    .mend = "remove them.",
};

}  // namespace onenode::checks
