// The agent's certificate: when it is renewed, and how.
#include "nodeagent/watch/agent.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/identity/signature.hpp"
#include "common/log.hpp"
#include "common/text/encoding.hpp"
#include "common/text/moment.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/places.hpp"

#include <algorithm>

namespace onenode {

namespace log = one::log;

namespace {

/// As the front-end tells its own.
std::string pins_we_trust(const HostView& host)
{
    const auto identity = load_identity(host);
    if (!identity) return {};
    const auto authorities = one::identity::read_certificates(identity->authorities);
    const auto own = one::identity::read_certificate(identity->own.chain_pem);
    if (!authorities || !own) return {};
    if (!one::identity::verify(*own, authorities->front().pem, own->not_before)) return {};
    std::string pins;
    for (const auto& authority : *authorities)
        pins += (pins.empty() ? "" : ",") + one::identity::pin_of_key(authority.public_key);
    return pins;
}

}  // namespace

double random_share()
{
    return static_cast<unsigned char>(one::random_bytes(1).front()) / 255.0;
}

std::chrono::system_clock::time_point renewal_time(std::chrono::system_clock::time_point not_before,
                                                   std::chrono::system_clock::time_point not_after, double jitter)
{
    const auto life = not_after - not_before;
    return not_before + life * 2 / 3 +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(life / 20 * jitter);
}

Async<Result<>> Agent::renew()
{
    CO_TRY(settle_key(*host_));  // of a renewal that was killed before its end
    CO_TRY_LET(const one::Secret key, next_key(*host_));
    CO_TRY_LET(const std::string csr, one::identity::make_request(key, membership_.desired.node_name));
    auto answer = co_await ask_for_certificate(csr);
    if (!answer) co_return one::fail(std::move(answer).error());
    CO_TRY(store_certificate(*host_, answer->certificate_chain, answer->authorities));
    CO_TRY(settle_key(*host_));
    CO_TRY_LET(const NodeIdentity identity, load_identity(*host_));
    const one::http::Trust trust{.authority_pem = answer->authorities};
    CO_TRY_LET(auto tls, one::http::make_client_tls(trust, identity.own));
    if (whereabouts_) whereabouts_->use(tls);
    frontend_.use(std::move(tls));
    log::info("the certificate is renewed", {{"generation", answer->generation}});
    CO_TRY(plan_renewal());
    Deed deed{.kind = deeds::renewed,
              .sentence = "renewed its certificate, good until " + one::for_people(good_until_)};
    remember_or_log(*host_, places::state_dir, std::move(deed));
    co_return Result<>{};
}

Async<Result<one::wire::RenewAnswer>> Agent::ask_for_certificate(std::string certificate_request)
{
    const one::wire::RenewRequest request{.certificate_request = certificate_request};
    if (host_->now() < good_until_) {
        auto renewed = co_await frontend_.renew(request);
        // By the front-end's clock it may have ended all the same.
        if (renewed || renewed.error().kind != ErrorKind::denied) co_return renewed;
    }
    auto recovered = co_await recover(std::move(certificate_request));
    if (recovered) co_return recovered;
    const bool has_not_ended_there = recovered.error().kind == ErrorKind::conflict;
    const bool is_an_older_front_end = recovered.error().kind == ErrorKind::unsupported;  // where renewing still does
    if (!has_not_ended_there && !is_an_older_front_end) co_return recovered;
    co_return co_await frontend_.renew(request);
}

/// A certificate that has ended renews nothing: this machine shows by its signature that the key is still here.
Async<Result<one::wire::RenewAnswer>> Agent::recover(std::string certificate_request)
{
    CO_TRY_LET(const NodeIdentity identity, load_identity(*host_));
    CO_TRY_LET(const auto challenge, co_await frontend_.recovery_challenge());
    one::wire::RecoveryRequest request;
    request.certificate_request = std::move(certificate_request);
    request.nonce = challenge.nonce;
    CO_TRY_LET(const auto signature, one::identity::sign(identity.own.private_key_pem, text_to_sign(request)));
    request.signature = one::to_base64(signature);
    log::info("the certificate has ended: asking for a fresh one", {{"ended", one::for_people(good_until_)}});
    co_return co_await frontend_.recover(request);
}

bool Agent::must_renew() const
{
    return host_->now() >= renew_at_;
}

Result<> Agent::plan_renewal()
{
    TRY_LET(const auto chain, host_->read(places::certificate));
    TRY_LET(const auto validity, validity_of(chain));
    renew_at_ = renewal_time(validity.not_before, validity.not_after, random_share());
    good_until_ = validity.not_after;
    authorities_ = pins_we_trust(*host_);
    return {};
}

/// The front-end rotates its CA: the nodes turn to the new one soon, but not all at the same moment.
void Agent::turn_to(const std::string& authorities)
{
    if (authorities.empty() || authorities == authorities_ || authorities == turned_to_) return;
    turned_to_ = authorities;
    const auto soon = std::chrono::duration_cast<std::chrono::milliseconds>(limits_.turnover * random_share());
    renew_at_ = std::min(renew_at_, host_->now() + soon);
    log::info("the front-end's authorities are others: renewing", {{"authorities", authorities}});
}

}  // namespace onenode
