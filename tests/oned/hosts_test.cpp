// The life of a host as the joiner needs it: allocate, refuse, merge, fail, delete.
#include "frontend/proofs/monitor_log.hpp"
#include "tests/oned/suite.hpp"

#include <algorithm>

namespace onefrontend::oned {
namespace {

class OnedHosts : public OnedSuite {
protected:
    one::Error refused(const std::string& name, int cluster = -1, const std::string& driver = "kvm")
    {
        const auto id = run(oned->allocate_host(name, driver, driver, cluster));
        EXPECT_FALSE(id) << name << " was accepted";
        if (id) hosts.push_back(*id);
        return id ? one::Error{} : id.error();
    }
};

TEST_F(OnedHosts, AreShownAsTheyWereAllocated)
{
    const std::string name = fresh_name();
    const int id = make_host(name);
    const auto host = run(oned->host(id));
    ASSERT_OK(host);
    EXPECT_EQ(host->id, id);
    EXPECT_EQ(host->name, name);
    EXPECT_TRUE(host->state == HostState::init || host->state == HostState::error) << to_string(host->state);
    EXPECT_EQ(host->im_mad, "kvm");
    EXPECT_EQ(host->vm_mad, "kvm");
    EXPECT_EQ(host->cluster_id, 0);
    EXPECT_EQ(host->cluster, "default");
    EXPECT_EQ(host->running_vms, 0);
    EXPECT_TRUE(host->vms.empty());
    EXPECT_EQ(host->onenode, "");
    EXPECT_EQ(host->monitored_at, 0);
}

TEST_F(OnedHosts, AreListed)
{
    const int id = make_host(fresh_name());
    const auto all = run(oned->hosts());
    ASSERT_OK(all);
    EXPECT_TRUE(std::ranges::any_of(*all, [&](const Host& host) { return host.id == id; }));
}

TEST_F(OnedHosts, NeedANameThatNoOtherHas)
{
    const std::string name = fresh_name();
    const int id = make_host(name);
    const auto error = refused(name);
    EXPECT_EQ(error.kind, ErrorKind::conflict);
    EXPECT_EQ(error.reason, "Error allocating a new host. NAME is already taken by HOST " + std::to_string(id) + ".");
}

TEST_F(OnedHosts, NeedANameOfTwoToSixtyThreeCharacters)
{
    const std::string reason =
        "Error allocating a new host. Invalid HOSTNAME, HOSTNAME length should be greater than 1, but smaller "
        "than 64 characters";
    for (const std::string& name : {std::string{}, std::string{"a"}, std::string(64, 'a')}) {
        const auto error = refused(name);
        EXPECT_EQ(error.kind, ErrorKind::invalid);
        EXPECT_EQ(error.reason, reason);
    }
    make_host(std::string(53, 'a') + fresh_name().substr(6, 10));
}

TEST_F(OnedHosts, NeedANameOfPlainCharacters)
{
    for (const char* name : {"-suite", "suite-", ".suite", "suite.", "_suite", "a b", "a/b", "fd00::1"})
        EXPECT_EQ(refused(name).kind, ErrorKind::invalid) << name;
}

TEST_F(OnedHosts, NeedANameInAscii)
{
    refused("suite\xC3\xBC");  // as a fault: oned cuts the letter in two in its own message, and cannot send that
}

TEST_F(OnedHosts, NeedADriver)
{
    EXPECT_EQ(refused(fresh_name(), -1, "").reason, "Error allocating a new host. IM_MAD_NAME cannot be empty.");
}

TEST_F(OnedHosts, NeedAClusterThatExists)
{
    const auto error = refused(fresh_name(), 4242);
    EXPECT_EQ(error.kind, ErrorKind::not_found);
    EXPECT_EQ(error.reason, "Error getting cluster [4242].");
}

TEST_F(OnedHosts, TakeAnAttributeBesideThoseTheyHave)
{
    const int id = make_host(fresh_name());
    ASSERT_OK(call("one.host.update", (Array{id, "THEIRS=\"keep me\"", 1})));
    ASSERT_OK(run(oned->merge_host(id, "ONENODE", "12")));
    ASSERT_OK(run(oned->merge_host(id, "ONENODE", "13 <&> \"'")));
    const auto host = run(oned->host(id));
    ASSERT_OK(host);
    EXPECT_EQ(host->onenode, "13 <&> \"'");
    const auto xml = call("one.host.info", {id, false});
    ASSERT_OK(xml);
    EXPECT_NE(std::get<std::string>(xml->data).find("<THEIRS><![CDATA[keep me]]></THEIRS>"), std::string::npos);
}

TEST_F(OnedHosts, TakeAnotherNameAndNoneThatIsTaken)
{
    const auto taken = fresh_name();
    const auto wanted = fresh_name();
    make_host(taken);
    const int id = make_host(fresh_name());
    ASSERT_OK(run(oned->rename_host(id, wanted)));
    ASSERT_OK(run(oned->rename_host(id, wanted)));  // it has that name already
    EXPECT_EQ(run(oned->host(id))->name, wanted);
    const auto refused = run(oned->rename_host(id, taken));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("collides with host"), std::string::npos) << refused.error().reason;
    EXPECT_EQ(run(oned->host(id))->name, wanted);
}

TEST_F(OnedHosts, RefuseATemplateThatIsNone)
{
    const int id = make_host(fresh_name());
    const auto error = refusal("one.host.update", {id, "FOO = [ bar", 1});
    EXPECT_EQ(error.kind, ErrorKind::internal);
    EXPECT_TRUE(error.reason.starts_with("Cannot update template. Parse error: ")) << error.reason;
}

TEST_F(OnedHosts, AreGoneOnceDeleted)
{
    const int id = make_host(fresh_name());
    ASSERT_OK(run(oned->delete_host(id)));
    forget_host(id);
    const auto again = run(oned->delete_host(id));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::not_found);
    EXPECT_EQ(again.error().reason, "Error getting host [" + std::to_string(id) + "].");
    EXPECT_EQ(run(oned->host(id)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(oned->merge_host(id, "ONENODE", "1")).error().kind, ErrorKind::not_found);
}

TEST_F(OnedHosts, GoToErrorWithoutAReasonWhenTheirNameDoesNotResolve)
{
    const std::string name = fresh_name();
    const int id = make_host(name);
    Result<Host> host = run(oned->host(id));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (host && host->state == HostState::init && std::chrono::steady_clock::now() < deadline) {
        run(one::pause(std::chrono::milliseconds{100}));
        host = run(oned->host(id));
    }
    ASSERT_OK(host);
    ASSERT_EQ(host->state, HostState::error);
    EXPECT_TRUE(host->error.ends_with(" : Error monitoring Host " + name + " (" + std::to_string(id) + "): ") ||
                host->error.ends_with(" : Error monitoring Host " + name + " (" + std::to_string(id) + "):"))
        << "'" << host->error << "'";

    const char* log = std::getenv("ONED_MONITOR_LOG");
    if (!log) return;
    const auto reason = reason_for_host(log, id);
    ASSERT_OK(reason);
    EXPECT_TRUE(reason->starts_with("Could not update remotes (")) << *reason;
}

}  // namespace
}  // namespace onefrontend::oned
