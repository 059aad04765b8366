// `onefrontend try-join` against a real service: what it plays, what it says of what is wrong, and that nothing stays.
#include "common/text/words.hpp"
#include "tests/integration/enroll/front_end.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <stdlib.h>

namespace onefrontend::test {
namespace {

class Trial : public testing::Test {
protected:
    void SetUp() override
    {
        if (own_address().empty())
            GTEST_SKIP() << "this machine has loopback addresses only, and no node ever comes from those";
        frontend = std::make_unique<FrontEnd>();
        serve = frontend->service("serve", frontend->oned_port());
        port = FrontEnd::port_of(*serve);
        fingerprint = Json::parse(frontend->verb({"ca", "status", "--json"}).second)["fingerprint"].get<std::string>();
        ::setenv("ONE_AUTH", frontend->site.directory.path("alice_auth").c_str(), 1);
        while (frontend->verb({"token", "list", "--endpoint", endpoint(), "--fingerprint", fingerprint}).first != 0) {
        }
    }
    void TearDown() override { ::unsetenv("ONE_AUTH"); }

    [[nodiscard]] std::string endpoint() const { return own_address() + ':' + std::to_string(port); }
    [[nodiscard]] std::vector<std::string> command(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> words{"try-join", "--endpoint", endpoint(), "--fingerprint", fingerprint};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    std::pair<int, std::string> play(std::vector<std::string> more = {})
    {
        return frontend->verb(command(std::move(more)));
    }
    /// In the audit log, in their order.
    std::vector<std::string> events()
    {
        std::vector<std::string> names;
        for (const auto& line : one::split_lines(frontend->audit()))
            if (!line.empty()) names.push_back(Json::parse(line)["event"].get<std::string>());
        std::erase(names, "initialised");
        return names;
    }
    void expect_that_nothing_stays()
    {
        const auto [listed, nodes] = frontend->verb({"node", "list", "--json"});
        EXPECT_EQ(nodes, "") << listed;
        for (const auto& line : one::split_lines(frontend->verb({"token", "list", "--json"}).second))
            if (!line.empty()) EXPECT_EQ(Json::parse(line)["state"], "revoked") << line;
    }

    std::unique_ptr<FrontEnd> frontend{};
    std::unique_ptr<Program> serve{};
    int port = 0;
    std::string fingerprint{};
};

TEST_F(Trial, PlaysAMachineFromItsTokenToItsLeaveAndLeavesNothing)
{
    const auto [exit, text] = play();
    EXPECT_EQ(exit, 0) << text;
    for (const char* step : {"greet ", "\ntoken ", "\nenroll ", "\ndesired ", "\nleave ", "\ntake back "})
        EXPECT_NE(text.find(step), std::string::npos) << step << " in\n" << text;
    EXPECT_NE(text.find("A machine can enroll at " + endpoint()), std::string::npos) << text;
    EXPECT_EQ(text.find("ont1."), std::string::npos) << "the token is nobody's business";
    EXPECT_EQ(events(),
              (std::vector<std::string>{"token-created", "enrolled", "host-removed", "left", "token-revoked"}));
    expect_that_nothing_stays();
}

TEST_F(Trial, TellsProgramsEachStepAndItsTime)
{
    const auto [exit, text] = play({"--json"});
    EXPECT_EQ(exit, 0) << text;
    std::vector<std::string> steps;
    for (const auto& line : one::split_lines(text)) {
        const auto object = Json::parse(line);
        if (object["event"] != "step") continue;
        steps.push_back(object["step"].get<std::string>());
        EXPECT_EQ(object["outcome"], "ok");
        EXPECT_GE(object["took_ms"].get<int>(), 0);
    }
    EXPECT_EQ(steps, (std::vector<std::string>{"greet", "token", "enroll", "desired", "leave", "take back"}));
}

TEST_F(Trial, SaysThatThePasswordIsWrongAndMadeNothing)
{
    frontend->site.directory.write("alice_auth", "alice:s3cret-and-wrong\n");
    const auto [exit, text] = play();
    EXPECT_EQ(exit, 3) << text;
    EXPECT_NE(text.find("token "), std::string::npos) << text;
    EXPECT_NE(text.find("OpenNebula does not know them"), std::string::npos) << text;
    EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
    EXPECT_EQ(text.find("take back"), std::string::npos) << "there is nothing: " << text;
    EXPECT_EQ(events(), std::vector<std::string>{});
}

TEST_F(Trial, SaysThatNobodyListensThere)
{
    const auto [exit, text] = play({"--through", own_address() + ":1"});
    EXPECT_EQ(exit, 3) << text;
    EXPECT_NE(text.find("nothing listens there"), std::string::npos) << text;
    EXPECT_EQ(events(), std::vector<std::string>{}) << "no token was made";
}

TEST_F(Trial, SaysThatSomethingInBetweenEndsTls)
{
    auto path = [this](const char* name) { return frontend->site.directory.path(name); };
    Program made{{"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-days", "1", "-subj", "/CN=proxy", "-keyout", path("proxy.key"), "-out", path("proxy.pem")},
                 path("openssl.log")};
    ASSERT_EQ(made.wait(), 0) << made.log();
    Program proxy{
        {"/usr/bin/openssl", "s_server", "-accept", "0", "-key", path("proxy.key"), "-cert", path("proxy.pem")},
        path("proxy.log")};
    const auto listens = proxy.wait_for("ACCEPT ");
    const auto through = own_address() + listens.substr(listens.rfind(':'));
    const auto [exit, text] = play({"--through", through});
    EXPECT_NE(exit, 0) << text;
    EXPECT_NE(text.find("greet"), std::string::npos) << text;
    EXPECT_NE(text.find("cannot"), std::string::npos) << text;
    EXPECT_EQ(text.find("A machine can enroll"), std::string::npos) << text;
    EXPECT_EQ(events(), std::vector<std::string>{}) << "no token was made";
    proxy.kill(SIGKILL);
    proxy.wait();
}

TEST_F(Trial, TakesBackWhatIsThereWhereItFailsHalfway)
{
    auto tree = Json::parse(frontend->site.directory.read("serve.yaml"));
    tree["signer_socket"] = frontend->site.directory.path("none.sock");
    frontend->site.directory.write("away.yaml", dump(tree));
    serve->kill(SIGTERM);
    serve->wait();
    serve = std::make_unique<Program>(
        std::vector<std::string>{ONEFRONTEND, "serve", "--config", frontend->site.directory.path("away.yaml")},
        frontend->site.directory.path("away.log"));
    port = FrontEnd::port_of(*serve);
    std::pair<int, std::string> done;
    for (int i = 0; i < 50 && done.second.find("signer") == std::string::npos; ++i)
        done = play();  // at first it may not know OpenNebula's version yet
    EXPECT_NE(done.first, 0);
    EXPECT_NE(done.second.find("signer"), std::string::npos) << done.second;
    EXPECT_NE(done.second.find("the admin removed the node"), std::string::npos) << done.second;
    expect_that_nothing_stays();
}

TEST_F(Trial, TakesBackWhatIsThereWhereItIsInterrupted)
{
    std::vector<std::string> argv{ONEFRONTEND};
    for (auto& word : command())
        argv.push_back(std::move(word));
    serve->kill(SIGSTOP);
    Program trial{argv, frontend->site.directory.path("trial.log")};
    one::asio::io_context loop;
    one::run_to_end(loop, one::pause(std::chrono::milliseconds{500}));  // it asks, and nobody answers
    trial.kill(SIGTERM);
    serve->kill(SIGCONT);
    EXPECT_EQ(trial.wait(), 2) << trial.log();
    EXPECT_NE(trial.log().find("signal 15 came before the step"), std::string::npos) << trial.log();
    expect_that_nothing_stays();
}

TEST_F(Trial, IsNoTryForWhoMayNotMakeTokens)
{
    ::setenv("ONE_AUTH", frontend->site.directory.path("mallory_auth").c_str(), 1);
    const auto [exit, text] = play();
    EXPECT_EQ(exit, 3) << text;
    EXPECT_NE(text.find("mallory may not"), std::string::npos) << text;
    expect_that_nothing_stays();
}

}  // namespace
}  // namespace onefrontend::test
