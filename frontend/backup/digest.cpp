// OpenSSL's EVP_MD_CTX with an owner.
#include "frontend/backup/digest.hpp"

#include "common/text/encoding.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>
#include <stdexcept>

namespace onefrontend::backup {
namespace {

void must(bool done)
{
    if (!done) throw std::runtime_error{"OpenSSL has no SHA-256"};
}

}  // namespace

void Digest::Free::operator()(evp_md_ctx_st* context) const
{
    EVP_MD_CTX_free(context);
}

Digest::Digest() : context_(EVP_MD_CTX_new())
{
    must(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Digest::add(std::string_view bytes)
{
    must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::end()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    must(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
    return one::to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace onefrontend::backup
