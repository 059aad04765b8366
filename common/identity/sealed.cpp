// CMS EnvelopedData. RSA keys get OAEP: what openssl takes without being told is PKCS #1 v1.5, which leaks by its errors.
#include "common/identity/sealed.hpp"

#include "common/identity/openssl.hpp"

#include <openssl/pem.h>  // before cms.h, which declares its PEM functions only behind it

#include <openssl/cms.h>
#include <openssl/rsa.h>

namespace one::identity {
namespace {

using MessageHandle = std::unique_ptr<CMS_ContentInfo, FreeWith<CMS_ContentInfo_free>>;

constexpr const char* sealed = "a sealed secret";

bool add_recipient(CMS_ContentInfo* message, X509* certificate)
{
    CMS_RecipientInfo* recipient = CMS_add1_recipient_cert(message, certificate, CMS_KEY_PARAM);
    if (!recipient) return false;
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) != EVP_PKEY_RSA) return true;
    return EVP_PKEY_CTX_set_rsa_padding(CMS_RecipientInfo_get0_pkey_ctx(recipient), RSA_PKCS1_OAEP_PADDING) > 0;
}

}  // namespace

Result<std::string> seal(const Secret& secret, std::string_view certificates_pem)
{
    TRY_LET(const auto certificates, load_certificates(certificates_pem));
    constexpr unsigned flags = CMS_BINARY | CMS_PARTIAL;
    const MessageHandle message{CMS_encrypt(nullptr, nullptr, EVP_aes_256_cbc(), flags)};
    if (!message) return fail(openssl_error(sealed));
    for (const auto& certificate : certificates)
        if (!add_recipient(message.get(), certificate.get()))
            return fail(
                openssl_error("the certificate of " + common_name_of(X509_get_subject_name(certificate.get()))));
    const auto content = open_memory(secret.reveal());
    if (CMS_final(message.get(), content.get(), nullptr, CMS_BINARY) != 1) return fail(openssl_error(sealed));
    const BioHandle out{BIO_new(BIO_s_mem())};
    if (!out || PEM_write_bio_CMS(out.get(), message.get()) != 1) return fail(openssl_error(sealed));
    return std::string{written(out)};
}

Result<Secret> unseal(std::string_view cms_pem, const Secret& private_key_pem)
{
    TRY_LET(const auto key, load_key(private_key_pem));
    const auto bytes = open_memory(cms_pem);
    const MessageHandle message{PEM_read_bio_CMS(bytes.get(), nullptr, no_pass_phrase, nullptr)};
    if (!message) return fail(openssl_error(sealed));
    const BioHandle out{BIO_new(BIO_s_secmem())};
    if (!out || CMS_decrypt(message.get(), key.get(), nullptr, nullptr, out.get(), CMS_BINARY) != 1) {
        auto error = openssl_error(sealed);
        error.kind = ErrorKind::denied;
        error.reason = "this key does not open it";
        return fail(std::move(error));
    }
    return Secret{written(out)};
}

}  // namespace one::identity
