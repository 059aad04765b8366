// Runs the handler for one request: under the limit for work, its exceptions kept in.
#pragma once

#include "common/http/connection.hpp"

namespace one::http {

struct Performed {
    Response response{};
    bool in_time = true;
};

Async<Performed> perform(std::shared_ptr<ServerState> server, Request request);

}  // namespace one::http
