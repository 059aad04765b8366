// How findings are made, and what many checks ask before they look.
#include "nodeagent/checks/findings.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/journal.hpp"
#include "nodeagent/core/packages.hpp"

#include <algorithm>

namespace onenode::checks {

Finding error(std::string message, std::string fix, std::string object)
{
    return {
        .severity = Severity::error, .message = std::move(message), .fix = std::move(fix), .object = std::move(object)};
}

Finding warning(std::string message, std::string fix, std::string object)
{
    return {.severity = Severity::warning,
            .message = std::move(message),
            .fix = std::move(fix),
            .object = std::move(object)};
}

Finding missing(Severity severity, std::string message, const HostView& host, const Package& package,
                std::string object)
{
    return {.severity = severity,
            .message = std::move(message),
            .fix = install(host, package),
            .object = std::move(object),
            .packages = names_of(host, package)};
}

Findings not_checked(std::string reason, std::string fix)
{
    return {{.severity = Severity::not_checked, .message = std::move(reason), .fix = std::move(fix)}};
}

Findings not_checked(const Error& error)
{
    return {{.severity = Severity::not_checked,
             .message = one::to_line(error),
             .fix = error.next,
             .unanswered = error.kind != ErrorKind::not_found}};
}

Findings not_needed(std::string reason)
{
    return {{.message = std::move(reason)}};
}

Findings left_to_join()
{
    return not_needed("the join sees to it");
}

bool is_lxc(const CheckContext& context)
{
    return context.type == "lxc";
}

bool is_ours(const HostView& host, const CheckContext& context)
{
    if (host.stat(context.state_directory + "/state.json")) return true;
    const auto entries = Journal::read(host, context.state_directory);
    if (!entries) return true;  // a damaged journal is still ours
    return std::ranges::any_of(*entries,
                               [](const Entry& entry) {  // what came before the front-end was asked is no join
                                   return !entry.step.starts_with(fixed_by_doctor) && entry.step != packages::step_id;
                               });
}

}  // namespace onenode::checks
