#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"

#include "tests/unit/common/identity/good.hpp"

#include <gmock/gmock.h>

namespace one::identity {
namespace {

using ::testing::HasSubstr;

TEST(Request, CarriesTheKeyOfWhoMadeIt)
{
    const auto key = good(make_private_key());
    const auto pem = good(make_request(key, "node-17"));
    const auto request = good(read_request(pem));
    EXPECT_EQ(request.public_key, good(public_key_of(key)));
    EXPECT_EQ(request.pem, pem);
}

TEST(Request, SignedByAnotherKeyIsRefused)
{
    // A request of openssl with the last bit of its signature turned.
    const std::string forged = "-----BEGIN CERTIFICATE REQUEST-----\n"
                               "MIHLMHQCAQAwEjEQMA4GA1UEAwwHbm9kZS0xNzBZMBMGByqGSM49AgEGCCqGSM49\n"
                               "AwEHA0IABECIIr8Kg8gWg6o81kfEckId/ps+CSt778IzLnaqEPnwC0i8y8FdNwKo\n"
                               "zDRfUVnjC2aSesNnR+8yAsAsntlg7rCgADAKBggqhkjOPQQDAgNHADBEAiA+59Gq\n"
                               "dMkwt87QV00KhTRNsoOWpvIvvaNPBFVFDgJsEgIgYE2KUkrjRAnvwUHee22wT+P5\n"
                               "9Enn6ax7Ymi2mDG2FZU=\n"
                               "-----END CERTIFICATE REQUEST-----\n";
    const Error error = bad(read_request(forged));
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("its signature is not by its own key"));
}

TEST(Request, OfAnRsaKeyIsRefused)
{
    const std::string rsa = "-----BEGIN CERTIFICATE REQUEST-----\n"
                            "MIICVzCCAT8CAQAwEjEQMA4GA1UEAwwHbm9kZS0xNzCCASIwDQYJKoZIhvcNAQEB\n"
                            "BQADggEPADCCAQoCggEBAM3fOvddme0Fk4SodO+uNyTTq7vcDJxZtUmyawpa0SKA\n"
                            "A1h3p1ZrdYWpjuNnRyZ6fAbZnJsb6D3qQVvTG1uaED8ED1KE5EsqPHI0d1OopObi\n"
                            "TRBXR4zuqCukIaCZYldAJpls0T5e9g+tF8iPt/6GGzbrlFIGjXtBKtSwHRMJvGX5\n"
                            "7mVfoE8I37EB/JQosE/8RlN2G9WOoNPV2ObchQ5tfG1ktBOFxcX8OIm+duk1gAvR\n"
                            "69ltfrAwMjxiAiGHJ9/3Y1MXhRwSKKZBEDO9DYvpb8aV5S3kbonVGoV7KS65ZO71\n"
                            "gvgTUsgWLSRa7BaONNWolmLXX6yOUcVbBKlLBpHfX+UCAwEAAaAAMA0GCSqGSIb3\n"
                            "DQEBCwUAA4IBAQCMXFu8Gcy72qRdCT2Js0tC6GI4S/9gPVrI/TmpDL9w6L94jZoY\n"
                            "g40vlI3wpnGTyerfvbXrdqRcqvzhO0FLbm4cjfMUd5j4J/klz/bgFX11LkiWLRiB\n"
                            "muwOCjWif3DBcmZg6a92POfr4sTza2uIjhMufEzRPW1C4/c7tQ3zf+u77LIQN5zU\n"
                            "Eq2LIo0WbJQ9/F6vy60KKxufNdefRWweYj3ywwB9dk15YwkhD4AFWoLrs8SKK0iU\n"
                            "+W//UbWjwu8ITPgdeICS4m2lJuqCeNre6C0pXkOkW2Z6+IVyFiX2f7KNwrZG8+nA\n"
                            "bYWF2HCDwVooEloZu/nJF2cdBfJUEl2f+dW/\n"
                            "-----END CERTIFICATE REQUEST-----\n";
    EXPECT_THAT(bad(read_request(rsa)).reason, HasSubstr("not ECDSA P-256"));
}

TEST(Request, ThatIsNoneIsRefused)
{
    for (const std::string_view text : {"", "nonsense", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"}) {
        EXPECT_THAT(bad(read_request(text)).reason, HasSubstr("no PEM certificate request"));
    }
}

TEST(Request, TakesNoNameThatX509CannotHold)
{
    EXPECT_EQ(bad(make_request(good(make_private_key()), std::string(65, 'x'))).kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace one::identity
