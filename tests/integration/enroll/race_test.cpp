// Two machines race for a token's one use through two services; one of them is killed with SIGKILL after each of its
// calls to oned in turn, and later at random moments.
#include "common/identity/certificate.hpp"
#include "frontend/enroll/claims.hpp"
#include "tests/integration/enroll/counting_relay.hpp"
#include "tests/integration/enroll/front_end.hpp"

#include <gtest/gtest.h>

#include <signal.h>

#include <random>

namespace onefrontend::test {
namespace {

namespace asio = one::asio;
using Answer = std::optional<one::http::Response>;
using namespace std::chrono_literals;

constexpr int more_than_an_enrollment_needs = 100;

class Race : public testing::Test {
protected:
    void SetUp() override
    {
        if (own_address().empty()) GTEST_SKIP() << "this machine has loopback addresses only";
        frontend = std::make_unique<FrontEnd>();
        relay = std::make_unique<CountingRelay>(loop, frontend->oned_port());
        steady = frontend->service("steady", frontend->oned_port());
        steady_port = FrontEnd::port_of(*steady);
        revive();
    }
    void revive()
    {
        mortal = frontend->service("mortal", relay->port());
        mortal_port = FrontEnd::port_of(*mortal);
    }
    void murder()
    {
        mortal->kill(SIGKILL);
        mortal->wait();
        ++deaths;
        revive();
    }

    /// Both machines ask until they are told yes or no; who won asks again and hears the same.
    void run(int round)
    {
        const auto token = frontend->token()["token"].get<std::string>();
        const Machine first{"a" + std::to_string(round)};
        const Machine second{"b" + std::to_string(round)};
        Answer answers[2];
        int running = 2;
        const auto ask = [&](int& port, const Machine& machine, Answer& answer) {
            asio::co_spawn(loop, enroll_patiently(loop, *frontend, port, machine, token),
                           [&](const std::exception_ptr&, Answer told) {
                               answer = std::move(told);
                               --running;
                           });
        };
        ask(mortal_port, first, answers[0]);
        ask(steady_port, second, answers[1]);
        loop.restart();
        while (running > 0 && loop.run_one() > 0) {
        }

        ASSERT_TRUE(answers[0] && answers[1]) << mortal->log() << steady->log();
        const bool first_won = answers[0]->status == 200;
        mortal_won = first_won;
        EXPECT_NE(first_won, answers[1]->status == 200) << answers[0]->body << answers[1]->body;
        EXPECT_EQ(answers[first_won ? 1 : 0]->status, 403) << answers[first_won ? 1 : 0]->body;

        Answer again;
        running = 1;
        ask(first_won ? steady_port : mortal_port, first_won ? first : second, again);
        while (running > 0 && loop.run_one() > 0) {
        }
        ASSERT_TRUE(again);
        EXPECT_EQ(again->status, 200) << "the winner goes on with its spent token, through the other service: "
                                      << again->body;
    }

    asio::io_context loop{};
    std::unique_ptr<FrontEnd> frontend{};
    std::unique_ptr<CountingRelay> relay{};
    std::unique_ptr<Program> steady{};
    std::unique_ptr<Program> mortal{};
    int steady_port = 0;
    int mortal_port = 0;
    int deaths = 0;
    bool mortal_won = false;  // so the service that is killed went all the way
};

TEST_F(Race, HasOneWinnerWhereAServiceIsKilledAfterAnyCallToOned)
{
    bool all_the_way = false;
    for (int call = 1; !all_the_way && !HasFailure(); ++call) {
        SCOPED_TRACE("killed after call " + std::to_string(call));
        ASSERT_LT(call, more_than_an_enrollment_needs);
        const int before = deaths;
        relay->after(call, [this] { murder(); });
        run(call);
        all_the_way = deaths == before && mortal_won;
    }
    EXPECT_GE(deaths, 10) << "an enrollment has more calls than that";
}

TEST_F(Race, HasOneWinnerWhereAServiceIsKilledAtAnyMoment)
{
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    for (int round = 100; round < 106 && !HasFailure(); ++round) {
        asio::steady_timer death{loop, std::chrono::milliseconds{std::uniform_int_distribution{0, 80}(random)}};
        death.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled) murder();
        });
        run(round);
        death.cancel();
    }
}

}  // namespace
}  // namespace onefrontend::test
