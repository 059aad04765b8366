// Whether a certificate leads to an authority we trust, said so that a wrong clock looks different from a wrong peer.
#include "common/identity/openssl.hpp"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

namespace one::identity {
namespace {

using StoreHandle = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreContextHandle = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;

struct FreeStack {  // the certificates in it belong to others
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using StackHandle = std::unique_ptr<STACK_OF(X509), FreeStack>;

Error untrusted(X509* certificate, std::string reason, std::string next = {})
{
    const std::string name = common_name_of(X509_get_subject_name(certificate));
    return {.kind = ErrorKind::untrusted,
            .thing = "certificate \"" + name + '"',
            .reason = std::move(reason),
            .next = std::move(next),
            .doing = "trust"};
}

constexpr const char* set_the_clock =
    "compare the clocks of both machines (date -u; timedatectl), set the wrong one, then run the same command again";

Error explain(X509_STORE_CTX* context, X509* leaf, Time now)
{
    const int code = X509_STORE_CTX_get_error(context);
    X509* bad = X509_STORE_CTX_get_current_cert(context);
    if (!bad) bad = leaf;
    switch (code) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return untrusted(
            bad,
            fmt::format("it is valid from {} on, and this machine's clock says {}", utc(not_before_of(bad)), utc(now)),
            set_the_clock);
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return untrusted(
            bad, fmt::format("it expired at {}, and this machine's clock says {}", utc(not_after_of(bad)), utc(now)),
            set_the_clock);
    case X509_V_ERR_INVALID_PURPOSE: return untrusted(bad, "it was issued for another purpose");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return untrusted(bad, "it signed itself, no authority stands behind it");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: return untrusted(bad, "the authority that we trust did not sign it");
    default: return untrusted(bad, X509_verify_cert_error_string(code));
    }
}

bool names_purpose(X509* leaf, Purpose purpose)
{
    if ((X509_get_extension_flags(leaf) & EXFLAG_XKUSAGE) == 0) return false;
    const std::uint32_t wanted = purpose == Purpose::server ? XKU_SSL_SERVER : XKU_SSL_CLIENT;
    return (X509_get_extended_key_usage(leaf) & wanted) != 0;
}

}  // namespace

Result<> verify_chain(X509* leaf, const std::vector<X509*>& presented, const std::vector<X509*>& anchors,
                      std::optional<Purpose> purpose, Time now)
{
    const StoreHandle store{X509_STORE_new()};
    const StoreContextHandle context{X509_STORE_CTX_new()};
    const StackHandle between{sk_X509_new_null()};
    bool ready = store && context && between;
    for (X509* anchor : anchors)
        ready = ready && X509_STORE_add_cert(store.get(), anchor) == 1;
    for (X509* certificate : presented)
        ready = ready && sk_X509_push(between.get(), certificate) > 0;
    if (!ready || X509_STORE_CTX_init(context.get(), store.get(), leaf, between.get()) != 1)
        return fail(openssl_error("certificate chain"));

    if (purpose && !names_purpose(leaf, *purpose))
        return fail(untrusted(leaf, *purpose == Purpose::server ? "it was not issued for servers"
                                                                : "it was not issued for clients"));
    X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, std::chrono::system_clock::to_time_t(now));
    // An anchor may come from the peer itself, known by its key alone: its own signature vouches for its dates and
    // flags.
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CHECK_SS_SIGNATURE);
    if (X509_verify_cert(context.get()) == 1) return {};
    Error error = explain(context.get(), leaf, now);
    openssl_error({});  // empties its queue
    return fail(std::move(error));
}

}  // namespace one::identity
