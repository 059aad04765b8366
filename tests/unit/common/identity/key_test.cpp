#include "common/identity/key.hpp"

#include "tests/unit/common/identity/good.hpp"

#include <gmock/gmock.h>

namespace one::identity {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Key, IsPkcs8AndNeverTheSameTwice)
{
    const auto key = good(make_private_key());
    EXPECT_THAT(std::string{key.reveal()}, StartsWith("-----BEGIN PRIVATE KEY-----\n"));
    EXPECT_FALSE(same_secret(key, good(make_private_key())));
}

TEST(Key, HasOnePublicHalf)
{
    const auto key = good(make_private_key());
    const auto public_key = good(public_key_of(key));
    EXPECT_EQ(public_key.size(), 91U) << "SubjectPublicKeyInfo of P-256";
    EXPECT_EQ(good(public_key_of(key)), public_key);
    EXPECT_NE(good(public_key_of(good(make_private_key()))), public_key);
}

TEST(Key, IsNamedByDigestsOfItsPublicHalf)
{
    EXPECT_EQ(key_fingerprint("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(pin_of_key("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

TEST(Key, ThatIsNoneIsRefusedWithoutShowingIt)
{
    for (const std::string_view text :
         {"", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
        const Error error = bad(public_key_of(Secret{text}));
        EXPECT_EQ(error.kind, ErrorKind::invalid);
        EXPECT_THAT(error.reason, HasSubstr("no unencrypted PEM private key"));
        EXPECT_THAT(error.reason, ::testing::Not(HasSubstr("AAAA")));
    }
}

TEST(Key, WithAPassPhraseIsRefusedAndNobodyIsAsked)
{
    const Secret encrypted{std::string_view{"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                            "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgBAgMEBQYHCAICCAAw\n"
                                            "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAABAgMEBQYHCAkKCwwNDg8=\n"
                                            "-----END ENCRYPTED PRIVATE KEY-----\n"}};
    EXPECT_EQ(bad(public_key_of(encrypted)).kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace one::identity
