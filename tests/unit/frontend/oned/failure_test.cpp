#include "frontend/oned/failure.hpp"
#include "tests/unit/frontend/oned/captured.hpp"

#include <gtest/gtest.h>

namespace {

using namespace onefrontend::oned;
using namespace one::xmlrpc;
using one::ErrorKind;

one::Error captured_error(const std::string& method, const std::string& number)
{
    auto answer = parse_answer(captured_answer(number));
    if (!answer) return answer.error();
    const auto value = value_of(method, *std::move(answer));
    return value ? one::Error{.reason = "it succeeded"} : value.error();
}

Answer refusal(const std::string& text, std::int64_t code)
{
    return Value{Array{false, text, code, -1, -1}};
}

TEST(OnedFailure, CallsAWrongPasswordDeniedAndSaysWhereItStands)
{
    const auto error = captured_error("one.system.version", "02");
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_EQ(one::to_text(error), "cannot call one.system.version: User couldn't be authenticated, aborting call.\n"
                                   "look whether the file that oned_auth names holds the password oned knows");
}

TEST(OnedFailure, TellsATakenNameFromAnInvalidOne)
{
    EXPECT_EQ(captured_error("one.host.allocate", "07").kind, ErrorKind::conflict);
    EXPECT_EQ(captured_error("one.host.allocate", "09").kind, ErrorKind::invalid);
    EXPECT_EQ(captured_error("one.host.allocate", "10").kind, ErrorKind::invalid);
}

TEST(OnedFailure, KnowsWhatIsNotThere)
{
    EXPECT_EQ(captured_error("one.host.allocate", "08").kind, ErrorKind::not_found);
    const auto error = captured_error("one.host.info", "14");
    EXPECT_EQ(error.kind, ErrorKind::not_found);
    EXPECT_EQ(error.reason, "Error getting host [9999].");
}

TEST(OnedFailure, CallsALockedObjectAConflict)
{
    EXPECT_EQ(captured_error("one.document.lock", "31").kind, ErrorKind::conflict);
}

TEST(OnedFailure, TellsFaultsApart)
{
    EXPECT_EQ(captured_error("one.nonsense.call", "40").kind, ErrorKind::unsupported);
    EXPECT_EQ(captured_error("one.host.info", "41").kind, ErrorKind::invalid);
    EXPECT_EQ(captured_error("one.host.info", "42").kind, ErrorKind::invalid);
    EXPECT_EQ(value_of("m", Fault{.code = -500, .text = "boom"}).error().kind, ErrorKind::internal);
}

TEST(OnedFailure, IsBusyWhileNoLeaderTakesCalls)
{
    for (const char* text :
         {"Cannot process request, no leader found", "Cannot process request, oned cluster in election mode",
          "Cannot process request, oned cluster is replicating log", "Cannot process request, zone disabled"})
        EXPECT_EQ(value_of("m", refusal(text, 8192)).error().kind, ErrorKind::busy) << text;
    EXPECT_EQ(value_of("m", refusal("Cannot update template. Parse error", 8192)).error().kind, ErrorKind::internal);
}

TEST(OnedFailure, MapsTheOtherCodes)
{
    EXPECT_EQ(value_of("m", refusal("not yours", 512)).error().kind, ErrorKind::denied);
    EXPECT_EQ(value_of("m", refusal("Can not remove a host with running VMs", 2048)).error().kind, ErrorKind::conflict);
    EXPECT_EQ(value_of("m", refusal("wrong value", 4096)).error().kind, ErrorKind::invalid);
    EXPECT_EQ(value_of("m", refusal("locked", 32768)).error().kind, ErrorKind::conflict);
    EXPECT_EQ(value_of("m", refusal("replication", 65536)).error().kind, ErrorKind::busy);
    EXPECT_EQ(value_of("m", refusal("what?", 77)).error().kind, ErrorKind::internal);
}

TEST(OnedFailure, RefusesAnAnswerThatOnedNeverGives)
{
    for (const Answer& answer : {Answer{Value{"hello"}}, Answer{Value{Array{}}}, Answer{Value{Array{true, 1}}},
                                 Answer{Value{Array{"yes", 1, 0}}}, Answer{Value{Array{false, 1, 2}}}}) {
        const auto value = value_of("m", answer);
        ASSERT_FALSE(value);
        EXPECT_EQ(value.error().reason, "it is not what oned answers");
    }
}

}  // namespace
