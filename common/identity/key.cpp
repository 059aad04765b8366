// Making keys and naming them by their digests.
#include "common/identity/key.hpp"

#include "common/identity/openssl.hpp"
#include "common/text/encoding.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>

namespace one::identity {

Result<Secret> make_private_key()
{
    const KeyHandle key{EVP_EC_gen("P-256")};
    const BioHandle output{BIO_new(BIO_s_mem())};  // cleanses its buffer when freed
    if (!key || PEM_write_bio_PKCS8PrivateKey(output.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return fail(openssl_error("private key"));
    return Secret{written(output)};
}

Result<std::string> public_key_of(const Secret& private_key_pem)
{
    TRY_LET(const KeyHandle key, load_key(private_key_pem));
    return encode_public_key(key.get());
}

std::string key_fingerprint(std::string_view public_key_der)
{
    return to_hex(sha256(public_key_der));
}

std::string pin_of_key(std::string_view public_key_der)
{
    return to_base64url(sha256(public_key_der));
}

}  // namespace one::identity
