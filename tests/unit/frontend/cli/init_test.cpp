#include "frontend/cli/init.hpp"

#include "common/command.hpp"
#include "common/identity/key.hpp"
#include "frontend/cli/accounts.hpp"
#include "frontend/cli/ca.hpp"
#include "frontend/cli/environment.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/ssh_authority_key.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <sstream>

namespace onefrontend::cli {
namespace {

class Init : public testing::Test {
protected:
    Init() { site.config.ssh_user = site.config.signer_user = ::getpwuid(::geteuid())->pw_name; }

    Result<Exit> init()
    {
        Terminal terminal{out, out, false};
        return test::run(onefrontend::cli::init(site.config, cloud, terminal));
    }
    mode_t mode(const std::string& path)
    {
        struct stat info {};
        EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
        return info.st_mode & 0777;
    }

    test::Site site{};
    StatePaths paths{site.config.state_dir};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    std::ostringstream out{};
};

TEST_F(Init, MakesACaAndACertificateWithModesThatKeepTheKeys)
{
    ASSERT_TRUE(init());
    EXPECT_EQ(mode(paths.signer_dir()), 0700U);
    EXPECT_EQ(mode(paths.authority_key()), 0600U);
    EXPECT_EQ(mode(paths.ssh_authority_key()), 0600U);
    EXPECT_EQ(mode(paths.server_key()), 0600U);
    EXPECT_EQ(mode(paths.authority_certificate()), 0644U);
    const auto certificate = *one::identity::read_certificate(*read_small_file(paths.server_certificate()));
    EXPECT_EQ(certificate.dns_names, std::vector<std::string>{"one.example.test"});
    EXPECT_TRUE(one::identity::verify(certificate, *read_small_file(paths.authority_certificate()),
                                      std::chrono::system_clock::now()));
    const auto note = *read_authority_note(paths);
    EXPECT_EQ(note.pin, *pin_of(*read_small_file(paths.authority_certificate())));
    EXPECT_NE(out.str().find(note.pin), std::string::npos);
}

TEST_F(Init, LetsServeWriteBelowItsOwnDirectoryOnly)
{
    if (::geteuid() != 0) GTEST_SKIP() << "only root can make files for two accounts";
    site.config.ssh_user = "nobody";
    ASSERT_TRUE(init());
    const auto owner = [](const std::string& path) {
        struct stat info {};
        EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
        return info.st_uid;
    };
    const auto nobody = ::getpwnam("nobody")->pw_uid;
    EXPECT_EQ(owner(paths.root()), 0U);
    EXPECT_EQ(owner(paths.public_dir()), 0U);
    EXPECT_EQ(owner(paths.server_key()), nobody);
    EXPECT_EQ(owner(paths.serve_dir()), nobody);
    EXPECT_TRUE(paths.audit_log().starts_with(paths.serve_dir() + '/'));
}

TEST_F(Init, ChangesNothingTheSecondTime)
{
    init().value();
    const auto before =
        file_stamp(paths.authority_key()) + file_stamp(paths.server_key()) + file_stamp(paths.server_certificate());
    out.str("");
    ASSERT_TRUE(init());
    EXPECT_EQ(file_stamp(paths.authority_key()) + file_stamp(paths.server_key()) +
                  file_stamp(paths.server_certificate()),
              before);
    EXPECT_NE(out.str().find("nothing changed"), std::string::npos);
    EXPECT_EQ(one.count(authority_document), 1);
}

TEST_F(Init, TellsTheAuditLogWhatItMadeOnceItMadeSomething)
{
    init().value();
    init().value();
    const auto log = *read_small_file(paths.audit_log());
    EXPECT_NE(log.find(R"("event":"initialised","by":"uid )" + std::to_string(::getuid()) + R"(","made":"a CA and)"),
              std::string::npos)
        << log;
    EXPECT_EQ(log.find('\n'), log.size() - 1) << log;
}

TEST_F(Init, MakesACertificateForNewNames)
{
    init().value();
    site.config.server_names = {"two.example.test"};
    init().value();
    EXPECT_EQ(one::identity::read_certificate(*read_small_file(paths.server_certificate()))->dns_names,
              std::vector<std::string>{"two.example.test"});
}

TEST_F(Init, RefusesWhereAnotherReplicaHasACa)
{
    init().value();
    site.config.state_dir = site.directory.path("replica");
    const auto refused = init();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("its files are not in this state_dir"), std::string::npos);
    EXPECT_FALSE(site.directory.has("replica")) << "nothing is left behind";
}

TEST_F(Init, AcceptsTheStateOfTheOtherReplica)
{
    init().value();
    std::filesystem::copy(site.config.state_dir, site.directory.path("replica"),
                          std::filesystem::copy_options::recursive);
    site.config.state_dir = site.directory.path("replica");
    EXPECT_TRUE(init());
}

TEST_F(Init, GoesOnWhereItWasKilled)
{
    init().value();
    for (const auto& file : {paths.authority_record(), paths.server_certificate(), paths.server_key()}) {
        std::filesystem::remove(file);
        EXPECT_TRUE(init()) << file;
        EXPECT_EQ(one.count(authority_document), 1);
    }
}

TEST_F(Init, ThatWasKilledBeforeItToldOpenNebulaTellsItNow)
{
    init().value();
    const auto pin = read_authority_note(paths)->pin;
    one.documents.clear();
    ASSERT_TRUE(init());
    EXPECT_EQ(read_authority_note(paths)->pin, pin);
    EXPECT_EQ(one.count(authority_document), 1);
}

class SshAuthority : public Init {
protected:
    Result<one::Secret> keep()
    {
        return test::run(keep_ssh_authority(cloud, paths, Owner{}, std::chrono::system_clock::now()));
    }
};

TEST_F(SshAuthority, IsMadeByTheSignerWhereTheCloudIsOlderThanIt)
{
    init().value();
    std::filesystem::remove(paths.ssh_authority_key());
    std::erase_if(one.documents, [](const auto& each) { return each.second.type == ssh_authority_document; });
    const auto made = keep();
    ASSERT_TRUE(made) << one::to_text(made.error());
    EXPECT_EQ(mode(paths.ssh_authority_key()), 0600U);
    EXPECT_EQ(keep()->reveal(), made->reveal()) << "and stays";
    EXPECT_EQ(one.count(ssh_authority_document), 1);
}

TEST_F(SshAuthority, IsNotMadeWhereAnotherReplicaHasOne)
{
    init().value();
    std::filesystem::remove(paths.ssh_authority_key());
    const auto refused = keep();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("its key is not in this state_dir"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(paths.ssh_authority_key()));
}

TEST_F(SshAuthority, KilledBeforeOpenNebulaKnewGoesOnWithItsKey)
{
    init().value();
    const auto key = keep()->copy();
    std::erase_if(one.documents, [](const auto& each) { return each.second.type == ssh_authority_document; });
    EXPECT_EQ(keep()->reveal(), key.reveal());
    EXPECT_EQ(one.count(ssh_authority_document), 1);
}

TEST_F(SshAuthority, IsNotMadeOnAFollower)
{
    init().value();
    std::filesystem::remove(paths.ssh_authority_key());
    one.documents.clear();
    one.raft = oned::RaftState::follower;
    EXPECT_FALSE(keep());
}

TEST_F(Init, MakesNothingWhileOnedIsAway)
{
    one.away = true;
    EXPECT_FALSE(init());
    EXPECT_FALSE(site.directory.has("state"));
}

class Intermediate : public Init {
protected:
    Intermediate()
    {
        openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 "/CN=Our root", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-days", "3650", "-keyout",
                 path("root.key"), "-out", path("root.pem")});
        sign("ca", "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n"
                   "subjectKeyIdentifier=00112233445566778899\n");  // in no usual way
    }
    std::string path(const std::string& name) { return site.directory.path(name); }
    void openssl(std::vector<std::string> words)
    {
        words.insert(words.begin(), "openssl");
        const auto done = one::run_command({.argv = words});
        ASSERT_TRUE(done && done->ok()) << (done ? done->err : one::to_text(done.error()));
    }
    void sign(const std::string& name, const std::string& extensions)
    {
        site.directory.write(name + ".ext", extensions);
        openssl({"req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 "/O=Example/CN=Hypervisors", "-keyout", path(name + ".key"), "-out", path(name + ".csr")});
        openssl({"x509", "-req", "-in", path(name + ".csr"), "-CA", path("root.pem"), "-CAkey", path("root.key"),
                 "-days", "400", "-extfile", path(name + ".ext"), "-out", path(name + ".pem")});
    }
    Result<Exit> init_with(const std::string& certificate, const std::string& key)
    {
        Terminal terminal{out, out, false};
        AuthorityFiles files{path(certificate), path(key)};
        return test::run(onefrontend::cli::init(site.config, cloud, terminal, std::move(files)));
    }
};

TEST_F(Intermediate, OfAPkiSignsAndWhatItSignsLeadsToThatPkisRoot)
{
    const auto exit = init_with("ca.pem", "ca.key");
    ASSERT_TRUE(exit) << one::to_text(exit.error());
    const auto given = *one::identity::read_certificate(*read_small_file(path("ca.pem")));
    EXPECT_NE(out.str().find(one::identity::pin_of_key(given.public_key)), std::string::npos);
    const auto server = *one::identity::read_certificate(*read_small_file(paths.server_certificate()));
    const auto ours = *read_small_file(paths.authority_certificate());
    EXPECT_TRUE(one::identity::verify(server, ours, std::chrono::system_clock::now())) << "as nodes see it";
    openssl({"verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", path("root.pem"), "-untrusted",
             path("ca.pem"), paths.server_certificate()});
    EXPECT_EQ(one::identity::read_certificate(ours)->not_after, given.not_after);
    EXPECT_EQ(mode(paths.authority_key()), 0600U);
    EXPECT_TRUE(init_with("ca.pem", "ca.key")) << "may be run again";
    EXPECT_TRUE(init()) << "and without them";
}

TEST_F(Intermediate, IsExchangedByARotationAndNotByInit)
{
    ASSERT_TRUE(init());
    const auto refused = init_with("ca.pem", "ca.key");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().next.find("onefrontend ca rotate"), std::string::npos);
}

