// What the listener for Prometheus and orchestrators answers: /metrics, /live, /ready.
#pragma once

#include "common/http/server.hpp"
#include "frontend/api/readiness.hpp"

#include <functional>

namespace onefrontend::api {

struct Watched {
    Service* service;
    Readiness* readiness;
    std::function<one::http::ServerCounts()> connections;
};

Async<one::http::Response> answer_watcher(Watched watched, one::http::Request request);

}  // namespace onefrontend::api
