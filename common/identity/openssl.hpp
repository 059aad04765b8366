// OpenSSL's handles with owners, for the .cpp files of identity/ and http/ only: no other header includes OpenSSL.
#pragma once

#include "common/identity/certificate.hpp"
#include "common/result.hpp"
#include "common/secret.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace one::identity {

template <auto free_function>
struct FreeWith {
    template <class T>
    void operator()(T* handle) const
    {
        free_function(handle);
    }
};

using BioHandle = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, FreeWith<X509_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, FreeWith<X509_REQ_free>>;

/// An error with OpenSSL's own last words as the reason; empties its queue, so that no later call reports them again.
Error openssl_error(std::string thing);

/// Reads from these bytes, which must outlive the handle.
BioHandle open_memory(std::string_view bytes);
/// What was written to a memory BIO.
std::string_view written(const BioHandle& memory);

/// For every PEM_read_bio_*, as any PEM may say that it is encrypted: without it OpenSSL asks for a pass phrase on the
/// terminal, which a daemon would wait for forever.
int no_pass_phrase(char*, int, int, void*);

Result<KeyHandle> load_key(const Secret& pem);
Result<KeyHandle> load_public_key(std::string_view der);
Result<std::string> encode_public_key(EVP_PKEY* key);
/// Node keys and ours are ECDSA P-256, and nothing else is ever signed.
bool is_p256(EVP_PKEY* key);

/// All certificates of a PEM bundle, in order; at least one.
Result<std::vector<CertificateHandle>> load_certificates(std::string_view pem);
Result<std::string> encode_pem(X509* certificate);
/// SubjectPublicKeyInfo, DER, byte for byte as it stands in the certificate.
std::string public_key_of(X509* certificate);
std::string common_name_of(X509_NAME* name);
Time not_before_of(const X509* certificate);
Time not_after_of(const X509* certificate);

/// `leaf` leads to one of the anchors, by certificates of `presented` where needed; every one valid at `now`. With a
/// purpose the leaf must name it in its extended key usage: silence is no permission.
Result<> verify_chain(X509* leaf, const std::vector<X509*>& presented, const std::vector<X509*>& anchors,
                      std::optional<Purpose> purpose, Time now);

/// "2026-03-01 12:00:00 UTC"
std::string utc(Time time);

}  // namespace one::identity
