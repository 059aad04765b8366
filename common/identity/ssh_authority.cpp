// OpenSSL signs, common/ssh knows the format; ssh-keygen would want the key in a file and a process a signature.
#include "common/identity/ssh_authority.hpp"

#include "common/identity/openssl.hpp"
#include "common/ssh/blob.hpp"
#include "common/text/encoding.hpp"

#include <openssl/pem.h>

#include <array>

namespace one::identity {
namespace {

using DigestHandle = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

constexpr std::string_view key_type = "ssh-ed25519";
constexpr std::size_t nonce_bytes = 32;

Result<ssh::PublicKey> public_half(EVP_PKEY* key)
{
    std::array<unsigned char, 32> bytes{};
    std::size_t size = bytes.size();
    if (EVP_PKEY_id(key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(key, bytes.data(), &size) != 1)
        return fail({.kind = ErrorKind::invalid,
                     .thing = "the key of the SSH host CA",
                     .reason = "it is no Ed25519 key",
                     .doing = "use"});
    const std::string raw{reinterpret_cast<const char*>(bytes.data()), size};
    return ssh::PublicKey{.type = std::string{key_type}, .blob = to_base64(ssh::field(key_type) + ssh::field(raw))};
}

Result<std::string> sign(EVP_PKEY* key, std::string_view text)
{
    const DigestHandle context{EVP_MD_CTX_new()};
    std::array<unsigned char, 64> bytes{};
    std::size_t size = bytes.size();
    const auto* input = reinterpret_cast<const unsigned char*>(text.data());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), bytes.data(), &size, input, text.size()) != 1)
        return fail(openssl_error("an SSH host certificate"));
    const std::string raw{reinterpret_cast<const char*>(bytes.data()), size};
    return ssh::field(key_type) + ssh::field(raw);
}

}  // namespace

Result<Secret> make_ssh_authority()
{
    const KeyHandle key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    const BioHandle output{BIO_new(BIO_s_mem())};  // cleanses its buffer when freed
    if (!key || PEM_write_bio_PKCS8PrivateKey(output.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return fail(openssl_error("private key"));
    return Secret{written(output)};
}

Result<ssh::PublicKey> ssh_public_key_of(const Secret& authority_pem)
{
    TRY_LET(const KeyHandle key, load_key(authority_pem));
    return public_half(key.get());
}

Result<std::string> issue(const Secret& authority_pem, ssh::HostCertificate what)
{
    TRY_LET(const KeyHandle key, load_key(authority_pem));
    TRY_LET(what.authority, public_half(key.get()));
    TRY_LET(const auto text, to_be_signed(what, random_bytes(nonce_bytes)));
    TRY_LET(const auto signature, sign(key.get(), text));
    return certificate_line(what, text, signature);
}

}  // namespace one::identity
