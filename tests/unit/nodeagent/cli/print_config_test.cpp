// --print-config: every option comes back as it was given, but for what belongs to this machine alone.
#include "nodeagent/cli/parse.hpp"
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace onenode::cli {
namespace {

using one::test::expect_golden;
using namespace std::chrono_literals;

// Not the machine's name and address, and no dry run: those are asked for each time.
JoinOptions of_every_machine()
{
    return {.frontend = "one.example.com:99",
            .token_file = "/root/token",
            .type = "lxc",
            .cluster = "Kunden, \"Süd\" #2 \\ it's",
            .fingerprint = std::string(43, 'A'),
            .ignore = {"limits", "probe-command-lspci"},
            .accepted_risks = {"firewall"},
            .wait = 90s,
            .install_packages = true,
            .unattended = true};
}

TEST(Config, GivesEveryOptionBack)
{
    JoinOptions options = of_every_machine();
    options.name = "kvm12";
    options.address = "10.0.0.2";
    JoinOptions read;
    const auto done = read_config(to_config(options), read);
    ASSERT_TRUE(done) << one::to_text(done.error());
    EXPECT_EQ(read, options);
}

// One at a time: no option is only read because another one is there.
TEST(Config, GivesBackEachOptionAlone)
{
    const JoinOptions all = of_every_machine();
    const auto alone = [](auto member, auto value) {
        JoinOptions options;
        options.*member = std::move(value);
        JoinOptions read;
        ASSERT_TRUE(read_config(to_config(options), read)) << to_config(options);
        EXPECT_EQ(read, options) << to_config(options);
    };
    alone(&JoinOptions::frontend, all.frontend);
    alone(&JoinOptions::token_file, all.token_file);
    alone(&JoinOptions::name, std::string{"kvm12"});
    alone(&JoinOptions::address, std::string{"fd77::b"});
    alone(&JoinOptions::type, all.type);
    alone(&JoinOptions::cluster, all.cluster);
    alone(&JoinOptions::fingerprint, all.fingerprint);
    alone(&JoinOptions::ignore, all.ignore);
    alone(&JoinOptions::accepted_risks, all.accepted_risks);
    alone(&JoinOptions::wait, all.wait);
    alone(&JoinOptions::install_packages, true);
    alone(&JoinOptions::unattended, true);
}

TEST(Config, OfTheNextMachineIsWithoutWhatBelongsToThisOne)
{
    JoinOptions options = of_every_machine();
    EXPECT_EQ(for_next_machine(options), options);
    options.name = "kvm12";
    options.address = "10.0.0.2";
    options.dry_run = true;
    options.unattended = false;
    EXPECT_EQ(for_next_machine(options), of_every_machine());
    options.token_file = "-";
    EXPECT_EQ(for_next_machine(options).token_file, "");
}

TEST(PrintConfig, TakesTheFingerprintOfTheTokenAndNeverTheToken)
{
    Stage stage;
    const auto played = stage.print_config({.frontend = "one.example.com", .name = "kvm12", .cluster = "prod"});
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("fingerprint = \"" + stage.front_end.pin() + "\"\n"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("unattended = true\n"), std::string::npos);
    EXPECT_EQ(played.out.find("kvm12"), std::string::npos);
    EXPECT_EQ(played.out.find(stage.token.substr(7, 20)), std::string::npos);
    EXPECT_EQ(stage.host.changes(), 0U);
    EXPECT_TRUE(stage.front_end.asked().empty());
}

TEST(PrintConfig, OfAJoinedMachineHasWhatItWasAskedFor)
{
    Stage stage;
    ASSERT_EQ(stage.join({.name = "node1", .cluster = "prod", .ignore = {"limits"}}).exit, Exit::ok);
    const auto before = stage.host.snapshot();
    stage.token.clear();
    const auto played = stage.print_config({.install_packages = true, .unattended = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    auto text = stage.stable(played.out);
    const auto pin = stage.front_end.pin();
    ASSERT_NE(text.find(pin), std::string::npos);
    text.replace(text.find(pin), pin.size(), "FINGERPRINT");
    expect_golden("print-config.toml", text);
    EXPECT_EQ(stage.host.snapshot(), before);
}

TEST(PrintConfig, NeedsAFrontEnd)
{
    Stage stage;
    const auto played = stage.print_config({.unattended = true});
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("no front-end was named"), std::string::npos);
}

TEST(PrintConfig, IsAFlagOfJoin)
{
    EXPECT_TRUE(parse({"join", "one", "--print-config"})->print_config);
    EXPECT_TRUE(parse({"join", "one", "--install-packages"})->join.install_packages);
}

}  // namespace
}  // namespace onenode::cli
