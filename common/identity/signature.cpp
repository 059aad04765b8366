// ECDSA and HMAC by OpenSSL.
#include "common/identity/signature.hpp"

#include "common/identity/openssl.hpp"
#include "common/text/encoding.hpp"

#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace one::identity {
namespace {

using DigestHandle = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<std::string> sign(const Secret& private_key_pem, std::string_view text)
{
    TRY_LET(const KeyHandle key, load_key(private_key_pem));
    const DigestHandle digest{EVP_MD_CTX_new()};
    std::size_t size = 0;
    bool made = digest && EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
                EVP_DigestSign(digest.get(), nullptr, &size, bytes_of(text), text.size()) == 1;
    std::string signature(size, '\0');
    made = made && EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                  bytes_of(text), text.size()) == 1;
    if (!made) return fail(openssl_error("a signature"));
    signature.resize(size);
    return signature;
}

Result<> verify_signature(std::string_view public_key_der, std::string_view text, std::string_view signature)
{
    TRY_LET(const KeyHandle key, load_public_key(public_key_der));
    const DigestHandle digest{EVP_MD_CTX_new()};
    if (digest && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
        EVP_DigestVerify(digest.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1)
        return {};
    openssl_error({});  // empties its queue
    return fail({.kind = ErrorKind::untrusted, .thing = "the signature", .reason = "it is not by that key"});
}

std::string mac(const Secret& key, std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned int size = 0;
    const auto secret = key.reveal();
    const auto* made = ::HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(),
                              sum.data(), &size);
    if (made == nullptr) throw std::runtime_error{to_line(openssl_error("HMAC-SHA-256"))};  // "" would be known to all
    return to_hex({reinterpret_cast<const char*>(sum.data()), size});
}

}  // namespace one::identity
