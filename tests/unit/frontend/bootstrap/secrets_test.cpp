// Secrets and schema against the database.
#include "front_end.hpp"

using namespace onefrontend::bootstrap;
using one::Secret;
namespace fs = std::filesystem;

namespace {

using Bootstrap = FrontEnd;

TEST_F(Bootstrap, AnEmptyDatabaseGetsOneAuthAndNothingElse)
{
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_auth").size(), std::string{"oneadmin:\n"}.size() + 64);
    EXPECT_FALSE(there(".one/sunstone_auth"));
    EXPECT_FALSE(there("one.db"));
    const auto first = read(".one/one_auth");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_auth"), first);
}

TEST_F(Bootstrap, LeftoversOverAnEmptyDatabaseAreRemoved)
{
    write(".one/one_auth", "oneadmin:mine\n");
    write(".one/oneflow_auth", "serveradmin:x\n");
    EXPECT_EQ(run(), "");
    EXPECT_FALSE(there(".one/oneflow_auth"));
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:mine\n");
}

TEST_F(Bootstrap, ASecondTimeChangesNothing)
{
    fill();
    EXPECT_EQ(run(), "");
    const auto before = sql(".dump") + read(".one/one_auth") + read(".one/oneks_auth");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(words, "");
    EXPECT_EQ(sql(".dump") + read(".one/one_auth") + read(".one/oneks_auth"), before);
}

TEST_F(Bootstrap, LostFilesOverAFilledDatabaseAreCopiedOrMadeNew)
{
    fill();
    fs::remove(wish.home + "/.one/oneks_auth");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/oneks_auth"), "serveradmin:server\n");
    for (const auto* service : {"sunstone", "onegate", "oneflow", "oneform", "oneks"})
        fs::remove(wish.home + "/.one/" + service + "_auth");
    EXPECT_EQ(run(), "");
    const auto line = read(".one/oneflow_auth");
    const auto made = line.substr(line.find(':') + 1, 64);
    EXPECT_NE(sql("SELECT body FROM user_pool WHERE oid = 1;").find(hash_of(Secret{made})), std::string::npos);
}

TEST_F(Bootstrap, PasswordsFollowTheirFiles)
{
    fill();
    wish.oneadmin_password = secret("second");
    wish.serveradmin_password = secret("another");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:second\n");
    EXPECT_EQ(read(".one/sunstone_auth"), "serveradmin:another\n");
    const auto rows = sql("SELECT body FROM user_pool;");
    EXPECT_NE(rows.find(hash_of(secret("second"))), std::string::npos);
    EXPECT_NE(rows.find(hash_of(secret("another"))), std::string::npos);
    EXPECT_EQ(words.find("second"), std::string::npos);
}

TEST_F(Bootstrap, APasswordChangedElsewhereIsExplained)
{
    fill();
    write(".one/one_auth", "oneadmin:stale\n");
    EXPECT_NE(run().find("changed elsewhere"), std::string::npos);
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:stale\n");
}

TEST_F(Bootstrap, ALostKeyIsNotReplacedWithoutAWord)
{
    fill();
    fs::remove(wish.home + "/.one/one_key");
    EXPECT_NE(run().find("encrypted with it"), std::string::npos);
    wish.one_key = secret("4567");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_key"), "4567\n");
}

TEST_F(Bootstrap, AKeyThatIsThereStaysWhateverTheFileHolds)
{
    fill();
    wish.one_key = secret("89ab");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_key"), "0123\n");
    EXPECT_NE(words.find("one_key is kept: credentials.oneKey.keyFile holds another one"), std::string::npos);
}

TEST_F(Bootstrap, ANewerSchemaIsRefusedBeforeAnythingIsWritten)
{
    fill("7.6.0");
    wish.oneadmin_password = secret("second");
    EXPECT_NE(run().find("its schema is 7.6.0, this OpenNebula has 7.4.0"), std::string::npos);
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:first\n");
}

TEST_F(Bootstrap, AServiceOfItsOwnGetsItsOwnSecretOnly)
{
    wish.serveradmin_password = secret("server");
    EXPECT_TRUE(prepare_for_service(wish, "oneform"));
    EXPECT_EQ(read(".one/oneflow_auth"), "serveradmin:server\n");  // what OneForm reads
    EXPECT_FALSE(there(".one/one_auth"));
    EXPECT_FALSE(there(".one/sunstone_auth"));
}

TEST_F(Bootstrap, ARunningOnedIsToldOnce)
{
    wish.serveradmin_password = secret("wished");
    write(".one/sunstone_auth", "serveradmin:random\n");
    const auto hash = hash_to_tell_oned(wish);
    ASSERT_TRUE(hash && *hash);
    EXPECT_EQ(**hash, hash_of(secret("wished")));
    ASSERT_TRUE(write_serveradmin(wish));
    EXPECT_FALSE(*hash_to_tell_oned(wish));
}

}  // namespace
