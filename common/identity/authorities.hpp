// The CAs that a front-end names to whom it enrolled.
#pragma once

#include "common/result.hpp"

#include <string>

namespace one::identity {

/// They come from the pinned one; were it not among them, trust would be handed to somebody else.
Result<> must_hold_pin(const std::string& authorities_pem, const std::string& pin);

}  // namespace one::identity
