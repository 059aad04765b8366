// Any PEM may say that it is encrypted, also one that a stranger sent: it is refused, and nobody is asked for anything.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"

#include "tests/unit/common/identity/good.hpp"

#include <gtest/gtest.h>
#include <openssl/ui.h>

#include <string>

namespace one::identity {
namespace {

bool was_asked = false;

int note_the_question(UI*)
{
    was_asked = true;
    return 0;  // whoever asked gives up
}

class EncryptedPem : public testing::Test {  // stands where OpenSSL would open the terminal
protected:
    void SetUp() override
    {
        was_asked = false;
        UI_method_set_opener(method_, note_the_question);
        UI_set_default_method(method_);
    }
    void TearDown() override
    {
        UI_set_default_method(UI_OpenSSL());
        UI_destroy_method(method_);
    }
    static std::string of(const std::string& what)
    {
        return "-----BEGIN " + what +
               "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,000102030405060708090A0B0C0D0E0F\n\n"
               "AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=\n-----END " +
               what + "-----\n";
    }

private:
    UI_METHOD* method_ = UI_create_method("nobody");
};

TEST_F(EncryptedPem, OfARequestAsksNobody)
{
    EXPECT_EQ(bad(read_request(of("CERTIFICATE REQUEST"))).kind, ErrorKind::invalid);
    EXPECT_FALSE(was_asked);
}

TEST_F(EncryptedPem, OfACertificateAsksNobody)
{
    EXPECT_EQ(bad(read_certificate(of("CERTIFICATE"))).kind, ErrorKind::invalid);
    EXPECT_FALSE(was_asked);
}

TEST_F(EncryptedPem, OfAKeyAsksNobody)
{
    EXPECT_EQ(bad(public_key_of(Secret{std::string_view{of("EC PRIVATE KEY")}})).kind, ErrorKind::invalid);
    EXPECT_FALSE(was_asked);
}

}  // namespace
}  // namespace one::identity
