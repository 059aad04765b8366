// The client over a scripted front-end: what it sends, what it repeats, what it never repeats.
#include "frontend/oned/client.hpp"
#include "tests/unit/frontend/oned/captured.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <deque>

namespace {

using namespace onefrontend::oned;
using namespace one::xmlrpc;
using one::ErrorKind;
using one::http::Request;
using one::http::Response;

/// Answers in the order of the script and keeps what it was asked.
struct FakeOned {
    std::deque<Result<Response>> script{};
    std::vector<Call> asked{};
    std::size_t now_open = 0;
    std::size_t most_open = 0;

    FakeOned& sends(const std::string& xml)
    {
        script.emplace_back(Response{.status = 200, .body = xml});
        return *this;
    }
    FakeOned& answers(const Value& value) { return sends(*to_xml(Answer{Value{Array{true, value, 0}}})); }
    FakeOned& refuses(const std::string& text, int code)
    {
        return sends(*to_xml(Answer{Value{Array{false, text, code, -1, -1}}}));
    }
    FakeOned& fails(ErrorKind kind)
    {
        script.emplace_back(one::fail({.kind = kind, .reason = "the line was cut"}));
        return *this;
    }

    static Async<Result<Response>> post(FakeOned& self, Request request)
    {
        const auto call = parse_call(request.body);
        self.asked.push_back(call ? *call : Call{.method = "unreadable"});
        self.most_open = std::max(self.most_open, ++self.now_open);
        co_await one::pause(std::chrono::milliseconds{1});
        --self.now_open;
        if (self.script.empty()) co_return Response{.status = 404};
        auto next = std::move(self.script.front());
        self.script.pop_front();
        co_return next;
    }

    std::vector<std::string> methods() const
    {
        std::vector<std::string> names;
        for (const auto& call : asked)
            names.push_back(call.method);
        return names;
    }
};

struct OnedClient : testing::Test {
    FakeOned oned;
    one::asio::io_context loop;

