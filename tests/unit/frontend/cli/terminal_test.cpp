// A result, a new token for one, that did not get to who asked for it.
#include "frontend/cli/terminal.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <sstream>

namespace onefrontend::cli {
namespace {

TEST(Terminal, RemembersThatADiskWasFull)
{
    for (const bool json : {false, true}) {
        std::ofstream full{"/dev/full"};
        std::ostringstream errors;
        Terminal terminal{full, errors, json};
        terminal.say("a token", "token");
        terminal.table({"ID"}, {{"7"}}, "token", {Json{{"id", 7}}});
        EXPECT_EQ(terminal.lost(), ENOSPC) << json;
    }
}

TEST(Terminal, HasLostNothingWhereAllGotThere)
{
    std::ostringstream out;
    std::ostringstream errors;
    Terminal terminal{out, errors, false};
    terminal.say("a token", "token");
    terminal.table({"ID", "NAME"}, {{"7", "one"}}, "token", {});
    EXPECT_EQ(terminal.lost(), 0);
    EXPECT_EQ(out.str(), "a token\nID  NAME\n7   one\n");
}

}  // namespace
}  // namespace onefrontend::cli
