// A signature is by one key and of one text.
#include "common/identity/signature.hpp"

#include "common/identity/key.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <stdexcept>

namespace one::identity {
namespace {

TEST(Signature, IsOfOneKeyAndOneText)
{
    const auto key = *make_private_key();
    const auto signature = *sign(key, "a text");
    const auto own = *public_key_of(key);
    EXPECT_TRUE(verify_signature(own, "a text", signature));
    EXPECT_FALSE(verify_signature(own, "a test", signature));
    EXPECT_FALSE(verify_signature(*public_key_of(*make_private_key()), "a text", signature));
}

TEST(Signature, ThatIsNoneIsRefused)
{
    const auto own = *public_key_of(*make_private_key());
    EXPECT_FALSE(verify_signature(own, "a text", ""));
    EXPECT_FALSE(verify_signature(own, "a text", std::string(100, '\0')));
    EXPECT_FALSE(verify_signature("no key", "a text", "x"));
}

TEST(Mac, FollowsKeyAndText)
{
    const one::Secret key{std::string(32, 'k')};
    EXPECT_EQ(mac(key, "a"), mac(key, "a"));
    EXPECT_NE(mac(key, "a"), mac(key, "b"));
    EXPECT_NE(mac(key, "a"), mac(one::Secret{std::string(32, 'l')}, "a"));
    EXPECT_EQ(mac(key, "a").size(), 64U);
}

TEST(Mac, IsNeverEmptyWhereOpensslMakesNone)
{
    const one::Secret key{std::string(32, 'k')};
    ASSERT_EQ(EVP_set_default_properties(nullptr, "provider=none"), 1);
    EXPECT_THROW(mac(key, "a"), std::runtime_error);
    ASSERT_EQ(EVP_set_default_properties(nullptr, ""), 1);
    EXPECT_EQ(mac(key, "a").size(), 64U);
}

}  // namespace
}  // namespace one::identity
