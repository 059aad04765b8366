// onefrontend node test
#include "frontend/cli/admin.hpp"

#include "common/text/letters.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/proofs/pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace onefrontend::cli {
namespace {

Result<PairEnd> end_of(const Node& node)
{
    if (node.phase == Phase::joined && !node.banned && !is_frozen(node))
        return PairEnd{.name = node.name, .type = node.type, .machine_id = node.facts.machine_id};
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = fmt::format("node {} ({})", node.id, node.name),
                      .reason = "it has not joined, or is refused: nobody goes on from there",
                      .next = "onefrontend node show " + std::to_string(node.id),
                      .doing = "test"});
}

one::Failure same_twice(const Node& node)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "node " + node.name,
                      .reason = "it was named twice",
                      .next = "name two nodes",
                      .doing = "test"});
}

std::string line_of(const one::wire::Finding& finding)
{
    const auto level = one::to_upper(finding.severity);
    const auto fix = finding.fix.empty() ? std::string{} : "\n    fix: " + finding.fix;
    return fmt::format("[{} {}] {}{}", level, finding.id, finding.message, fix);
}

struct Test {
    const Config* config;
    PairEnd one_end;
    PairEnd other_end;
    std::vector<one::wire::Finding> operator()() const { return test_pair(*config, one_end, other_end); }
};

}  // namespace

Async<Result<Exit>> node_test(Admin& admin, std::string which, std::string other)
{
    CO_TRY_LET(const auto first, co_await find_node(admin, std::move(which)));
    CO_TRY_LET(const auto second, co_await find_node(admin, std::move(other)));
    if (first.id == second.id) co_return same_twice(first);
    CO_TRY_LET(const auto one_end, end_of(first));
    CO_TRY_LET(const auto other_end, end_of(second));
    Test work{admin.config, one_end, other_end};
    const auto findings = co_await one::off_the_loop(*admin.pool, std::move(work));
    bool warned = false;
    for (const auto& finding : findings) {
        warned = warned || finding.severity == "warning" || finding.severity == "not-checked";
        admin.out->say(
            line_of(finding), "finding",
            {{"id", finding.id}, {"severity", finding.severity}, {"message", finding.message}, {"fix", finding.fix}});
    }
    const bool failed = std::ranges::any_of(findings, [](const auto& finding) { return finding.severity == "error"; });
    co_return failed ? Exit::failed : warned ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
