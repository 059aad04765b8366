#include "frontend/bootstrap/schema.hpp"

#include <gtest/gtest.h>

using namespace onefrontend::bootstrap;

namespace {

TEST(Schema, IsThatOfTheMinorVersion)
{
    EXPECT_EQ(schema_wanted("Copyright ...\nOpenNebula 7.4.3 (abc) is distributed\n"), "7.4.0");
    EXPECT_EQ(schema_wanted("OpenNebula 6.10.0.1 ()"), "6.10.0");
    EXPECT_EQ(schema_wanted("no version"), "");
}

TEST(Schema, IsComparedNumberByNumber)
{
    EXPECT_EQ(age_of({"7.4.0", "7.4.0"}, "7.4.0"), Age::same);
    EXPECT_EQ(age_of({"6.10.0", "6.10.0"}, "7.4.0"), Age::older);
    EXPECT_EQ(age_of({"7.4.0", "7.2.0"}, "7.4.0"), Age::older);
    EXPECT_EQ(age_of({"7.2.0", "7.4.0"}, "7.2.0"), Age::newer);
    EXPECT_EQ(age_of({"7.10.0", "7.10.0"}, "7.4.0"), Age::newer);
}

TEST(Migrators, AreAChain)
{
    const std::vector<std::string> files{"7.0.0_to_7.2.0.rb", "6.10.0_to_7.0.0.rbm", "7.2.0_to_7.4.0.rb"};
    const auto chain = migrators_between(files, "6.10.0", "7.4.0");
    ASSERT_TRUE(chain);
    EXPECT_EQ(*chain, (std::vector<std::string>{"6.10.0_to_7.0.0.rbm", "7.0.0_to_7.2.0.rb", "7.2.0_to_7.4.0.rb"}));
    EXPECT_TRUE(migrators_between(files, "7.4.0", "7.4.0")->empty());
}

TEST(Migrators, ThatAreMissingAreNamed)
{
    const auto chain = migrators_between({"7.2.0_to_7.4.0.rb", "6.8.0_to_6.8.0.rb"}, "6.8.0", "7.4.0");
    ASSERT_FALSE(chain);
    EXPECT_NE(chain.error().reason.find("no migrator from 6.8.0"), std::string::npos);
}

}  // namespace
