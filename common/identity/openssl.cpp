// OpenSSL's handles: reading and writing PEM and DER, its error queue as our Error.
#include "common/identity/openssl.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>

namespace one::identity {

int no_pass_phrase(char*, int, int, void*)
{
    return -1;
}

Error openssl_error(std::string thing)
{
    const unsigned long code = ERR_peek_last_error();
    const char* words = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return {.kind = ErrorKind::invalid,
            .thing = std::move(thing),
            .reason = words ? words : "OpenSSL refuses it without a reason"};
}

BioHandle open_memory(std::string_view bytes)
{
    // A BIO counts in int; what is longer than that is no certificate.
    const auto size = std::min<std::size_t>(bytes.size(), std::numeric_limits<int>::max());
    return BioHandle{BIO_new_mem_buf(bytes.data(), static_cast<int>(size))};
}

std::string_view written(const BioHandle& memory)
{
    const char* bytes = nullptr;
    const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, &bytes);
    return size > 0 ? std::string_view{bytes, static_cast<std::size_t>(size)} : std::string_view{};
}

Result<KeyHandle> load_key(const Secret& pem)
{
    const BioHandle input = open_memory(pem.reveal());
    KeyHandle key{PEM_read_bio_PrivateKey(input.get(), nullptr, no_pass_phrase, nullptr)};
    if (!key) {
        Error error = openssl_error("private key");
        error.reason = "it is no unencrypted PEM private key (" + error.reason + ")";
        return fail(std::move(error));
    }
    return key;
}

Result<KeyHandle> load_public_key(std::string_view der)
{
    const auto* next = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = next + der.size();
    KeyHandle key{d2i_PUBKEY(nullptr, &next, static_cast<long>(der.size()))};
    if (!key || next != end) return fail(openssl_error("public key"));
    return key;
}

Result<std::string> encode_public_key(EVP_PKEY* key)
{
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    if (size <= 0) return fail(openssl_error("public key"));
    std::string bytes{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
    OPENSSL_free(der);
    return bytes;
}

bool is_p256(EVP_PKEY* key)
{
    std::array<char, 64> group{};
    return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
           std::string_view{group.data()} == SN_X9_62_prime256v1;
}

Result<std::vector<CertificateHandle>> load_certificates(std::string_view pem)
{
    const BioHandle input = open_memory(pem);
    std::vector<CertificateHandle> found;
    ERR_clear_error();
    while (CertificateHandle next{PEM_read_bio_X509(input.get(), nullptr, no_pass_phrase, nullptr)})
        found.push_back(std::move(next));
    // The end of the bundle looks like an error, too: "no start line".
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    Error error = openssl_error("certificate");
    if (!at_end) return fail(std::move(error));
    if (found.empty()) {
        error.reason = "there is no PEM certificate in it";
        return fail(std::move(error));
    }
    return found;
}

Result<std::string> encode_pem(X509* certificate)
{
    const BioHandle output{BIO_new(BIO_s_mem())};
    if (PEM_write_bio_X509(output.get(), certificate) != 1) return fail(openssl_error("certificate"));
    return std::string{written(output)};
}

std::string public_key_of(X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) return {};
    std::string bytes{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
    OPENSSL_free(der);
    return bytes;
}

std::string common_name_of(X509_NAME* name)
{
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return {};
    std::string words{reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
    OPENSSL_free(text);
    return words;
}

namespace {

Time to_time(const ASN1_TIME* when)
{
    std::tm fields{};
    if (ASN1_TIME_to_tm(when, &fields) != 1) return {};
    return std::chrono::system_clock::from_time_t(timegm(&fields));
}

}  // namespace

Time not_before_of(const X509* certificate)
{
    return to_time(X509_get0_notBefore(certificate));
}

Time not_after_of(const X509* certificate)
{
    return to_time(X509_get0_notAfter(certificate));
}

std::string utc(Time time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &fields)};
}

}  // namespace one::identity
