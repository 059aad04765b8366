#include "frontend/bootstrap/database.hpp"

#include <gtest/gtest.h>

using namespace onefrontend::bootstrap;
using one::ErrorKind;

namespace {

constexpr std::string_view conf = R"(DB = [ BACKEND = "mysql", SERVER = "db.example.com", PORT = 3307, USER = "one",
  PASSWD = "s3cret", DB_NAME = "cloud", CONNECTIONS = 40 ])";

Place place()
{
    return *place_in(conf, "/home");
}

TEST(DatabasePlace, IsWhatOnedWouldTake)
{
    EXPECT_EQ(to_string(place()), "database cloud at db.example.com port 3307");
    EXPECT_EQ(place().password.reveal(), "s3cret");
    EXPECT_EQ(place().connections, 40);
    EXPECT_EQ(place_in("", "/home")->path, "/home/one.db");
    EXPECT_EQ(place_in("DB = [ BACKEND = \"mysql\" ]", "/home")->name, "opennebula");
}

TEST(DatabasePlace, RefusesANameThatWouldBeSql)
{
    EXPECT_FALSE(place_in("DB = [ BACKEND = \"mysql\", DB_NAME = \"a`; DROP\" ]", "/home"));
}

TEST(OptionFile, HoldsAnyPassword)
{
    auto with = place();
    with.password = one::Secret{std::string_view{"a\"b\\c#d"}};
    EXPECT_NE(std::string{option_file(with).reveal()}.find("password=\"a\\\"b\\\\c#d\"\n"), std::string::npos);
}

struct Said {
    const char* text;
    ErrorKind kind;
    const char* reason;
};

class TheClient : public testing::TestWithParam<Said> {};

TEST_P(TheClient, IsUnderstood)
{
    const auto error = explain_client(place(), GetParam().text);
    EXPECT_EQ(error.kind, GetParam().kind);
    EXPECT_NE(error.reason.find(GetParam().reason), std::string::npos) << error.reason;
    EXPECT_EQ(to_text(error).find("s3cret"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Words, TheClient,
    testing::Values(
        Said{"ERROR 2002 (HY000): Can't connect to server on 'db' (115)", ErrorKind::unreachable, "nobody answers"},
        Said{"ERROR 2005 (HY000): Unknown server host 'db'", ErrorKind::unreachable, "no name that is known"},
        Said{"ERROR 1045 (28000): Access denied for user 'one'@'x' (using password: YES)", ErrorKind::denied,
             "refuses the user one"},
        Said{"ERROR 1044 (42000): Access denied for user 'one'@'%' to database 'cloud'", ErrorKind::denied,
             "may not use this database"},
        Said{"ERROR 1049 (42000): Unknown database 'cloud'", ErrorKind::not_found, "no such database"},
        Said{"ERROR 1040 (08004): Too many connections", ErrorKind::busy, "no connection to spare"},
        Said{"ERROR 3159 (08004): Connections using insecure transport are prohibited", ErrorKind::unsupported, "TLS"},
        Said{"something else", ErrorKind::internal, "something else"}, Said{"", ErrorKind::internal, "says nothing"}));

TEST(Fitness, IsSilentAboutAGoodServer)
{
    const auto fitness = judge({"READ-COMMITTED", 151, "utf8mb4", "utf8mb4"}, place());
    EXPECT_TRUE(fitness.errors.empty());
    EXPECT_TRUE(fitness.warnings.empty());
}

TEST(Fitness, TellsTooFewConnectionsFromACharset)
{
    const auto few = judge({"READ-COMMITTED", 50, "utf8mb4", ""}, place());
    ASSERT_EQ(few.errors.size(), 1U);
    EXPECT_NE(few.errors[0].reason.find("50 connections"), std::string::npos);
    const auto mixed = judge({"READ-COMMITTED", 151, "utf8mb4", "latin1"}, place());
    ASSERT_EQ(mixed.errors.size(), 1U);
    EXPECT_NE(mixed.errors[0].reason.find("latin1"), std::string::npos);
}

TEST(Fitness, IsNoneOfAServerThatWantsTlsUnlessOnedComesByTheSocket)
{
    const ServerFacts strict{"READ-COMMITTED", 151, "utf8mb4", "utf8mb4", true};
    const auto fitness = judge(strict, place());
    ASSERT_EQ(fitness.errors.size(), 1U);
    EXPECT_EQ(fitness.errors.front().reason, "it wants TLS, which oned does not speak");
    auto here = place();
    here.server = "localhost";
    EXPECT_TRUE(judge(strict, here).errors.empty());
}

TEST(Fitness, WarnsOfAnIsolationThatWorksMostly)
{
    const auto fitness = judge({"REPEATABLE-READ", 151, "latin1", "latin1"}, place());
    EXPECT_TRUE(fitness.errors.empty());
    EXPECT_EQ(fitness.warnings.size(), 2U);
}

}  // namespace
