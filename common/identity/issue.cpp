// The little CA: its own certificate, and those it signs. Every name in them is put in as a value, never as text that
// OpenSSL would parse ("DNS:a,IP:b"), so that no name can smuggle in another.
#include "common/identity/certificate.hpp"

#include "common/identity/intermediate.hpp"
#include "common/identity/key.hpp"
#include "common/identity/openssl.hpp"
#include "common/text/encoding.hpp"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

namespace one::identity {
namespace {

using ExtensionHandle = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;
using SerialHandle = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;

constexpr std::size_t serial_bytes = 16;

bool add_extension(X509* to, X509* issuer, int kind, const char* value)
{
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    const ExtensionHandle extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
    return extension && X509_add_ext(to, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate)
{
    const std::string bytes = random_bytes(serial_bytes);
    const SerialHandle number{BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), serial_bytes, nullptr)};
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_common_name(X509_NAME* name, std::string_view text)
{
    return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1;
}

bool set_validity(X509* certificate, Time not_before, Time not_after)
{
    using std::chrono::system_clock;
    return ASN1_TIME_set(X509_getm_notBefore(certificate), system_clock::to_time_t(not_before)) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), system_clock::to_time_t(not_after)) != nullptr;
}

bool add_name(GENERAL_NAMES* names, int kind, std::string_view bytes)
{
    ASN1_STRING* value = kind == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
    GENERAL_NAME* name = GENERAL_NAME_new();
    if (!value || !name || ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1 ||
        sk_GENERAL_NAME_push(names, name) <= 0) {
        ASN1_STRING_free(value);
        GENERAL_NAME_free(name);
        return false;
    }
    GENERAL_NAME_set0_value(name, kind, value);  // now `names` owns both
    return true;
}

bool is_dns_name(std::string_view name)
{
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    return !name.empty() && name.size() <= 253 && name.find_first_not_of(allowed) == std::string_view::npos;
}

/// Network byte order; empty where the text is no address.
std::string address_bytes(const std::string& text)
{
    std::array<char, 16> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), 4};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return {bytes.data(), 16};
    return {};
}

Failure bad_name(const std::string& name, std::string reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "certificate for \"" + name + '"',
                 .reason = std::move(reason),
                 .next = "join with another --name",
                 .doing = "issue"});
}

Result<> add_names(X509* certificate, const Issue& what)
{
    const NamesHandle names{GENERAL_NAMES_new()};
    bool added = names != nullptr;
    for (const std::string& name : what.dns_names) {
        if (!is_dns_name(name)) return bad_name(name, "it is no DNS name");
        added = added && add_name(names.get(), GEN_DNS, name);
    }
    for (const std::string& address : what.addresses) {
        const std::string bytes = address_bytes(address);
        if (bytes.empty()) return bad_name(address, "it is no IP address");
        added = added && add_name(names.get(), GEN_IPADD, bytes);
    }
    if (added && sk_GENERAL_NAME_num(names.get()) > 0)
        added = X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1;
    if (!added) return fail(openssl_error("names of the certificate"));
    return {};
}

Failure no_use(X509* certificate, std::string reason, std::string next)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "the CA \"" + common_name_of(X509_get_subject_name(certificate)) + '"',
                 .reason = std::move(reason),
                 .next = std::move(next),
                 .doing = "use"});
}

Result<> check_adoptable(X509* given, EVP_PKEY* key, Time now)
{
    constexpr std::uint32_t purposes = XKU_SSL_SERVER | XKU_SSL_CLIENT;
    const bool may_sign = X509_check_ca(given) == 1 && (X509_get_key_usage(given) & KU_KEY_CERT_SIGN) != 0;
    if (!may_sign)
        return no_use(given, "it may not sign certificates", "have an intermediate CA made: CA:TRUE, keyCertSign");
    const bool is_bound = (X509_get_extension_flags(given) & EXFLAG_XKUSAGE) != 0;
    if (is_bound && (X509_get_extended_key_usage(given) & purposes) != purposes)
        return no_use(given, "it may not sign for clients and servers",
                      "have one made without extended key usage, or with clientAuth and serverAuth");
    if (now < not_before_of(given) || now >= not_after_of(given))
        return no_use(given, "it is valid from " + utc(not_before_of(given)) + " to " + utc(not_after_of(given)),
                      "have a new one made; where it should be valid, compare the clocks (date -u)");
    if (X509_check_private_key(given, key) != 1) {
        openssl_error({});  // empties its queue
        return no_use(given, "the private key does not belong to it", "give the key that goes with the certificate");
    }
    const int type = EVP_PKEY_get_base_id(key);
    if (type != EVP_PKEY_EC && type != EVP_PKEY_RSA)
        return no_use(given, "its key is neither ECDSA nor RSA", "have one made with an ECDSA P-256 key");
    return {};
}

