#include "frontend/oned/client.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using namespace onefrontend::oned;

TEST(Endpoint, IsReadFromTheUrlThatOpenNebulaUses)
{
    const auto usual = parse_endpoint("http://127.0.0.1:2633/RPC2");
    ASSERT_TRUE(usual);
    EXPECT_EQ(usual->host, "127.0.0.1");
    EXPECT_EQ(usual->port, 2633);
    EXPECT_EQ(usual->path, "/RPC2");

    const auto short_form = parse_endpoint("http://one.example.com");
    ASSERT_TRUE(short_form);
    EXPECT_EQ(short_form->host, "one.example.com");
    EXPECT_EQ(short_form->port, 2633);
    EXPECT_EQ(short_form->path, "/RPC2");

    const auto six = parse_endpoint("http://[fd00::1]:26330/other");
    ASSERT_TRUE(six);
    EXPECT_EQ(six->host, "fd00::1");
    EXPECT_EQ(six->port, 26330);
    EXPECT_EQ(six->path, "/other");
}

TEST(Endpoint, RefusesWhatCannotBeReached)
{
    for (const char* url : {"", "one.example.com", "https://one/RPC2", "http://:2633/RPC2", "http://a:0/",
                            "http://a:x/", "http://a:99999/", "http://[::1]x/", "http://a:/RPC2"})
        EXPECT_FALSE(parse_endpoint(url)) << url;
}

TEST(Endpoint, DoesNotRepeatCredentials)
{
    const auto endpoint = parse_endpoint("http://me:hunter2@one/RPC2");
    ASSERT_FALSE(endpoint);
    EXPECT_EQ(one::to_text(endpoint.error()).find("hunter2"), std::string::npos);
}

class SessionFile : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "session-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::string with(const std::string& text) const
    {
        const auto path = folder / "one_auth";
        std::ofstream{path} << text;
        return path.string();
    }
    std::filesystem::path folder{};
};

TEST_F(SessionFile, CountsItsFirstLineOnly)
{
    const auto session = read_session(with("oneadmin:pass:word \nsecond\n"));
    ASSERT_TRUE(session);
    EXPECT_EQ(session->reveal(), "oneadmin:pass:word");
}

TEST_F(SessionFile, IsNamedWhenItHoldsNoSessionAndItsTextIsNotShown)
{
    for (const char* text : {"", "secret", ":secret", "oneadmin:", "\noneadmin:secret"}) {
        const auto session = read_session(with(text));
        ASSERT_FALSE(session) << text;
        EXPECT_EQ(session.error().kind, one::ErrorKind::invalid);
        EXPECT_EQ(one::to_text(session.error()).find("secret"), std::string::npos);
    }
    EXPECT_EQ(read_session((folder / "absent").string()).error().kind, one::ErrorKind::not_found);
}

TEST_F(SessionFile, IsNeverReadThroughALinkAnotherNameOrAFifo)
{
    const auto real = with("root:hash of its password\n");
    const auto path = (folder / "put-there").string();
    const auto kind = [&] { return read_session(path).error().kind; };
    std::filesystem::create_symlink(real, path);
    EXPECT_EQ(kind(), one::ErrorKind::untrusted);
    std::filesystem::remove(path);
    std::filesystem::create_hard_link(real, path);
    EXPECT_EQ(kind(), one::ErrorKind::untrusted);
    std::filesystem::remove(path);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_EQ(kind(), one::ErrorKind::untrusted) << "and nobody waits for a writer";
}

TEST_F(SessionFile, BelongsToTheAccountOfItsDirectory)
{
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    const auto path = with("oneadmin:password\n");
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    EXPECT_EQ(read_session(path).error().kind, one::ErrorKind::untrusted);
    ASSERT_EQ(::chown(folder.c_str(), 65534, 65534), 0);
    EXPECT_TRUE(read_session(path));
}

}  // namespace
