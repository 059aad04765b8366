// What a user outside the group oneadmin may see and do.
#include "tests/oned/suite.hpp"

namespace onefrontend::oned {
namespace {

class OnedStranger : public OnedSuite {
protected:
    void SetUp() override
    {
        OnedSuite::SetUp();
        if (!oned) return;
        const std::string name = fresh_name();
        const auto made = call("one.user.allocate", {name, "secret", "core"});
        ASSERT_OK(made);
        users.push_back(static_cast<int>(std::get<std::int64_t>(made->data)));
        stranger.emplace(another(name + ":secret"));
    }
    std::string not_authorized(const std::string& what) const
    {
        return "User [" + std::to_string(users.at(0)) + "] : Not authorized to perform " + what + ".";
    }
    std::optional<Client> stranger{};
};

TEST_F(OnedStranger, MayNotCreateHosts)
{
    const auto id = run(stranger->allocate_host(fresh_name(), "kvm", "kvm", -1));
    ASSERT_FALSE(id);
    EXPECT_EQ(id.error().kind, ErrorKind::denied);
    EXPECT_EQ(id.error().reason, not_authorized("CREATE HOST; Not authorized to perform ADMIN CLUSTER [0]"));
}

TEST_F(OnedStranger, SeesNoHosts)
{
    const int id = make_host(fresh_name());
    const auto seen = run(stranger->hosts());
    ASSERT_OK(seen);
    EXPECT_TRUE(seen->empty());
    EXPECT_EQ(run(stranger->host(id)).error().kind, ErrorKind::denied);
    EXPECT_EQ(run(stranger->delete_host(id)).error().kind, ErrorKind::denied);
}

TEST_F(OnedStranger, CannotTouchOurDocuments)
{
    const int id = make_document(fresh_name(), "{}");
    const std::string document = "DOCUMENT [" + std::to_string(id) + "]";
    EXPECT_EQ(run(stranger->document(id)).error().reason, not_authorized("USE " + document));
    EXPECT_EQ(run(stranger->replace_document(id, "x", "{}")).error().reason, not_authorized("MANAGE " + document));
    EXPECT_EQ(run(stranger->delete_document(id)).error().reason, not_authorized("MANAGE " + document));
    const auto seen = run(stranger->documents(document_type));
    ASSERT_OK(seen);
    EXPECT_TRUE(seen->empty());
}

TEST_F(OnedStranger, MayWriteDocumentsOfAnyTypeWhichAreTheirs)
{
    const auto id = run(stranger->allocate_document(document_type, fresh_name(), "{}"));
    ASSERT_OK(id);
    documents.push_back(*id);
    const auto document = run(oned->document(*id));
    ASSERT_OK(document);
    EXPECT_EQ(document->owner, users.at(0));  // why a document counts by its owner, not by its type
}

TEST_F(OnedStranger, MayNotAskForTheRaftState)
{
    EXPECT_EQ(run(stranger->raft_state()).error().reason, not_authorized("ADMIN ZONE [0]"));
}

}  // namespace
}  // namespace onefrontend::oned
