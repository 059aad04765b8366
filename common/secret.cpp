// Bytes that are overwritten before their memory is given back.
#include "common/secret.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace one {

void wipe(std::string& bytes)
{
    bytes.resize(bytes.capacity());
    OPENSSL_cleanse(bytes.data(), bytes.size());
    bytes.clear();
}

Secret::Secret(std::string&& bytes) : bytes_(bytes)
{
    wipe(bytes);
}

// A copy, as a string that moves leaves the bytes of a short one behind. NOLINTNEXTLINE(performance-move-constructor-init)
Secret::Secret(Secret&& other) noexcept : bytes_(other.bytes_)
{
    wipe(other.bytes_);
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this == &other) return *this;
    wipe(bytes_);
    bytes_ = other.bytes_;  // a move of a short string would leave its bytes behind
    wipe(other.bytes_);
    return *this;
}

Secret::~Secret()
{
    wipe(bytes_);
}

bool same_secret(const Secret& left, const Secret& right)
{
    const auto a = left.reveal();
    const auto b = right.reveal();
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace one
