// Answers as JSON, errors with the status that fits their kind.
#include "common/http/error_response.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

using one::ErrorKind;

int status_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::invalid: return 400;
    case ErrorKind::denied:
    case ErrorKind::untrusted: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::conflict: return 409;
    case ErrorKind::unsupported: return 501;
    case ErrorKind::busy:
    case ErrorKind::timeout:
    case ErrorKind::unreachable:  // oned is away, or the signer: not the caller's fault
    case ErrorKind::no_space:
    case ErrorKind::read_only:
    case ErrorKind::interrupted: return 503;
    case ErrorKind::internal: return 500;
    }
    return 500;
}

}  // namespace

one::http::Response json_response(std::string body)
{
    one::http::Response response;
    response.headers.emplace_back("Content-Type", "application/json");
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

one::http::Response error_response(const one::Error& error)
{
    return one::http::error_response(status_of(error.kind), error);
}

}  // namespace onefrontend::api
