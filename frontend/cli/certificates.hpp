// What `serve` shows and trusts over TLS, and how it follows when the signer, an admin or somebody's PKI renews it.
#pragma once

#include "common/async.hpp"
#include "common/http/server.hpp"
#include "common/http/tls.hpp"
#include "frontend/api/service.hpp"
#include "frontend/config.hpp"

#include <cstdint>
#include <string>

namespace onefrontend::cli {

class Certificates {
public:
    struct Loaded {
        one::http::TlsContextPtr tls{};
        std::int64_t ends = 0;  // our own certificate, epoch seconds
        api::Authorities authorities{};
    };

    /// The configuration outlives it.
    explicit Certificates(const Config& config) : config_(&config) {}

    /// All of them; none may be missing.
    one::Result<Loaded> load();
    /// New connections get what is there, until it is cancelled. Ours is renewed also while the browsers' is of no use.
    one::Async<> follow(one::http::Server& server, api::Service& service);

private:
    [[nodiscard]] one::Result<Loaded> load_with(const one::http::Identity& for_browsers) const;
    one::Result<> use_with(const one::http::Identity& for_browsers, one::http::Server& server, api::Service& service);
    one::Result<> look_at_browsers(one::http::Server& server, api::Service& service);
    one::Result<> look_at_own(one::http::Server& server, api::Service& service);

    const Config* config_;
    one::http::Identity for_browsers_{};
    std::string own_known_{};
    std::string browsers_known_{};
};

}  // namespace onefrontend::cli
