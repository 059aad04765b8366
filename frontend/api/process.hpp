// This process, under the names that every client library of Prometheus gives.
#pragma once

#include <cstdint>
#include <string>

namespace onefrontend::api {

/// `started` in Unix time. What cannot be read is left out.
std::string process_metrics(std::int64_t started);

}  // namespace onefrontend::api
