// What ages out old files of /var/tmp takes the drivers away after a month without use (F97).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/steps/steps.hpp"
#include "nodeagent/steps/tmpfiles.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr std::string_view directory = "/var/tmp";
constexpr std::string_view drivers = "/var/tmp/one";
constexpr std::array cleaners{"/etc/cron.daily/tmpwatch", "/etc/tmpreaper.conf"};
const std::vector<std::string> tmpfiles{"/usr/lib/tmpfiles.d", "/run/tmpfiles.d", "/etc/tmpfiles.d"};

// tmpfiles.d(5): type, path, mode, user, group, age.
bool ages_out(const std::vector<std::string>& words)
{
    return words.size() > 5 && words[1] == directory && words[5] != "-" &&
           std::string_view{"qQdDvev"}.find(words[0].front()) != std::string_view::npos;
}

bool systemd_takes_the_drivers(const HostView& host)
{
    bool aged = false;
    bool spared = false;
    for (const auto& file : drop_ins(host, tmpfiles))
        for (const auto& line : active_lines(host.read(file).value_or(""))) {
            const auto words = one::split_words(line);
            aged = aged || ages_out(words);
            spared = spared || (words.size() > 1 && (words[0].front() == 'x' || words[0].front() == 'X') &&
                                words[1].starts_with(drivers));
        }
    return aged && !spared;
}

bool takes_the_drivers(const HostView& host, const char* cleaner)
{
    const auto text = fmt::format("{}", fmt::join(active_lines(host.read(cleaner).value_or("")), "\n"));
    return text.find(directory) != std::string::npos && text.find(drivers) == std::string::npos;
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    const auto system = host.file_system(directory);
    if (system && system->type == "tmpfs")
        return {warning("/var/tmp is in memory: drivers and what monitoring remembers are gone after a reboot",
                        "systemctl disable --now var-tmp.mount  # or take its line out of /etc/fstab")};
    const auto cleaner =
        std::ranges::find_if(cleaners, [&host](const char* file) { return takes_the_drivers(host, file); });
    if (cleaner != cleaners.end())
        return {warning(fmt::format("{} removes old files from /var/tmp, the drivers too", *cleaner),
                        fmt::format("grep -n /var/tmp {}  # leave /var/tmp/one and /var/tmp/one_db out", *cleaner))};
    if (is_ours(host, context) && systemd_takes_the_drivers(host))  // joining sees to it
        return {warning("systemd-tmpfiles removes old files from /var/tmp, the drivers too",
                        "printf '%s\\n' 'x /var/tmp/one/*' 'x /var/tmp/one_db' >>/etc/tmpfiles.d/onenode.conf")};
    return {};
}

Changes fix(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_ours(host, context) || !systemd_takes_the_drivers(host)) return {};
    return steps::want_tmpfiles(gather_files(host, steps::directories.reads));
}

}  // namespace

constinit const Check var_tmp_cleaned{
    .id = "var-tmp-cleaned",
    .title = "nothing takes the drivers away",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F97",
    .explain = "Whether `/var/tmp` is in memory, or something ages out its files and the drivers with them: tmpwatch, "
               "tmpreaper, and on a node that joined, systemd-tmpfiles.",
    .without_it = "`No such file` after a month without use.",
    .mend = "an exception.",
};

}  // namespace onenode::checks
