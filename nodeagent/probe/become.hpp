// Gives up root for good: what is asked from then on is asked as this account.
#pragma once

#include "common/result.hpp"

#include <string>

namespace onenode::probe {

one::Result<> become(const std::string& user);

}  // namespace onenode::probe
