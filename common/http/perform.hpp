// Runs the handler for one request: under the limit for work, not longer than somebody waits, its exceptions kept in.
#pragma once

#include "common/http/connection.hpp"

namespace one::http {

struct Performed {
    Response response{};
    bool in_time = true;
};

/// `nobody_waits` ends when the answer is of no use any more; then the handler is stopped.
Async<Performed> perform(std::shared_ptr<ServerState> server, Request request, Async<> nobody_waits);

}  // namespace one::http
