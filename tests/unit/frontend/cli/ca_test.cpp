// ca rotate, status, export and import: files in a directory of the test's own, OpenNebula in memory.
#include "frontend/cli/ca.hpp"

#include "common/identity/key.hpp"
#include "frontend/cli/init.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/rotation.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/oned/document_types.hpp"
#include "frontend/signer/server_certificate.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

namespace onefrontend::cli {
namespace {

using Clock = std::chrono::system_clock;

/// One machine that serves, with its own state_dir.
struct FrontEnd {
    explicit FrontEnd(test::FakeCloud& cloud)
    {
        site.config.ssh_user = site.config.signer_user = ::getpwuid(::geteuid())->pw_name;
        site.directory.write("state/serve/.keep", "");
        admin.config = &site.config;
        admin.cloud = &cloud;
        admin.user = "alice";
        admin.audit = [log = Audit{site.directory.path("audit.log")}](const auto& event) { return log.write(event); };
        admin.out = &terminal;
        admin.now = Clock::to_time_t(Clock::now());
    }
    Result<Exit> init() { return test::run(onefrontend::cli::init(site.config, *admin.cloud, terminal)); }
    Exit run(Async<Result<Exit>> verb)
    {
        const auto exit = test::run(std::move(verb));
        if (!exit) out << one::to_text(exit.error());
        return exit ? *exit : Exit::failed;
    }
    std::vector<std::string> pins()
    {
        std::vector<std::string> pins;
        const auto authorities = *read_authorities(paths);
        for (const auto& authority : authorities)
            pins.push_back(*pin_of(authority.certificate_pem));
        return pins;
    }
    std::size_t chains()
    {
        const auto pem = server_chains(*read_small_file(paths.server_certificate()),
                                       *read_small_file(paths.authority_certificate()), Clock::now());
        return one::identity::read_certificates(*pem)->size() / 2;
    }
    std::size_t keys() { return files_like(paths.signer_dir(), "ca", ".key").size(); }

