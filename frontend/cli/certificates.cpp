#include "frontend/cli/certificates.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/log.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/state_paths.hpp"
#include "frontend/signer/server_certificate.hpp"

#include <chrono>
#include <utility>

namespace onefrontend::cli {
namespace {

using one::Result;
using namespace std::chrono_literals;

/// Of people and programs that are no nodes: by a CA of theirs, which renews it (ACME, cert-manager).
Result<one::http::Identity> load_browser_identity(const Config& config)
{
    one::http::Identity identity;
    if (config.browser_certificate.empty()) return identity;
    TRY_LET(identity.chain_pem, read_small_file(config.browser_certificate));
    TRY_LET(auto key, read_small_file(config.browser_key));
    identity.private_key_pem = one::Secret{std::move(key)};
    return identity;
}

Result<api::Authorities> authorities_in(std::string pem)
{
    api::Authorities authorities;
    authorities.pem = std::move(pem);
    TRY_LET(const auto certificates, one::identity::read_certificates(authorities.pem));
    for (const auto& certificate : certificates)
        authorities.pins.push_back(one::identity::pin_of_key(certificate.public_key));
    return authorities;
}

// Before reading: a file that changes meanwhile is read again.
std::string own_stamp(const Config& config)
{
    const StatePaths paths{config.state_dir};
    return file_stamp(paths.server_certificate()) + file_stamp(paths.authority_certificate());
}

std::string browser_stamp(const Config& config)
{
    if (config.browser_certificate.empty()) return {};
    return file_stamp(config.browser_certificate) + file_stamp(config.browser_key);
}

}  // namespace

Result<Certificates::Loaded> Certificates::load_with(const one::http::Identity& for_browsers) const
{
    const StatePaths paths{config_->state_dir};
    Loaded loaded;
    one::http::ServerPolicy policy;
    TRY_LET(const auto certificates, read_small_file(paths.server_certificate()));
    TRY_LET(policy.client_authority_pem, read_small_file(paths.authority_certificate()));
    TRY_LET(auto key, read_small_file(paths.server_key()));
    TRY_LET(policy.for_nodes.chain_pem,
            server_chains(certificates, policy.client_authority_pem, std::chrono::system_clock::now()));
    policy.for_nodes.private_key_pem = one::Secret{std::move(key)};
    policy.for_browsers.chain_pem = for_browsers.chain_pem;
    policy.for_browsers.private_key_pem = one::Secret{std::string{for_browsers.private_key_pem.reveal()}};
    TRY_LET(const auto leaf, one::identity::read_certificate(policy.for_nodes.chain_pem));
    loaded.ends = std::chrono::system_clock::to_time_t(leaf.not_after);
    TRY_LET(loaded.tls, one::http::make_server_tls(policy));
    TRY_LET(loaded.authorities, authorities_in(std::move(policy.client_authority_pem)));
    return loaded;
}

Result<Certificates::Loaded> Certificates::load()
{
    own_known_ = own_stamp(*config_);
    browsers_known_ = browser_stamp(*config_);
    TRY_LET(for_browsers_, load_browser_identity(*config_));
    return load_with(for_browsers_);
}

Result<> Certificates::use_with(const one::http::Identity& for_browsers, one::http::Server& server,
                                api::Service& service)
{
    std::string present = own_stamp(*config_);
    TRY_LET(auto loaded, load_with(for_browsers));
    server.use(std::move(loaded.tls));
    service.certificate_ends = loaded.ends;
    service.enrollment.trust(loaded.authorities.pem);
    service.authorities = std::move(loaded.authorities);
    own_known_ = std::move(present);
    one::log::info("own certificates loaded anew", {{"authorities", service.authorities.pins.size()}});
    return {};
}

// Certificate and key are two files: between them the old ones stay, until both fit.
Result<> Certificates::look_at_browsers(one::http::Server& server, api::Service& service)
{
    std::string present = browser_stamp(*config_);
    if (present == browsers_known_) return {};
    TRY_LET(auto identity, load_browser_identity(*config_));
    TRY(use_with(identity, server, service));
    for_browsers_ = std::move(identity);
    browsers_known_ = std::move(present);
    return {};
}

Result<> Certificates::look_at_own(one::http::Server& server, api::Service& service)
{
    if (own_stamp(*config_) == own_known_) return {};
    return use_with(for_browsers_, server, service);
}

one::Async<> Certificates::follow(one::http::Server& server, api::Service& service)
{
    std::string told;
    while (true) {
        const bool waited = co_await one::pause(1s);
        if (!waited) co_return;
        const auto of_browsers = look_at_browsers(server, service);
        const auto own = look_at_own(server, service);
        std::string trouble;
        for (const auto* looked : {&of_browsers, &own})
            if (!*looked) trouble = to_line(looked->error());
        if (!trouble.empty() && trouble != told)
            one::log::error("certificates cannot be loaded; the old ones stay", {{"reason", trouble}});
        told = trouble;
    }
}

}  // namespace onefrontend::cli
