// pam_limits gives every login what limits.conf says: drivers and monitoring run within it (F148).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

struct Wanted {
    std::string_view item;
    long long least;
};

constexpr std::array wanted{Wanted{"nofile", 1024}, Wanted{"nproc", 1024}};

struct Limit {
    long long value = 0;
    std::string file{};
    bool own = false;  // said of oneadmin, which counts more than what is said of all
};

// limits.conf(5): who, soft, hard or -, what, how many. Only the hard limit: a soft one can be lifted.
std::optional<Limit> limit_of(const HostView& host, std::string_view item)
{
    std::vector<std::string> files{"/etc/security/limits.conf"};
    std::ranges::move(drop_ins(host, {"/etc/security/limits.d"}), std::back_inserter(files));
    std::optional<Limit> found;
    for (const auto& file : files)
        for (const auto& line : active_lines(host.read(file).value_or(""))) {
            const auto words = one::split_words(line);
            if (words.size() < 4 || words[2] != item || (words[1] != "hard" && words[1] != "-")) continue;
            const bool own = words[0] == oneadmin::name;
            if ((!own && words[0] != "*") || (found && found->own && !own)) continue;
            const auto value = number_of(words[3]);
            if (value && *value >= 0)
                found = Limit{.value = *value, .file = file, .own = own};
            else
                found.reset();  // unlimited
        }
    return found;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    for (const auto& [item, least] : wanted) {
        const auto limit = limit_of(host, item);
        if (!limit || limit->value >= least) continue;
        findings.push_back(
            warning(fmt::format("{} gives oneadmin {} {} at the most", limit->file, limit->value,
                                item == "nofile" ? "open files" : "processes"),
                    fmt::format("echo 'oneadmin - {} 65536' >>/etc/security/limits.d/99-oneadmin.conf", item),
                    std::string{item}));
    }
    return findings;
}

}  // namespace

constinit const Check limits{"limits", "oneadmin may open files and start programs", run};

}  // namespace onenode::checks