TEST_F(Intermediate, IsRotatedTo)
{
    ASSERT_TRUE(init());
    Terminal terminal{out, out, false};
    Admin admin;
    admin.config = &site.config;
    admin.cloud = &cloud;
    admin.audit = [log = Audit{path("audit.log")}](const auto& event) { return log.write(event); };
    admin.out = &terminal;
    admin.now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    AuthorityFiles files{path("ca.pem"), path("ca.key")};
    const auto exit = test::run(ca_rotate(admin, false, std::move(files)));
    ASSERT_TRUE(exit) << one::to_text(exit.error());
    const auto authorities = *one::identity::read_certificates(*read_small_file(paths.authority_certificate()));
    ASSERT_EQ(authorities.size(), 2U) << "the one of before counts still";
    EXPECT_EQ(authorities.front().public_key,
              one::identity::read_certificate(*read_small_file(path("ca.pem")))->public_key);
}

TEST_F(Intermediate, IsRefusedWhereItIsNoUseBeforeAnythingIsMade)
{
    sign("leaf", "basicConstraints=critical,CA:FALSE\n");
    sign("servers", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nextendedKeyUsage=serverAuth\n");
    for (const auto& [certificate, key, reason] :
         {std::array{"leaf.pem", "leaf.key", "may not sign certificates"},
          std::array{"servers.pem", "servers.key", "may not sign for clients and servers"},
          std::array{"ca.pem", "servers.key", "does not belong to it"}}) {
        const auto refused = init_with(certificate, key);
        ASSERT_FALSE(refused) << certificate;
        EXPECT_NE(refused.error().reason.find(reason), std::string::npos) << one::to_text(refused.error());
        EXPECT_FALSE(refused.error().next.empty());
    }
    EXPECT_FALSE(init_with("ca.key", "ca.key"));
    EXPECT_FALSE(init_with("missing.pem", "ca.key"));
    EXPECT_FALSE(read_small_file(paths.authority_certificate()));
}

TEST_F(Init, NamesAnAccountThatIsNotThere)
{
    site.config.ssh_user = "nobody-of-this-name";
    EXPECT_EQ(one::to_line(init().error()),
              "cannot find account nobody-of-this-name: this machine has no such account");
}

TEST(Become, IsForGood)
{
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto nobody = *find_account("nobody");
    const auto try_to_come_back = [&] {
        const bool became = become(nobody).has_value() && ::geteuid() == nobody.user && ::getgroups(0, nullptr) == 0;
        ::_exit(became && ::setuid(0) != 0 && ::seteuid(0) != 0 ? 7 : 1);
    };
    EXPECT_EXIT(try_to_come_back(), testing::ExitedWithCode(7), "");
}

TEST(OtherVerbs, SayThatInitComesFirst)
{
    const test::Directory directory;
    EXPECT_NE(read_authority_note(StatePaths{directory.path()}).error().next.find("onefrontend init"),
              std::string::npos);
}

TEST(LoadedConfig, IsFileThenEnvironment)
{
    const test::Directory directory;
    directory.write("c.yaml", "oned_auth: /from/file\nmonitor_log: /from/file.log\n");
    const auto config =
        load_config(directory.path("c.yaml"), {.oned_auth = "/from/environment", .ssh_auth_sock = "/agent"});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->oned_auth, "/from/environment");
    EXPECT_EQ(config->monitor_log, "/from/file.log");
    EXPECT_EQ(config->ssh_auth_sock, "/agent");
    EXPECT_FALSE(load_config(directory.path("none.yaml"), {}));
    directory.write("c.yaml", "oned_aut: x\n");
    EXPECT_NE(one::to_text(load_config(directory.path("c.yaml"), {}).error()).find("did you mean oned_auth?"),
              std::string::npos);
}

}  // namespace
}  // namespace onefrontend::cli
