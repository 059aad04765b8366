// While one of these files exists, everybody but root is turned away (pam_nologin(8), nologin(5)).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    for (const std::string path : {"/etc/nologin", "/run/nologin"}) {
        if (!host.stat(path)) continue;
        const auto text = host.read(path).value_or("");
        const auto said = one::trim(std::string_view{text}.substr(0, text.find('\n')));
        return {error(fmt::format("{} lets nobody but root log in{}{}", path, said.empty() ? "" : ": ", said),
                      fmt::format("rm {}", path))};
    }
    return {};
}

}  // namespace

constinit const Check nologin_file{
    .id = "nologin-file",
    .title = "logins are not switched off",
    .run = run,
    .covers = "F05",
    .explain = "Whether `/etc/nologin` or `/run/nologin` turns everybody but root away.",
    .without_it =
        "`System is going down` or the file's text instead of a login, hidden behind `Could not update remotes`.",
    .mend = "remove it once the maintenance is over.",
};

}  // namespace onenode::checks
