// A good node on the stage, and the proofs run over it.
#pragma once

#include "frontend/proofs/prover.hpp"
#include "tests/integration/proofs/stage.hpp"
#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace stage {

class ProofOnStage : public testing::Test {
protected:
    void SetUp() override
    {
        if (!unavailable().empty()) GTEST_SKIP() << unavailable();
        reset();
        node = stage::node();
        config = stage::config();
    }

    void trust_node() { ASSERT_TRUE(onefrontend::write_ssh_trust(config, {node})); }

    one::wire::ProofReport prove_login()
    {
        onefrontend::Prover prover{config, pool, pool};
        const auto challenge = prover.challenge_login(node);
        write(challenge->path, challenge->nonce + '\n');
        return one::run_to_end(loop, prover.check_login(node));
    }

    one::wire::ProofReport rehearse()
    {
        onefrontend::Prover prover{config, pool, pool};
        return one::run_to_end(loop, prover.rehearse(node));
    }

    onefrontend::Config config{};
    onefrontend::Node node{};
    one::asio::io_context loop{};
    one::asio::thread_pool pool{2};
};

inline std::string to_text(const onefrontend::Findings& findings)
{
    std::string text;
    for (const auto& finding : findings)
        text += finding.severity + ' ' + finding.id + ": " + finding.message + " | " + finding.fix + '\n';
    return text;
}

inline void expect(const onefrontend::Findings& findings, std::string_view id, std::string_view severity,
                   std::string_view text = "")
{
    const auto finding = onefrontend::find(findings, id);
    EXPECT_EQ(finding.severity, severity) << id << "\n" << to_text(findings);
    EXPECT_TRUE(onefrontend::says(finding, text)) << id << ": " << finding.message;
}

}  // namespace stage
