// A call of the API to its answer: the right method, the right caller, the right parameters, oned's frame around a
// refusal.
#pragma once

#include "common/xmlrpc/value.hpp"
#include "tests/oned-sim/log.hpp"
#include "tests/oned-sim/objects/world.hpp"

#include <string_view>

namespace onedsim {

one::xmlrpc::Answer answer(World& world, const one::xmlrpc::Call& call, std::time_t now, FrontLog& log);

/// The fault of a text that is not a call at all.
one::xmlrpc::Answer answer_to_garbage(const one::Error& error);

}  // namespace onedsim
