// A file that is immutable or append-only (chattr) cannot be replaced by root either (F18, F100).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

constexpr std::array places{
    "/etc/hosts",
    "/etc/group",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/sudoers.d",
    "/etc/tmpfiles.d",
    "/var/lib/one",
    "/var/lib/one/.ssh",
    "/var/lib/one/.ssh/authorized_keys",
    "/var/lib/one/.ssh/config",
    "/var/lib/one/.ssh/known_hosts",
    "/var/tmp/one",
    "/var/tmp/one_db",
};
constexpr Package lsattr{"e2fsprogs", "e2fsprogs"};

std::vector<std::string> present(const HostView& host)
{
    std::vector<std::string> found;
    for (const auto* path : places)
        if (const auto info = host.stat(path); info && info->kind != FileKind::symlink) found.emplace_back(path);
    return found;
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
        findings.push_back(error(
            fmt::format("{} is {}, and joining has to write there", path, immutable ? "immutable" : "append-only"),
            fmt::format("chattr -{} {}", immutable ? 'i' : 'a', path)));
    }
    return findings;
}

}  // namespace

constinit const Check immutable_files{"immutable-files", "nothing that joining writes is immutable", run};

}  // namespace onenode::checks
