// Certificate requests (PKCS#10): the proof that whoever asks holds the key. Of one that we read only the key counts.
#include "common/identity/certificate.hpp"

#include "common/identity/openssl.hpp"

#include <openssl/pem.h>

namespace one::identity {
namespace {

Result<RequestHandle> load_request(std::string_view pem)
{
    const BioHandle input = open_memory(pem);
    RequestHandle request{PEM_read_bio_X509_REQ(input.get(), nullptr, no_pass_phrase, nullptr)};
    if (!request) {
        Error error = openssl_error("certificate request");
        error.reason = "it is no PEM certificate request (" + error.reason + ")";
        return fail(std::move(error));
    }
    return request;
}

}  // namespace

Result<std::string> make_request(const Secret& private_key_pem, std::string_view common_name)
{
    TRY_LET(const KeyHandle key, load_key(private_key_pem));
    const RequestHandle request{X509_REQ_new()};
    const BioHandle output{BIO_new(BIO_s_mem())};
    const bool made =
        request &&
        X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(request.get()), NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(common_name.data()),
                                   static_cast<int>(common_name.size()), -1, 0) == 1 &&
        X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
        X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0 &&
        PEM_write_bio_X509_REQ(output.get(), request.get()) == 1;
    if (!made) return fail(openssl_error("certificate request of " + std::string{common_name}));
    return std::string{written(output)};
}

Result<Request> read_request(std::string_view pem)
{
    TRY_LET(const RequestHandle request, load_request(pem));
    EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
    if (!key || !is_p256(key))
        return fail({.kind = ErrorKind::invalid,
                     .thing = "certificate request",
                     .reason = "its key is not ECDSA P-256, and no other kind is signed here",
                     .next = "agent and front-end may be of different versions",
                     .doing = "accept"});
    if (X509_REQ_verify(request.get(), key) != 1) {
        openssl_error({});  // the words of OpenSSL say less than ours
        return fail({.kind = ErrorKind::untrusted,
                     .thing = "certificate request",
                     .reason = "its signature is not by its own key: who sent it need not hold that key",
                     .next = "run onenode join again, which makes another key",
                     .doing = "accept"});
    }
    TRY_LET(std::string public_key, encode_public_key(key));
    return Request{.pem = std::string{pem}, .public_key = std::move(public_key)};
}

}  // namespace one::identity
