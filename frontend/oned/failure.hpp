// What oned says when it refuses, in our kinds of error.
#pragma once

#include "common/result.hpp"
#include "common/xmlrpc/value.hpp"

#include <string_view>

namespace onefrontend::oned {

/// The value of an answer that succeeded; else the error that oned's code and text mean. Kind busy: oned had no leader
/// or was not ready, and did not execute the call.
one::Result<one::xmlrpc::Value> value_of(std::string_view method, one::xmlrpc::Answer answer);

}  // namespace onefrontend::oned
