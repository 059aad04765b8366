// Where services answer, read from files in OpenNebula's two grammars.
#include "frontend/ready/places.hpp"

#include <gtest/gtest.h>

using namespace onefrontend;

namespace {

std::string place(const one::Result<Peer>& peer)
{
    return peer ? to_string(*peer) : one::to_line(peer.error());
}

}  // namespace

TEST(OnedPlace, IsTheLoopbackWhereItListensEverywhere)
{
    EXPECT_EQ(place(oned_place("PORT = 2633\nLISTEN_ADDRESS = \"0.0.0.0\"\n")), "127.0.0.1 port 2633");
    EXPECT_EQ(place(oned_place("LISTEN_ADDRESS = \"::\"\n")), "[::1] port 2633");
    EXPECT_EQ(place(oned_place("")), "127.0.0.1 port 2633");
}

TEST(OnedPlace, IsTheAddressThatItListensAt)
{
    EXPECT_EQ(place(oned_place("PORT = \"12633\"\nLISTEN_ADDRESS = \"10.0.0.7\"\n")), "10.0.0.7 port 12633");
}

TEST(OnedPlace, RefusesWhatIsNoPort)
{
    EXPECT_FALSE(oned_place("PORT = \"26 33\"\n"));
    EXPECT_FALSE(oned_place("PORT = 70000\n"));
}

TEST(MonitordPlace, ComesFromTheNetworkVector)
{
    EXPECT_EQ(place(monitord_place("NETWORK = [ ADDRESS = \"0.0.0.0\", PORT = 30124 ]\n")), "127.0.0.1 port 30124");
    EXPECT_EQ(place(monitord_place("")), "127.0.0.1 port 4124");
}

TEST(DatabasePlace, IsNowhereWhereTheDatabaseIsAFile)
{
    EXPECT_EQ(*database_place("DB = [ BACKEND = \"sqlite\" ]\n"), std::nullopt);
    EXPECT_EQ(*database_place(""), std::nullopt);
}

TEST(DatabasePlace, IsASocketForLocalhostAsTheClientLibraryHasIt)
{
    const auto peer = database_place("DB = [ BACKEND = \"mysql\", SERVER = \"localhost\", PORT = 0 ]\n");
    EXPECT_EQ(to_string(**peer), "/run/mysqld/mysqld.sock");
}

TEST(DatabasePlace, IsThePortOfTheServerElse)
{
    const auto peer = database_place("DB = [ BACKEND = \"mysql\", SERVER = \"db.example.com\", PORT = 0 ]\n");
    EXPECT_EQ(to_string(**peer), "db.example.com port 3306");
}

TEST(ServerPlace, IsReadFromPlainKeysFromSymbolsAndFromTheServersMap)
{
    EXPECT_EQ(place(server_place("host: 0.0.0.0\nport: 2617\n", 2616)), "127.0.0.1 port 2617");
    EXPECT_EQ(place(server_place(":host: 10.0.0.7\n:port: 2475\n", 2474)), "10.0.0.7 port 2475");
    EXPECT_EQ(place(server_place(":server:\n  :bind: \"::\"\n  :port: 5031\n", 5030)), "[::1] port 5031");
    EXPECT_EQ(place(server_place(":server:\n  :host: 10.0.0.7\n", 5030)), "10.0.0.7 port 5030");
}

TEST(ServerPlace, IsTheDefaultWhereTheFileSaysNothing)
{
    EXPECT_EQ(place(server_place("", 2616)), "127.0.0.1 port 2616");
    EXPECT_EQ(place(server_place("- a\n- list\n", 2616)), "127.0.0.1 port 2616");
}

TEST(ServerPlace, TellsTheLineOfWhatIsNoYaml)
{
    const auto broken = server_place("host: a\nport: [1\n", 2616);
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().reason.starts_with("line ")) << broken.error().reason;
}

TEST(SshdPlace, IsThePortOfItsFile)
{
    EXPECT_EQ(place(sshd_place("# PortX 1\nPort 2222\nHostKey /k\n")), "127.0.0.1 port 2222");
    EXPECT_EQ(place(sshd_place("")), "127.0.0.1 port 22");
    EXPECT_FALSE(sshd_place("Port no\n"));
}
