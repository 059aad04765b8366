// The NAME that OpenNebula accepts for a host (7.4.0, src/host/HostPool.cc); localhost is every machine's name.
#include "nodeagent/checks/checks.hpp"

#include "common/text/letters.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::size_t shortest = 2;
constexpr std::size_t longest = 63;
constexpr std::string_view marks = "-._";

std::string reason_against(std::string_view name)
{
    if (name.empty()) return "it has no name";
    if (name == "localhost" || name.starts_with("localhost."))
        return fmt::format("'{}' is the name of every machine", name);
    if (name.size() < shortest || name.size() > longest)
        return fmt::format("'{}' has {} characters, and OpenNebula wants {} to {}", name, name.size(), shortest,
                           longest);
    if (!one::consists_of(name, marks))
        return fmt::format("'{}' holds other characters than letters, digits and - . _", name);
    if (marks.find(name.front()) != std::string_view::npos || marks.find(name.back()) != std::string_view::npos)
        return fmt::format("'{}' begins or ends with one of - . _", name);
    return {};
}

Findings run(const Facts& facts, const HostView&, const CheckContext& context)
{
    const auto& name = context.name.empty() ? facts.identity.host_name : context.name;
    const auto reason = reason_against(name);
    if (reason.empty()) return {};
    const auto brief = name.substr(0, name.find('.'));
    const auto& addresses = facts.identity.addresses;
    const auto address =
        std::ranges::find_if(addresses, [](const auto& one) { return one.find(':') == std::string::npos; });
    const std::string proposal = reason_against(brief).empty() ? brief : address != addresses.end() ? *address : "NAME";
    return {error(fmt::format("OpenNebula would refuse this machine's name: {}", reason),
                  fmt::format("join with --name {}", proposal))};
}

}  // namespace

constinit const Check host_name_invalid{
    .id = "host-name-invalid",
    .title = "OpenNebula accepts this machine's name",
    .run = run,
    .covers = "F31",
    .explain = "Whether OpenNebula accepts the name this machine would get: 2 to 63 letters, digits, `-`, `.` and `_`, "
               "none of the marks first or last; `localhost` is refused by us.",
    .without_it = "`one.host.allocate` fails after everything else was done.",
    .mend = "`--name` with the short name or an IPv4 address.",
};

}  // namespace onenode::checks
