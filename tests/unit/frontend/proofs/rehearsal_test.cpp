// A name that is none never reaches ssh or rsync: whoever edits a node's document gets no option into their argv.
#include "frontend/proofs/rehearsal.hpp"
#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

TEST(Rehearsal, StartsNothingWithANameThatIsAnOption)
{
    Node node;
    node.name = "-oProxyCommand=touch${IFS}x";
    const auto findings = rehearse_host({}, node);
    EXPECT_EQ(find(findings, "host-sync").severity, "error");
    EXPECT_TRUE(says(find(findings, "host-sync"), "characters that OpenNebula refuses"));
    EXPECT_EQ(find(findings, "probes").severity, "not-checked");
}

}  // namespace
}  // namespace onefrontend