    test::Site site{};
    StatePaths paths{site.config.state_dir};
    std::ostringstream out{};
    Terminal terminal{out, out, false};
    Admin admin{};
};

class Ca : public testing::Test {
protected:
    Ca() { EXPECT_TRUE(here.init()); }
    int add_node(const char* name, const std::string& authority)
    {
        Node node;
        node.name = name;
        node.key = name;
        node.authority = authority;
        return one.put(node_document, to_json(node));
    }

    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    FrontEnd here{cloud};
};

TEST_F(Ca, ThatIsRotatedSignsAndTheFormerOneCountsBesideIt)
{
    const auto former = here.pins().front();
    ASSERT_EQ(here.run(ca_rotate(here.admin, false)), Exit::ok) << here.out.str();
    const auto pins = here.pins();
    ASSERT_EQ(pins.size(), 2U);
    EXPECT_NE(pins.front(), former);
    EXPECT_EQ(pins.back(), former);
    EXPECT_EQ(here.chains(), 2U);
    EXPECT_EQ(read_authority_note(here.paths)->pin, pins.front()) << "tokens carry the newest";
    EXPECT_EQ(test::run(find_authority(cloud))->pin, pins.front());
    EXPECT_NE(here.site.directory.read("audit.log").find("ca-rotated"), std::string::npos);
    struct stat info {};
    ASSERT_EQ(::stat(here.paths.authority_key(pins.front()).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    ASSERT_TRUE(here.init()) << "may be run again";
    EXPECT_EQ(here.pins(), pins);
}

TEST_F(Ca, IsNotRotatedASecondTimeBeforeTheFirstHasEnded)
{
    ASSERT_EQ(here.run(ca_rotate(here.admin, false)), Exit::ok);
    EXPECT_EQ(here.run(ca_rotate(here.admin, false)), Exit::failed);
    EXPECT_NE(here.out.str().find("a rotation is under way"), std::string::npos);
    EXPECT_EQ(here.pins().size(), 2U);
}

TEST_F(Ca, GoesOnWithARotationThatDiedBeforeOpenNebulaKnew)
{
    const Places places{here.paths, {}, {}};
    const auto pin = *add_authority(places, "Zone", {"one.example.test"}, Clock::now());
    ASSERT_EQ(here.run(ca_rotate(here.admin, false)), Exit::ok) << here.out.str();
    EXPECT_EQ(here.pins().size(), 2U);
    EXPECT_EQ(test::run(find_authority(cloud))->pin, pin);
}

TEST_F(Ca, CountsWhoHasTurned)
{
    ASSERT_EQ(here.run(ca_rotate(here.admin, false)), Exit::ok);
    const auto pins = here.pins();
    add_node("kvm1", pins.front());
    add_node("kvm2", pins.back());
    here.out.str("");
    EXPECT_EQ(here.run(ca_status(here.admin)), Exit::ok);
    EXPECT_NE(here.out.str().find("former       " + pins.back()), std::string::npos) << here.out.str();
    EXPECT_NE(here.out.str().find("turned       1 of 2 nodes\nleft         kvm2\n"), std::string::npos)
        << here.out.str();
}

TEST_F(Ca, IsFinishedByHandAndNamesWhoHasToJoinAgain)
{
    ASSERT_EQ(here.run(ca_rotate(here.admin, false)), Exit::ok);
    const auto pins = here.pins();
    add_node("kvm2", pins.back());
    here.out.str("");
    EXPECT_EQ(here.run(ca_rotate(here.admin, true)), Exit::warnings);
    EXPECT_NE(here.out.str().find("have to join again: kvm2"), std::string::npos) << here.out.str();
    EXPECT_EQ(here.pins(), std::vector{pins.front()});
    EXPECT_EQ(here.chains(), 1U);
    EXPECT_EQ(here.keys(), 1U) << "the former key is destroyed";
    EXPECT_EQ(here.run(ca_rotate(here.admin, true)), Exit::failed) << "there is none any more";
}

TEST_F(Ca, GoesToAnotherFrontEndInAFile)
{
    ASSERT_EQ(here.run(ca_rotate(here.admin, false)), Exit::ok);
    const auto file = here.site.directory.path("exported");
    ASSERT_EQ(here.run(ca_export(here.admin, file)), Exit::ok) << here.out.str();
    struct stat info {};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    EXPECT_EQ(here.out.str().find("PRIVATE"), std::string::npos);

    FrontEnd there{cloud};
    EXPECT_FALSE(there.init()) << "a CA of its own would be another one";
    ASSERT_EQ(there.run(ca_import(there.site.config, cloud, there.terminal, file)), Exit::ok) << there.out.str();
    ASSERT_TRUE(there.init());
    EXPECT_EQ(there.pins(), here.pins());
    EXPECT_EQ(there.chains(), 2U);
    EXPECT_EQ(*read_small_file(there.paths.ssh_authority_key()), *read_small_file(here.paths.ssh_authority_key()));
    EXPECT_EQ(there.run(ca_import(there.site.config, cloud, there.terminal, file)), Exit::ok) << "may be run twice";
    EXPECT_NE(read_small_file(StatePaths{there.site.config.state_dir}.audit_log())->find("ca-imported"),
              std::string::npos);
}

TEST_F(Ca, IsExportedOverNothingThatIsThere)
{
    here.site.directory.write("exported", "mine");
    EXPECT_EQ(here.run(ca_export(here.admin, here.site.directory.path("exported"))), Exit::failed);
    EXPECT_EQ(here.site.directory.read("exported"), "mine");
}

TEST_F(Ca, OfAnotherCloudIsNotImported)
{
    const auto file = here.site.directory.path("exported");
    ASSERT_EQ(here.run(ca_export(here.admin, file)), Exit::ok);
    test::FakeOpennebula another_one;
    test::FakeCloud another_cloud{another_one};
    FrontEnd there{another_cloud};
    ASSERT_TRUE(there.init());
    EXPECT_EQ(there.run(ca_import(there.site.config, another_cloud, there.terminal, file)), Exit::failed);
    EXPECT_EQ(there.pins().size(), 1U);
    EXPECT_NE(there.pins(), here.pins());
}

TEST_F(Ca, IsNotImportedFromAFileThatIsNone)
{
    for (const char* text :
         {"", "{}", "[]", "{\"schema\":\"onefrontend-ca/1\"}", "{\"schema\":\"onefrontend-ca/1\",\"authorities\":[]}",
          "{\"schema\":\"onefrontend-ca/1\",\"authorities\":[1]}",
          "{\"schema\":\"onefrontend-ca/1\",\"authorities\":[{\"certificate\":\"x\",\"key\":\"s3cret\"}]}",
          "{\"schema\":\"onefrontend-ca/2\",\"authorities\":[]}"}) {
        here.site.directory.write("bad", text);
        here.out.str("");
        EXPECT_EQ(here.run(ca_import(here.site.config, cloud, here.terminal, here.site.directory.path("bad"))),
                  Exit::failed)
            << text;
        EXPECT_EQ(here.out.str().find("s3cret"), std::string::npos);
        EXPECT_NE(here.out.str().find("onefrontend ca export"), std::string::npos) << here.out.str();
    }
    EXPECT_EQ(here.pins().size(), 1U);
}

}  // namespace
}  // namespace onefrontend::cli