/// Some CAs make it in a way of their own; what is signed names it.
bool copy_key_id(X509* to, X509* from)
{
    const int at = X509_get_ext_by_NID(from, NID_subject_key_identifier, -1);
    if (at < 0) return add_extension(to, to, NID_subject_key_identifier, "hash");
    return X509_add_ext(to, X509_get_ext(from, at), -1) == 1;
}

bool set_basics(X509* certificate, EVP_PKEY* key, std::string_view common_name)
{
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_common_name(X509_get_subject_name(certificate), common_name) && X509_set_pubkey(certificate, key) == 1;
}

}  // namespace

Result<Authority> make_authority(std::string_view common_name, Time not_before, Time not_after)
{
    TRY_LET(Secret key_pem, make_private_key());
    TRY_LET(const KeyHandle key, load_key(key_pem));
    const CertificateHandle handle{X509_new()};
    X509* certificate = handle.get();
    const bool made = certificate && set_basics(certificate, key.get(), common_name) &&
                      set_validity(certificate, not_before, not_after) &&
                      X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1 &&
                      add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      add_extension(certificate, certificate, NID_subject_key_identifier, "hash") &&
                      X509_sign(certificate, key.get(), EVP_sha256()) > 0;
    if (!made) return fail(openssl_error("certificate authority " + std::string{common_name}));
    TRY_LET(std::string pem, encode_pem(certificate));
    return Authority{.certificate_pem = std::move(pem), .private_key_pem = std::move(key_pem)};
}

Result<Authority> adopt_authority(std::string_view certificate_pem, const Secret& private_key_pem, Time now)
{
    TRY_LET(const auto all, load_certificates(certificate_pem));
    X509* given = all.front().get();
    TRY_LET(const KeyHandle key, load_key(private_key_pem));
    TRY(check_adoptable(given, key.get(), now));
    const CertificateHandle handle{X509_new()};
    X509* certificate = handle.get();
    const bool made = certificate && X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
                      X509_set_pubkey(certificate, key.get()) == 1 &&
                      X509_set_subject_name(certificate, X509_get_subject_name(given)) == 1 &&
                      X509_set_issuer_name(certificate, X509_get_subject_name(given)) == 1 &&
                      X509_set1_notBefore(certificate, X509_get0_notBefore(given)) == 1 &&
                      X509_set1_notAfter(certificate, X509_get0_notAfter(given)) == 1 &&
                      add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      copy_key_id(certificate, given) && X509_sign(certificate, key.get(), EVP_sha256()) > 0;
    if (!made) return fail(openssl_error("certificate authority " + common_name_of(X509_get_subject_name(given))));
    TRY_LET(std::string pem, encode_pem(certificate));
    return Authority{.certificate_pem = std::move(pem), .private_key_pem = private_key_pem.copy()};
}

Result<std::string> issue(const Authority& authority, std::string_view public_key_der, const Issue& what)
{
    TRY_LET(const auto issuers, load_certificates(authority.certificate_pem));
    X509* issuer = issuers.front().get();
    TRY_LET(const KeyHandle issuer_key, load_key(authority.private_key_pem));
    if (X509_check_private_key(issuer, issuer_key.get()) != 1) {
        Error error = openssl_error("certificate authority " + common_name_of(X509_get_subject_name(issuer)));
        error.reason = "its private key does not belong to its certificate";
        return fail(std::move(error));
    }
    TRY_LET(const KeyHandle key, load_public_key(public_key_der));
    if (!is_p256(key.get())) return bad_name(what.common_name, "its key is not ECDSA P-256");

    const CertificateHandle handle{X509_new()};
    X509* certificate = handle.get();
    // A certificate that outlives its authority would be refused without anybody seeing why: it ends with it.
    const Time not_after = std::min(what.not_after, not_after_of(issuer));
    const char* purpose = what.purpose == Purpose::client ? "clientAuth" : "serverAuth";
    const bool filled = certificate && set_basics(certificate, key.get(), what.common_name) &&
                        set_validity(certificate, what.not_before, not_after) &&
                        X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
                        add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                        add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
                        add_extension(certificate, issuer, NID_ext_key_usage, purpose) &&
                        add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
                        add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    if (!filled) return fail(openssl_error("certificate for \"" + what.common_name + '"'));
    TRY(add_names(certificate, what));
    if (X509_sign(certificate, issuer_key.get(), EVP_sha256()) <= 0)
        return fail(openssl_error("certificate for \"" + what.common_name + '"'));
    return encode_pem(certificate);
}

}  // namespace one::identity
