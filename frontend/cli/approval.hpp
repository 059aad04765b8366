// What node.cpp shows of machines that wait for an approval.
#pragma once

#include "frontend/cli/terminal.hpp"
#include "frontend/enroll/waiting.hpp"

#include <string>
#include <vector>

namespace onefrontend::cli {

/// Of `node list`; `phase` is state_of() and what is said besides.
std::vector<std::string> row_of(const Waiting& waiting, std::string phase);
Json to_object(const Waiting& waiting);

}  // namespace onefrontend::cli
