// The PROXY protocol, versions 1 and 2: what a load balancer says of a connection before the first byte of its own.
#pragma once

#include "common/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace one::http {

struct Proxied {            // whom the load balancer speaks for
    std::string address{};  // empty: for itself (a health check), or it does not know
    int port = 0;
    std::string local_address{};  // the one that was reached
    bool operator==(const Proxied&) const = default;
};

/// How many more bytes surely belong to the header that begins so; 0: it is whole. Whoever reads just as many never
/// takes one of what comes behind it. An error where no header begins so.
Result<std::size_t> proxy_header_wants(std::string_view begun);

Result<Proxied> read_proxy_header(std::string_view whole);

}  // namespace one::http
