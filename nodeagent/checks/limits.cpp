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

constexpr const char* ours = "/etc/security/limits.d/zz-onenode.conf";  // the last one counts
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

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    std::string text = "# Written by onenode doctor.\n";
    for (const auto& line : active_lines(host.read(ours).value_or("")))
        text += line + '\n';
    for (const auto& [item, least] : wanted)
        if (const auto limit = limit_of(host, item); limit && limit->value < least)
            text += fmt::format("{} - {} 65536\n", oneadmin::name, item);
    return {WriteFile{.path = ours, .text = std::move(text), .why = "drivers and monitoring run within it"}};
}

}  // namespace

constinit const Check limits{
    .id = "limits",
    .title = "oneadmin may open files and start programs",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .object = "<nofile|nproc>",
    .covers = "F148",
    .explain = "Whether `limits.conf` leaves oneadmin at least 1024 open files and processes.",
    .without_it = "`fork: retry: Resource temporarily unavailable` in the middle of drivers and probes.",
    .mend = "a line of its own.",
};

}  // namespace onenode::checks
