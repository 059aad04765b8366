// What a node says about itself is outside input: bounded and well-formed, or refused.
#pragma once

#include "common/wire/messages.hpp"

namespace onefrontend {

one::Result<> check_facts(const one::wire::Facts& facts);

}  // namespace onefrontend
