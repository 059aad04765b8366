#include "frontend/proofs/login_script.hpp"

#include "common/command.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace onefrontend {
namespace {

LoginAnswer run_here(const std::string& nonce_file)
{
    const auto output =
        one::run_command({.argv = {"sh", "-s"},
                          .input = login_script(nonce_file),
                          .environment = {{"SSH_CLIENT", "192.0.2.9 41234 22"}, {"SSH_AUTH_SOCK", "/tmp/agent"}}});
    return output ? parse_login_answer(output->out) : LoginAnswer{};
}

TEST(LoginScript, TellsWhatTheShellFindsThere)
{
    const auto answer = run_here("/proc/sys/kernel/ostype");
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.ssh_client, "192.0.2.9");
    EXPECT_EQ(answer.nonce, "Linux");
    EXPECT_EQ(answer.agent, "/tmp/agent");
    EXPECT_FALSE(answer.umask.empty());
    EXPECT_TRUE(answer.time);
    EXPECT_NE(answer.commands.at("bash"), "");
}

TEST(LoginScript, CarriesCatsComplaintWhereTheFileIsMissing)
{
    EXPECT_NE(run_here("/nonexistent/nonce").nonce.find("No such file"), std::string::npos);
}

TEST(LoginAnswer, IsReadBetweenTheNoiseOfAShell)
{
    const auto answer = parse_login_answer(
        "Welcome!\nfortune: onenode-proof:begin \nonenode-proof:nonce abc\nnoise\nonenode-proof:end \n");
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.nonce, "abc");
}

TEST(LoginAnswer, IsIncompleteWhereTheScriptWasCutOff)
{
    EXPECT_FALSE(parse_login_answer("onenode-proof:begin\nonenode-proof:nonce abc\n").complete);
    EXPECT_FALSE(parse_login_answer("onenode-proof:end\n").complete);
    EXPECT_FALSE(parse_login_answer("This account is currently not available.\n").complete);
}

TEST(LoginAnswer, TakesNoTimeThatIsNoNumber)
{
    EXPECT_FALSE(parse_login_answer("onenode-proof:time soon\n").time);
}

}  // namespace
}  // namespace onefrontend
