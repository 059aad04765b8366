// Reading certificates: from OpenSSL's structures to plain values.
#include "common/identity/certificate.hpp"

#include "common/identity/openssl.hpp"
#include "common/text/encoding.hpp"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <array>

namespace one::identity {
namespace {

using NamesHandle = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;

std::string_view bytes_of(const ASN1_STRING* text)
{
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(std::string_view bytes)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (bytes.size() != 4 && bytes.size() != 16) return {};
    inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

void read_names(X509* certificate, Certificate& into)
{
    const NamesHandle names{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) into.dns_names.emplace_back(bytes_of(name->d.dNSName));
        if (name->type == GEN_IPADD) into.addresses.push_back(address_text(bytes_of(name->d.iPAddress)));
    }
}

Result<Certificate> to_certificate(X509* from)
{
    TRY_LET(std::string pem, encode_pem(from));
    Certificate certificate{
        .pem = std::move(pem),
        .common_name = common_name_of(X509_get_subject_name(from)),
        .public_key = public_key_of(from),
        .serial = to_hex(bytes_of(X509_get0_serialNumber(from))),
        .not_before = not_before_of(from),
        .not_after = not_after_of(from),
        .is_authority = X509_check_ca(from) == 1,
    };
    read_names(from, certificate);
    return certificate;
}

}  // namespace

Result<Certificate> read_certificate(std::string_view pem)
{
    TRY_LET(const auto handles, load_certificates(pem));
    return to_certificate(handles.front().get());
}

Result<std::vector<Certificate>> read_certificates(std::string_view pem)
{
    TRY_LET(const auto handles, load_certificates(pem));
    std::vector<Certificate> certificates;
    for (const auto& handle : handles) {
        TRY_LET(auto certificate, to_certificate(handle.get()));
        certificates.push_back(std::move(certificate));
    }
    return certificates;
}

Result<> verify(const Certificate& certificate, std::string_view authority_pem, Time now)
{
    TRY_LET(const auto leaf, load_certificates(certificate.pem));
    TRY_LET(const auto authorities, load_certificates(authority_pem));
    std::vector<X509*> anchors;
    for (const auto& authority : authorities)
        anchors.push_back(authority.get());
    return verify_chain(leaf.front().get(), {}, anchors, std::nullopt, now);
}

}  // namespace one::identity
