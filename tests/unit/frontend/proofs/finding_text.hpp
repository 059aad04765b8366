// Looking for one finding among many.
#pragma once

#include "frontend/proofs/finding.hpp"

#include <algorithm>

namespace onefrontend {

/// The first with this id; an empty one where there is none.
inline Finding find(const Findings& findings, std::string_view id)
{
    const auto found = std::ranges::find(findings, id, &Finding::id);
    return found == findings.end() ? Finding{} : *found;
}

inline bool says(const Finding& finding, std::string_view text)
{
    return finding.message.find(text) != std::string::npos;
}

}  // namespace onefrontend