    Client client(Options options = {.limit = std::chrono::milliseconds{400}})
    {
        return Client{options, one::Secret{std::string_view{"oneadmin:hunter2"}},
                      [this](std::string, int, Request request, std::chrono::milliseconds, std::size_t) {
                          return FakeOned::post(oned, std::move(request));
                      }};
    }
    template <class T>
    T run(Async<T> work)
    {
        return one::run_to_end(loop, std::move(work));
    }
};

TEST_F(OnedClient, CallsARefusedSessionWhatItIsToWhoeverIsAnswered)
{
    constexpr const char* text = "[one.user.info] User couldn't be authenticated, aborting call.";
    oned.refuses(text, 0x0100).refuses(text, 0x0100);
    EXPECT_EQ(run(client().own_name()).error().kind, ErrorKind::denied);
    EXPECT_EQ(run(client({.when_denied = ErrorKind::unreachable}).own_name()).error().kind, ErrorKind::unreachable);
    EXPECT_EQ(oned.asked.size(), 2U) << "asking again would not help";
}

TEST_F(OnedClient, SendsTheSessionFirst)
{
    auto it = client();
    oned.sends(captured_answer("01"));
    EXPECT_EQ(run(it.version()), std::string{"7.4.0"});
    EXPECT_EQ(oned.asked.at(0), (Call{.method = "one.system.version", .parameters = {"oneadmin:hunter2"}}));
}

TEST_F(OnedClient, ReadsEveryKindOfObject)
{
    auto it = client();
    oned.sends(captured_answer("03")).sends(captured_answer("37")).sends(captured_answer("36"));
    EXPECT_EQ(run(it.own_name()), std::string{"oneadmin"});
    EXPECT_EQ(run(it.raft_state()), RaftState::solo);
    EXPECT_TRUE(run(it.servers()));
    oned.sends(captured_answer("22")).sends(captured_answer("21")).sends(captured_answer("13"));
    EXPECT_EQ(run(it.clusters())->size(), 1U);
    EXPECT_EQ(run(it.hosts())->size(), 2U);
    EXPECT_EQ(run(it.host(0))->name, "kvm-a.example.net");
}

TEST_F(OnedClient, AllocatesUpdatesAndDeletesAHostAsTheCapturesShow)
{
    auto it = client();
    oned.sends(captured_answer("06")).sends(captured_answer("15")).sends(captured_answer("43"));
    EXPECT_EQ(run(it.allocate_host("kvm-a.example.net", "kvm", "kvm", -1)), 0);
    EXPECT_TRUE(run(it.merge_host(0, "ONENODE", "12")));
    EXPECT_TRUE(run(it.delete_host(0)));
    EXPECT_EQ(oned.asked.at(0).parameters, (Array{"oneadmin:hunter2", "kvm-a.example.net", "kvm", "kvm", -1}));
    EXPECT_EQ(oned.asked.at(1).parameters,
              (Array{"oneadmin:hunter2", 0, "<TEMPLATE><ONENODE>12</ONENODE></TEMPLATE>", 1}));
    EXPECT_EQ(oned.asked.at(2).parameters, (Array{"oneadmin:hunter2", 0}));
}

TEST_F(OnedClient, ClosesADocumentToItsOwner)
{
    auto it = client();
    oned.answers(Value{5}).answers(Value{5});
    EXPECT_EQ(run(it.allocate_document(412501, "token", "{\"a\":\"]]>\"}")), 5);
    EXPECT_EQ(oned.asked.at(0).parameters,
              (Array{"oneadmin:hunter2",
                     "<TEMPLATE><NAME>token</NAME><ONENODE>{\"a\":\"]]\\u003e\"}</ONENODE></TEMPLATE>", 412501}));
    EXPECT_EQ(oned.asked.at(1).method, "one.document.chmod");
    EXPECT_EQ(oned.asked.at(1).parameters, (Array{"oneadmin:hunter2", 5, 1, 1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST_F(OnedClient, LeavesNoOpenDocumentBehindWhenItCannotBeClosed)
{
    auto it = client();
    oned.answers(Value{5}).refuses("[one.document.chmod] no", 512).answers(Value{5});
    const auto id = run(it.allocate_document(412501, "token", "{}"));
    ASSERT_FALSE(id);
    EXPECT_EQ(id.error().kind, ErrorKind::denied);
    EXPECT_EQ(oned.methods().back(), "one.document.delete");
}

TEST_F(OnedClient, ReplacesTextAndNameOfADocument)
{
    auto it = client();
    oned.answers(Value{5}).answers(Value{5});
    EXPECT_TRUE(run(it.replace_document(5, "new", "{}")));
    EXPECT_EQ(oned.asked.at(0).parameters,
              (Array{"oneadmin:hunter2", 5, "<TEMPLATE><ONENODE>{}</ONENODE></TEMPLATE>", 0}));
    EXPECT_EQ(oned.asked.at(1).parameters, (Array{"oneadmin:hunter2", 5, "new"}));
}

TEST_F(OnedClient, SaysWhetherItWasTheOneThatDeleted)
{
    auto it = client();
    oned.answers(Value{5}).refuses("Error getting document [5].", 1024).refuses("not yours", 512);
    EXPECT_EQ(run(it.delete_document(5)), true);
    EXPECT_EQ(run(it.delete_document(5)), false);
    EXPECT_EQ(run(it.delete_document(5)).error().kind, ErrorKind::denied);
}

TEST_F(OnedClient, ListsDocumentsAboveAnId)
{
    auto it = client();
    oned.sends(captured_answer("34")).sends(captured_answer("34"));
    EXPECT_EQ(run(it.documents(1700))->size(), 2U);
    EXPECT_TRUE(run(it.documents(1700, 6)));
    EXPECT_EQ(oned.asked.at(0).parameters, (Array{"oneadmin:hunter2", -2, 0, -1, 1700}));
    EXPECT_EQ(oned.asked.at(1).parameters, (Array{"oneadmin:hunter2", -2, 7, -1, 1700}));
}

TEST_F(OnedClient, RepeatsAReadWhoseAnswerWasLost)
{
    auto it = client();
    oned.fails(ErrorKind::unreachable).fails(ErrorKind::timeout).sends(captured_answer("01"));
    EXPECT_EQ(run(it.version()), std::string{"7.4.0"});
    EXPECT_EQ(oned.asked.size(), 3U);
}

TEST_F(OnedClient, GivesUpAfterItsTries)
{
    auto it = client();
    for (int i = 0; i < 9; ++i)
        oned.fails(ErrorKind::unreachable);
    const auto version = run(it.version());
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().kind, ErrorKind::unreachable);
    EXPECT_EQ(oned.asked.size(), 3U);
}

TEST_F(OnedClient, NeverRepeatsAnAllocationWhoseAnswerWasLost)
{
    auto it = client();
    for (int i = 0; i < 9; ++i)
        oned.fails(ErrorKind::timeout);
    EXPECT_FALSE(run(it.allocate_host("a", "kvm", "kvm", 0)));
    EXPECT_FALSE(run(it.allocate_document(1, "a", "{}")));
    EXPECT_FALSE(run(it.delete_document(1)));
    EXPECT_FALSE(run(it.delete_host(1)));
    EXPECT_FALSE(run(it.replace_document(1, "a", "{}")));
    EXPECT_EQ(oned.asked.size(), 5U);
}

TEST_F(OnedClient, RepeatsAnythingThatOnedDidNotExecuteForLackOfALeader)
{
    auto it = client();
    oned.refuses("[one.host.allocate] Cannot process request, no leader found", 8192)
        .refuses("[one.host.allocate] Cannot process request, oned cluster in election mode", 8192)
        .answers(Value{3});
    EXPECT_EQ(run(it.allocate_host("a", "kvm", "kvm", 0)), 3);
}

TEST_F(OnedClient, StopsWaitingForALeaderWhenItsLimitHasPassed)
{
    auto it = client({.limit = std::chrono::milliseconds{60}});
    for (int i = 0; i < 20; ++i)
        oned.refuses("no leader found", 8192);
    EXPECT_EQ(run(it.version()).error().kind, ErrorKind::busy);
    EXPECT_LT(oned.asked.size(), 5U);
}

TEST_F(OnedClient, NeverShowsTheSessionInAnError)
{
    auto it = client({.tries = 1});
    oned.fails(ErrorKind::unreachable).sends("<garbage").refuses("User couldn't be authenticated", 256);
    oned.sends(*to_xml(Answer{Fault{.code = -503, .text = "Problem with token at 'oneadmin:hunter2hunter2<'"}}));
    oned.script.emplace_back(Response{.status = 502, .body = "hunter2"});
    for (int i = 0; i < 5; ++i) {
        const auto version = run(it.version());
        ASSERT_FALSE(version);
        EXPECT_EQ(one::to_text(version.error()).find("hunter2"), std::string::npos);
    }
}

TEST_F(OnedClient, NamesTheEndpointThatDoesNotAnswerAsOned)
{
    auto it = client();
    oned.script.emplace_back(Response{.status = 405});
    EXPECT_EQ(one::to_text(run(it.version()).error()), "cannot reach oned at 127.0.0.1:2633: HTTP status 405\n"
                                                       "look whether oned runs there (systemctl status opennebula)");
    oned.answers(Value{7});
    EXPECT_EQ(run(it.version()).error().reason, "its value has another type than oned's");
}

TEST_F(OnedClient, RefusesToSendWhatXmlCannotCarry)
{
    auto it = client();
    EXPECT_EQ(run(it.allocate_document(1, "a\x01", "{}")).error().kind, ErrorKind::invalid);
    EXPECT_EQ(run(it.merge_host(1, "ONENODE", "]]>")).error().kind, ErrorKind::invalid);
    EXPECT_TRUE(oned.asked.empty());
}

Async<> ask_many(Client& it, int& done)
{
    using namespace one::asio::experimental::awaitable_operators;
    const auto one_call = [](Client& client, int& count) -> Async<> {
        if (co_await client.version()) ++count;
    };
    co_await (one_call(it, done) && one_call(it, done) && one_call(it, done) && one_call(it, done) &&
              one_call(it, done) && one_call(it, done));
}

TEST_F(OnedClient, KeepsToItsShareOfOnedsConnections)
{
    auto it = client({.connections = 2});
    for (int i = 0; i < 6; ++i)
        oned.sends(captured_answer("01"));
    int done = 0;
    one::asio::co_spawn(loop, ask_many(it, done), one::asio::use_future);
    loop.run();
    EXPECT_EQ(done, 6);
    EXPECT_EQ(oned.most_open, 2U);
}

TEST_F(OnedClient, TellsWhenNoConnectionCameFree)
{
    auto it = client({.limit = std::chrono::milliseconds{0}, .connections = 1});
    oned.sends(captured_answer("01"));
    int done = 0;
    one::asio::co_spawn(loop, ask_many(it, done), one::asio::use_future);
    loop.run();
    EXPECT_EQ(done, 1);
}

}  // namespace
