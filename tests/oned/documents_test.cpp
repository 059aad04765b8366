// Documents: what they keep, what they refuse, and the two things races may rely on.
#include "tests/oned/suite.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace onefrontend::oned {
namespace {

using Json = nlohmann::json;

class OnedDocuments : public OnedSuite {
protected:
    std::vector<int> listed(int after = -1)
    {
        const auto found = run(oned->documents(document_type, after));
        EXPECT_TRUE(found);
        std::vector<int> ids;
        if (found)
            for (const auto& document : *found)
                ids.push_back(document.id);
        return ids;
    }
};

TEST_F(OnedDocuments, KeepNameTypeOwnerAndText)
{
    const std::string name = fresh_name();
    const int id = make_document(name, R"({"a":1})");
    const auto document = run(oned->document(id));
    ASSERT_OK(document);
    EXPECT_EQ(document->id, id);
    EXPECT_EQ(document->type, document_type);
    EXPECT_EQ(document->name, name);
    EXPECT_EQ(document->owner_name, *run(oned->own_name()));
    EXPECT_EQ(document->body, R"({"a":1})");
}

TEST_F(OnedDocuments, KeepAnyJson)
{
    const std::vector<Json> bodies{
        Json{{"quotes", "\"'`"}, {"lines", "a\nb\r\n\tc"}, {"markup", "<a href='x'>&amp;</a> ]]> ]]]]>>"}},
        Json{{"letters", "gr\xC3\xBC\xC3\x9F \xE6\xBC\xA2 \xF0\x9F\x98\x80"},
             {"control", std::string{"\x01\x1f\x7f", 3}}},
        Json{{"paths", "C:\\x\\n $HOME ${x} `id` # comment"}, {"syntax", "A = [ B=\"1\", C ]"}},
        Json::array({nullptr, true, -1.5, std::string(20'000, 'x')}),
        Json::object(),
    };
    for (const Json& body : bodies) {
        const int id = make_document(fresh_name(), body.dump(2));
        auto document = run(oned->document(id));
        ASSERT_OK(document);
        EXPECT_EQ(Json::parse(document->body, nullptr, false), body);

        ASSERT_OK(run(oned->replace_document(id, document->name, body.dump())));
        document = run(oned->document(id));
        ASSERT_OK(document);
        EXPECT_EQ(Json::parse(document->body, nullptr, false), body);
    }
}

TEST_F(OnedDocuments, AreForTheirOwnerAlone)
{
    const int id = make_document(fresh_name(), "{}");
    const auto xml = call("one.document.info", {id, false});
    ASSERT_OK(xml);
    EXPECT_NE(std::get<std::string>(xml->data).find(
                  "<PERMISSIONS><OWNER_U>1</OWNER_U><OWNER_M>1</OWNER_M><OWNER_A>0</OWNER_A><GROUP_U>0</"
                  "GROUP_U><GROUP_M>0</GROUP_M>"
                  "<GROUP_A>0</GROUP_A><OTHER_U>0</OTHER_U><OTHER_M>0</OTHER_M><OTHER_A>0</OTHER_A></PERMISSIONS>"),
              std::string::npos);
}

TEST_F(OnedDocuments, MayShareAName)
{
    const std::string name = fresh_name();
    EXPECT_NE(make_document(name, "{}"), make_document(name, "{}"));
}

TEST_F(OnedDocuments, AreReplacedWhole)
{
    const int id = make_document(fresh_name(), R"({"old":1})");
    const std::string name = fresh_name();
    ASSERT_OK(run(oned->replace_document(id, name, R"({"new":2})")));
    const auto document = run(oned->document(id));
    ASSERT_OK(document);
    EXPECT_EQ(document->name, name);
    EXPECT_EQ(document->body, R"({"new":2})");
}

TEST_F(OnedDocuments, KeepTheOldTextSilentlyWhenTheNewOneEndsCdata)
{
    const int id = make_document(fresh_name(), "{}");
    // This is why no text with ]]> is ever sent: the answer is success, and nothing was stored.
    EXPECT_TRUE(call("one.document.update", {id, "<TEMPLATE><ONENODE>]]&gt;</ONENODE></TEMPLATE>", 0}));
    EXPECT_EQ(run(oned->document(id))->body, "{}");
    EXPECT_FALSE(call("one.document.allocate", {"<TEMPLATE><ONENODE>]]&gt;</ONENODE></TEMPLATE>", document_type}));
}

TEST_F(OnedDocuments, AreListedAscendingByIdFromAnyPoint)
{
    const int first = make_document(fresh_name(), "{}");
    const int second = make_document(fresh_name(), "{}");
    const int third = make_document(fresh_name(), "{}");
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_TRUE(std::ranges::is_sorted(listed()));
    EXPECT_EQ(listed(first - 1), (std::vector{first, second, third}));
    EXPECT_EQ(listed(first), (std::vector{second, third}));
    EXPECT_EQ(listed(third), std::vector<int>{});
}

TEST_F(OnedDocuments, OfAnotherTypeAreNotListed)
{
    const int id = make_document(fresh_name(), "{}");
    const auto others = run(oned->documents(document_type + 1));
    ASSERT_OK(others);
    EXPECT_FALSE(std::ranges::any_of(*others, [&](const Document& document) { return document.id == id; }));
}

TEST_F(OnedDocuments, NeverGetAnIdAgain)
{
    const int id = make_document(fresh_name(), "{}");
    EXPECT_EQ(run(oned->delete_document(id)), true);
    documents.clear();
    EXPECT_GT(make_document(fresh_name(), "{}"), id);
}

TEST_F(OnedDocuments, ThatAreUnknownAreNotFound)
{
    const int id = make_document(fresh_name(), "{}");
    EXPECT_EQ(run(oned->delete_document(id)), true);
    documents.clear();
    EXPECT_EQ(run(oned->document(id)).error().reason, "Error getting document [" + std::to_string(id) + "].");
    EXPECT_EQ(run(oned->document(id)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(oned->replace_document(id, "x", "{}")).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(oned->delete_document(id)), false);
}

Async<> delete_each(Client& client, const std::vector<int>& ids, int& won)
{
    for (const int id : ids) {
        const auto deleted = co_await client.delete_document(id);
        if (deleted && *deleted) ++won;
    }
}

Async<> race(Client& left, Client& right, const std::vector<int>& ids, int& won_left, int& won_right)
{
    using namespace one::asio::experimental::awaitable_operators;
    co_await (delete_each(left, ids, won_left) && delete_each(right, ids, won_right));
}

TEST_F(OnedDocuments, AreDeletedByExactlyOneOfTwoWhoTry)
{
    std::vector<int> ids;
    for (int i = 0; i < 20; ++i)
        ids.push_back(make_document(fresh_name(), "{}"));
    Client rival = another();
    int won = 0;
    int won_by_rival = 0;
    const auto done = one::asio::co_spawn(loop, race(*oned, rival, ids, won, won_by_rival), one::asio::use_future);
    loop.restart();
    loop.run();
    EXPECT_EQ(won + won_by_rival, 20);
    if (won + won_by_rival == 20) documents.clear();
}

TEST_F(OnedDocuments, CanBeLockedAndAreNotTwice)
{
    const int id = make_document(fresh_name(), "{}");
    ASSERT_OK(call("one.document.lock", (Array{id, 4, true})));
    const auto error = refusal("one.document.lock", {id, 4, true});
    EXPECT_EQ(error.kind, ErrorKind::conflict);
    EXPECT_TRUE(std::ranges::all_of(error.reason, [](char c) { return c >= '0' && c <= '9'; })) << error.reason;
    ASSERT_OK(call("one.document.unlock", Array{id}));
}

}  // namespace
}  // namespace onefrontend::oned
