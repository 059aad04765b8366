// Most probes and drivers are Ruby; some name /usr/bin/ruby, so one elsewhere in the PATH is not enough.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr std::string_view ruby = "/usr/bin/ruby";

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (host.stat(ruby)) return {};
    const auto elsewhere = find_for_drivers(host, "ruby");
    const auto message = elsewhere ? fmt::format("Ruby is {}, but drivers call {}", *elsewhere, ruby)
                                   : std::string{"Ruby is not installed"};
    return {missing(Severity::error, message, host, needed::ruby)};
}

}  // namespace

constinit const Check ruby_missing{
    .id = "ruby-missing",
    .title = "Ruby is installed",
    .run = run,
    .covers = "F77",
    .explain = "Whether there is a `/usr/bin/ruby`, which drivers call by that name.",
    .without_it =
        "`/usr/bin/env: 'ruby': No such file or directory`, hidden behind `Error monitoring Host kvm1 (27): `.",
    .mend = "install it.",
};

}  // namespace onenode::checks
