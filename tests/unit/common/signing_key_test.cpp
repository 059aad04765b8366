// Keys as gpg exports them, and what must never pass for one.
#include "common/signing_key.hpp"

#include "common/text/encoding.hpp"
#include "tests/unit/support/signing_key.hpp"

#include <gtest/gtest.h>

namespace one {
namespace {

using test::signing_fingerprint;
using test::signing_key;

std::string bytes()  // of the key, without its armor
{
    std::string letters;
    const auto begin = signing_key.find("\n\n") + 2;
    for (const char letter : signing_key.substr(begin, signing_key.find("\n=") - begin))
        if (letter != '\n') letters += letter;
    return *from_base64(letters);
}

std::string refusal(std::string_view file)
{
    const auto read = read_signing_keys(file);
    return read ? "" : read.error().reason;
}

TEST(SigningKey, IsReadAsGpgShowsIt)
{
    const auto read = read_signing_keys(signing_key);
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->keys, (std::vector<SigningKey>{{std::string{signing_fingerprint}, "stand-in <a@b.c>"}}));
    EXPECT_EQ(read->armored, signing_key) << "byte for byte what gpg wrote, its checksum too";
}

TEST(SigningKey, IsTheSameWithoutArmor)
{
    EXPECT_EQ(*read_signing_keys(bytes()), *read_signing_keys(signing_key));
    EXPECT_EQ(*read_signing_keys("a line before\n" + std::string{signing_key} + "one behind\n"),
              *read_signing_keys(signing_key));
}

TEST(SigningKey, MayBeSeveralInOneFile)
{
    const auto read = read_signing_keys(bytes() + bytes());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->keys.size(), 2U);
    EXPECT_EQ(refusal(std::string{signing_key} + std::string{signing_key}),
              "it holds several blocks, and apt reads only the first");
}

TEST(SigningKey, IsNeverASecretOne)
{
    auto secret = bytes();
    secret.front() = '\x94';  // tag 5, as gpg writes it
    EXPECT_EQ(refusal(secret), "it is a secret key, which must never leave its owner");
    const std::string armored =
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAASECRET\n-----END PGP PRIVATE KEY BLOCK-----\n";
    for (const auto& file : {secret, armored, std::string{signing_key} + armored}) {
        const auto text = to_text(read_signing_keys(file).error());
        EXPECT_EQ(text, "cannot read the signing key: it is a secret key, which must never leave its owner\n"
                        "take that file away from here, and give the public key: gpg --armor --export FINGERPRINT");
    }
}

TEST(SigningKey, IsRefusedWhereItIsDamaged)
{
    EXPECT_EQ(refusal(""), "it is empty");
    EXPECT_EQ(refusal("keyring"), "it holds no public key");
    EXPECT_EQ(refusal(bytes().substr(0, 40)), "it ends too early");
    EXPECT_EQ(refusal(bytes() + '\x99'), "a packet in it tells no length");
    EXPECT_EQ(refusal(bytes() + "text"), "it is no OpenPGP key");
    EXPECT_EQ(refusal(signing_key.substr(0, 200)), "it ends too early");
    EXPECT_EQ(refusal(std::string(70'000, '\x99')), "it is larger than 64 KiB");
    EXPECT_EQ(refusal(bytes().substr(53)), "a packet in it is none of a public key (tag 13)") << "a name without a key";
    auto old = bytes();
    old[2] = '\x03';
    EXPECT_EQ(refusal(old), "it is of version 3, and only 4 and 6 are known");
}

TEST(SigningKey, IsReadAgainByWhomItIsSentToHoweverLargeItIs)
{
    std::string ring;
    Result<SigningKeys> largest;
    for (;;) {
        ring += bytes();
        auto read = read_signing_keys(ring);
        if (!read) break;
        largest = std::move(read);
    }
    EXPECT_EQ(refusal(ring), "it is larger than 64 KiB once it is armored");
    EXPECT_GT(ring.size(), 47U * 1024);
    EXPECT_GT(largest->armored.size(), 65'000U);
    const auto again = read_signing_keys(largest->armored);
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(*again, *largest);
}

TEST(SigningKey, ShowsNothingOfItsNameThatSteersATerminal)
{
    auto painted = bytes();
    painted.replace(painted.find("stand"), 3, "\x1b[1");
    EXPECT_EQ(read_signing_keys(painted)->keys.front().user.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace one
