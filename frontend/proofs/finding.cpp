// How findings are made, and the telling line of what others print.
#include "frontend/proofs/finding.hpp"

#include "common/text/words.hpp"

#include <algorithm>

namespace onefrontend {

Finding proven(std::string_view id, std::string message)
{
    return {std::string{id}, "ok", std::move(message), {}};
}

Finding warning(std::string_view id, std::string message, std::string fix)
{
    return {std::string{id}, "warning", std::move(message), std::move(fix)};
}

Finding broken(std::string_view id, std::string message, std::string fix)
{
    return {std::string{id}, "error", std::move(message), std::move(fix)};
}

Finding not_checked(std::string_view id, std::string reason)
{
    return {std::string{id}, "not-checked", std::move(reason), {}};
}

Finding broken(std::string_view id, const one::Error& error)
{
    return broken(id, to_line(error), error.next);
}

bool all_proven(const Findings& findings)
{
    return std::ranges::none_of(findings, [](const Finding& finding) {
        return finding.severity == "error" || finding.severity == "not-checked";
    });
}

std::string last_line(std::string_view text)
{
    std::string last;
    for (auto& line : one::split_lines(text))
        if (!one::trim(line).empty()) last = std::move(line);
    return last;
}

}  // namespace onefrontend
