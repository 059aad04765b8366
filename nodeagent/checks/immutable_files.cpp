// A file that is immutable or append-only (chattr) cannot be replaced by root either (F18, F100).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

struct Place {
    const char* path;
    bool always;  // joining writes there, whatever is there already
};

constexpr std::array places{
    Place{"/etc/hosts", false},
    Place{"/etc/group", false},
    Place{"/etc/passwd", false},
    Place{"/etc/shadow", false},
    Place{"/etc/sudoers.d", true},
    Place{"/etc/tmpfiles.d", true},
    Place{"/var/lib/one", true},
    Place{"/var/lib/one/.ssh", true},
    Place{"/var/lib/one/.ssh/authorized_keys", true},
    Place{"/var/lib/one/.ssh/config", true},
    Place{"/var/lib/one/.ssh/known_hosts", true},
    Place{"/var/tmp/one", true},
    Place{"/var/tmp/one_db", true},
};
constexpr Package lsattr{"e2fsprogs", "e2fsprogs"};

std::vector<std::string> present(const HostView& host)
{
    std::vector<std::string> found;
    for (const auto& place : places)
        if (const auto info = host.stat(place.path); info && info->kind != FileKind::symlink)
            found.emplace_back(place.path);
    return found;
}

bool is_always_written(std::string_view path)
{
    return std::ranges::any_of(places, [path](const Place& place) { return place.always && place.path == path; });
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    std::vector<std::string> argv{"lsattr", "-d", "--"};
    const auto paths = present(host);
    if (paths.empty()) return {};
    argv.insert(argv.end(), paths.begin(), paths.end());
    const auto output = host.look({.argv = std::move(argv)});
    if (!output) return not_checked("lsattr does not run, so nobody knows of immutable files", install(host, lsattr));

    Findings findings;  // a file system without such attributes is told on stderr, and has no line here
    for (const auto& line : one::split_lines(output->out)) {
        std::string_view path = line;
        const auto flags = one::take_word(path);
        const bool immutable = flags.find('i') != std::string_view::npos;
        if (path.empty() || (!immutable && flags.find('a') == std::string_view::npos)) continue;
        const bool always = is_always_written(path);
        auto message = fmt::format("{} is {}, and joining {} to write there", path,
                                   immutable ? "immutable" : "append-only", always ? "has" : "may have");
        auto fix = fmt::format("chattr -{} {}", immutable ? 'i' : 'a', path);
        findings.push_back(always ? error(std::move(message), std::move(fix))
                                  : warning(std::move(message), std::move(fix)));
    }
    return findings;
}

}  // namespace

constinit const Check immutable_files{
    .id = "immutable-files",
    .title = "nothing that joining writes is immutable",
    .run = run,
    .covers = "F18, F100",
    .explain =
        "Whether a file or directory that joining writes is immutable or append-only (`chattr`): root cannot replace "
        "it either. A warning for those that joining writes only sometimes (`/etc/hosts`, `/etc/passwd`).",
    .without_it = "the join stops half-way with `Operation not permitted`, or later copies of drivers do: `Could not "
                  "update remotes`.",
    .mend = "`chattr -i`.",
};

}  // namespace onenode::checks
