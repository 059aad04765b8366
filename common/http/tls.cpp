// The TLS policy as OpenSSL sees it: contexts, and the callbacks that choose certificate, protocol and trust.
#include "common/http/tls_context.hpp"
#include "common/identity/key.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <new>
#include <span>

namespace one::http {
namespace {

using Bytes = std::span<const unsigned char>;

constexpr std::string_view browser_protocol = "http/1.1";

int handshake_slot()
{
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

Handshake* handshake_of(const SSL* connection)
{
    return static_cast<Handshake*>(SSL_get_ex_data(connection, handshake_slot()));
}

std::vector<X509*> to_vector(STACK_OF(X509) * stack)
{
    std::vector<X509*> certificates;
    for (int i = 0; i < sk_X509_num(stack); ++i)
        certificates.push_back(sk_X509_value(stack, i));
    return certificates;
}

std::vector<X509*> to_vector(const TlsContext::Certificates& handles)
{
    std::vector<X509*> certificates;
    for (const auto& handle : handles)
        certificates.push_back(handle.get());
    return certificates;
}

boost::asio::ssl::context make_context()
{
    SSL_CTX* raw = SSL_CTX_new(TLS_method());
    if (!raw) throw std::bad_alloc{};
    SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
    // No resumption: a resumed session would skip the look at certificates, and connections here live for hours.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_options(raw, SSL_OP_NO_TICKET);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);  // thousands of connections only wait
    return boost::asio::ssl::context{raw};            // owns it now
}

using NameHandle = std::unique_ptr<X509_NAME, identity::FreeWith<X509_NAME_free>>;

struct FreeNames {
    void operator()(STACK_OF(X509_NAME) * names) const { sk_X509_NAME_pop_free(names, X509_NAME_free); }
};
using NamesHandle = std::unique_ptr<STACK_OF(X509_NAME), FreeNames>;

struct FreeStack {  // the certificates in it belong to others
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using StackHandle = std::unique_ptr<STACK_OF(X509), FreeStack>;

/// TLS lets a client name the authorities it trusts. While the front-end changes from one to another it has a chain to
/// each, and a joining node knows nothing of its authority but the pin: so that is the name.
Result<> ask_for(SSL_CTX* context, const std::vector<std::string>& pins)
{
    NamesHandle names{sk_X509_NAME_new_null()};
    bool added = names != nullptr;
    for (const std::string& pin : pins) {
        NameHandle name{X509_NAME_new()};
        added = added && name &&
                X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char*>(pin.data()),
                                           static_cast<int>(pin.size()), -1, 0) == 1 &&
                sk_X509_NAME_push(names.get(), name.get()) > 0;
        if (added) (void)name.release();  // `names` owns it now
    }
    if (!added) return fail(identity::openssl_error("authorities to ask for"));
    SSL_CTX_set0_CA_list(context, names.release());
    return {};
}

/// Called when all of the client's first message is read.
int on_certificate_wanted(SSL* connection, void* argument)
{
    const auto& tls = *static_cast<TlsContext*>(argument);
    const STACK_OF(X509_NAME)* wanted = SSL_get0_peer_CA_list(connection);
    for (int i = 0; i < sk_X509_NAME_num(wanted); ++i) {
        const auto pin = identity::common_name_of(sk_X509_NAME_value(wanted, i));
        const auto chain = std::ranges::find(tls.chains, pin, &TlsContext::Chain::pin);
        if (chain == tls.chains.end()) continue;
        const StackHandle rest{sk_X509_new_null()};
        bool set = rest != nullptr;
        for (std::size_t n = 1; n < chain->certificates.size(); ++n)
            set = set && sk_X509_push(rest.get(), chain->certificates[n].get()) > 0;
        set = set &&
              SSL_use_cert_and_key(connection, chain->certificates.front().get(), tls.key.get(), rest.get(), 1) == 1;
        if (!set) identity::openssl_error({});  // empties its queue; the first chain is as good as none
        return set ? 1 : 0;
    }
    return 1;
}

std::string pin_of(X509* certificate)
{
    return identity::pin_of_key(identity::public_key_of(certificate));
}

/// One after the other in one PEM: each ends with an authority.
Result<std::vector<TlsContext::Chain>> split_chains(std::string_view pem)
{
    TRY_LET(auto certificates, identity::load_certificates(pem));
    std::vector<TlsContext::Chain> chains;
    bool ended = true;
    for (auto& certificate : certificates) {
        const bool is_authority = X509_check_ca(certificate.get()) == 1;
        if (ended && (chains.empty() || !is_authority)) chains.emplace_back();
        chains.back().certificates.push_back(std::move(certificate));
        ended = is_authority;
    }
    for (auto& chain : chains)
        chain.pin = pin_of(chain.certificates.back().get());
    return chains;
}

Result<> set_identity(SSL_CTX* context, const TlsContext::Chain& chain, EVP_PKEY* key)
{
    const auto& certificates = chain.certificates;
    bool set = SSL_CTX_use_certificate(context, certificates.front().get()) == 1;
    for (std::size_t i = 1; i < certificates.size(); ++i)
        set = set && SSL_CTX_add1_chain_cert(context, certificates[i].get()) == 1;
    if (!set) return fail(identity::openssl_error("certificate chain"));
    if (SSL_CTX_use_PrivateKey(context, key) == 1) return {};
    Error error = identity::openssl_error("private key");
    error.reason = "it cannot be used with this certificate (" + error.reason + ")";
    return fail(std::move(error));
}

Result<> set_identity(SSL_CTX* context, const Identity& identity)
{
    TlsContext::Chain chain;
    TRY_LET(chain.certificates, identity::load_certificates(identity.chain_pem));
    TRY_LET(const auto key, identity::load_key(identity.private_key_pem));
    return set_identity(context, chain, key.get());
}

// ALPN: a list of protocol names, each after a byte that holds its length.
bool offers(Bytes list, std::string_view protocol)
{
    while (!list.empty()) {
        const std::size_t size = list.front();
        if (size >= list.size()) return false;
        if (std::ranges::equal(list.subspan(1, size), protocol)) return true;
        list = list.subspan(1 + size);
    }
    return false;
}

Bytes protocols_of_hello(SSL* connection)
{
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    const bool sent =
        SSL_client_hello_get0_ext(connection, TLSEXT_TYPE_application_layer_protocol_negotiation, &bytes, &size) == 1;
    return sent && size >= 2 ? Bytes{bytes + 2, size - 2} : Bytes{};
}

/// Before anything is answered: nodes are asked for their certificate, others may get the user's own.
int on_client_hello(SSL* connection, int*, void* argument)
{
    const auto& tls = *static_cast<TlsContext*>(argument);
    if (offers(protocols_of_hello(connection), node_protocol)) {
        if (!tls.authorities.empty()) SSL_set_verify(connection, SSL_VERIFY_PEER, nullptr);
    } else if (tls.for_browsers) {
        SSL_set_SSL_CTX(connection, const_cast<boost::asio::ssl::context&>(*tls.for_browsers).native_handle());
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

int on_protocols(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* bytes,
                 unsigned int count, void*)
{
    for (const std::string_view protocol : {std::string_view{node_protocol}, browser_protocol}) {
        if (!offers({bytes, count}, protocol)) continue;
        *chosen = reinterpret_cast<const unsigned char*>(protocol.data());
        *size = static_cast<unsigned char>(protocol.size());
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Handshake* handshake_of(X509_STORE_CTX* verification)
{
    return handshake_of(
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx())));
}

int conclude(X509_STORE_CTX* verification, const Result<>& verdict)
{
    if (verdict) {
        X509_STORE_CTX_set_error(verification, X509_V_OK);
        return 1;
    }
    if (Handshake* handshake = handshake_of(verification)) handshake->refusal = verdict.error();
    // Decides the alert that the peer gets; the reason in words stays here.
    X509* leaf = X509_STORE_CTX_get0_cert(verification);
    const bool expired = X509_cmp_current_time(X509_get0_notAfter(leaf)) < 0;
    X509_STORE_CTX_set_error(verification, expired ? X509_V_ERR_CERT_HAS_EXPIRED : X509_V_ERR_CERT_UNTRUSTED);
    return 0;
}

Result<> look_at(Handshake* handshake, X509* leaf, const std::vector<X509*>& presented, identity::Time now)
{
    TRY_LET(const std::string pin, pin_in(leaf, presented, now));
    if (handshake) handshake->presented_pin = pin;
    return {};
}

int on_server_chain(X509_STORE_CTX* verification, void* argument)
{
    const auto& tls = *static_cast<TlsContext*>(argument);
    X509* leaf = X509_STORE_CTX_get0_cert(verification);
    const auto presented = to_vector(X509_STORE_CTX_get0_untrusted(verification));
    const auto now = std::chrono::system_clock::now();
    if (tls.only_looks) return conclude(verification, look_at(handshake_of(verification), leaf, presented, now));
    Result<> verdict;
    if (!tls.pin.empty()) verdict = check_pin(tls.pin, leaf, presented, now);
    if (verdict && !tls.authorities.empty())
        verdict = identity::verify_chain(leaf, presented, to_vector(tls.authorities), identity::Purpose::server, now);
    return conclude(verification, verdict);
}

/// A node that was off for long still shows who it is: its certificate is judged as on its last day. What it may do
/// with one that has ended, the routes decide.
identity::Time judged_at(const X509* leaf, identity::Time now)
{
    const auto end = identity::not_after_of(leaf);
    return now > end && now <= end + lapsed_limit ? end - std::chrono::seconds{1} : now;
}

int on_client_chain(X509_STORE_CTX* verification, void* argument)
{
    const auto& tls = *static_cast<TlsContext*>(argument);
    X509* leaf = X509_STORE_CTX_get0_cert(verification);
    const auto when = judged_at(leaf, std::chrono::system_clock::now());
    return conclude(verification,
                    identity::verify_chain(leaf, {}, to_vector(tls.authorities), identity::Purpose::client, when));
}

/// Keeps the first bytes of a peer, so that one that speaks no TLS can be named. Called for each record header.
void on_bytes(int is_write, int, int kind, const void* bytes, std::size_t size, SSL* connection, void*)
{
    Handshake* handshake = handshake_of(connection);
    if (is_write || kind != SSL3_RT_HEADER || !handshake || !handshake->first_bytes.empty()) return;
    handshake->first_bytes.assign(static_cast<const char*>(bytes), size);
}

Error no_authority_in_chain()
{
    return {.kind = ErrorKind::invalid,
            .thing = "certificate chain",
            .reason =
                "its last certificate is no certificate authority, but nodes know the authority by its pin alone and "
                "must be shown it",
            .next = "add the authority's certificate at the end of the chain's file",
            .doing = "use"};
}

TlsContextPtr client_context()
{
    auto tls = std::make_shared<TlsContext>();
    SSL_CTX* context = tls->context.native_handle();
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, on_server_chain, tls.get());
    SSL_CTX_set_msg_callback(context, on_bytes);

    std::string protocols{static_cast<char>(std::string_view{node_protocol}.size())};
    protocols += node_protocol;
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
    return tls;
}

}  // namespace

TlsContext::TlsContext() : context(make_context()) {}

void attach(SSL* connection, Handshake& handshake)
{
    SSL_set_ex_data(connection, handshake_slot(), &handshake);
}

std::string agreed_protocol(const SSL* connection)
{
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(connection, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

Result<TlsContextPtr> make_server_tls(const ServerPolicy& policy)
{
    auto tls = std::make_shared<TlsContext>();
    SSL_CTX* context = tls->context.native_handle();
    TRY_LET(tls->chains, split_chains(policy.for_nodes.chain_pem));
    for (const auto& chain : tls->chains)
        if (X509_check_ca(chain.certificates.back().get()) != 1) return fail(no_authority_in_chain());
    TRY_LET(tls->key, identity::load_key(policy.for_nodes.private_key_pem).map_error(while_doing("use for nodes the")));
    TRY(set_identity(context, tls->chains.front(), tls->key.get()).map_error(while_doing("use for nodes the")));
    if (tls->chains.size() > 1) SSL_CTX_set_cert_cb(context, on_certificate_wanted, tls.get());
    SSL_CTX_set_client_hello_cb(context, on_client_hello, tls.get());
    SSL_CTX_set_alpn_select_cb(context, on_protocols, nullptr);
    SSL_CTX_set_cert_verify_callback(context, on_client_chain, tls.get());
    if (!policy.client_authority_pem.empty()) {
        TRY_LET(tls->authorities, identity::load_certificates(policy.client_authority_pem));
        for (const auto& authority : tls->authorities)
            SSL_CTX_add_client_CA(context, authority.get());
    }
    if (!policy.for_browsers.chain_pem.empty()) {
        tls->for_browsers = make_context();
        SSL_CTX* browsers = tls->for_browsers->native_handle();
        TRY(set_identity(browsers, policy.for_browsers).map_error(while_doing("use for browsers the")));
        SSL_CTX_set_alpn_select_cb(browsers, on_protocols, nullptr);
    }
    return tls;
}

Result<TlsContextPtr> make_client_tls(const Trust& trust, const Identity& own)
{
    if (trust.pin.empty() && trust.authority_pem.empty())
        return fail({.kind = ErrorKind::invalid,
                     .thing = "trust in the front-end",
                     .reason = "neither a pin nor a CA certificate is known",
                     .next = "give a join token or --fingerprint"});
    auto tls = client_context();
    tls->pin = trust.pin;
    if (!trust.authority_pem.empty()) {
        TRY_LET(tls->authorities, identity::load_certificates(trust.authority_pem));
    }
    std::vector<std::string> wanted;
    if (!trust.pin.empty()) wanted.push_back(trust.pin);
    for (const auto& authority : tls->authorities)
        wanted.push_back(pin_of(authority.get()));
    TRY(ask_for(tls->context.native_handle(), wanted));
    if (!own.chain_pem.empty())
        TRY(set_identity(tls->context.native_handle(), own).map_error(while_doing("use as our own the")));
    return tls;
}

Result<TlsContextPtr> make_looking_tls()
{
    auto tls = client_context();
    tls->only_looks = true;
    return tls;
}

}  // namespace one::http
