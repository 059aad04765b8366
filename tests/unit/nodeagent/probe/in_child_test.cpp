#include "nodeagent/probe/in_child.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>

namespace onenode::probe {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Clock::time_point soon()
{
    return Clock::now() + milliseconds{10'000};
}

TEST(ChildQuestion, BringsTheWholeAnswerAlsoALongOne)
{
    const std::string text(1 << 20, 'x');
    ChildQuestion question{[&text] { return text; }};
    EXPECT_EQ(question.answer(soon()), text);
}

TEST(ChildQuestion, GivesUpOnOneThatNeverAnswers)
{
    ChildQuestion question{[]() -> std::string {
        for (;;)
            ::pause();
    }};
    const auto answer = question.answer(Clock::now() + milliseconds{20});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, one::ErrorKind::timeout);
}

TEST(ChildQuestion, OutlivesAChildThatDies)
{
    ChildQuestion question{[]() -> std::string {
        ::raise(SIGKILL);
        return "never";
    }};
    EXPECT_EQ(question.answer(soon()), "");
}

TEST(ChildQuestion, RunsSeveralBesideEachOther)
{
    ChildQuestion hanging{[]() -> std::string {
        for (;;)
            ::pause();
    }};
    ChildQuestion quick{[] { return std::string{"here"}; }};
    EXPECT_EQ(quick.answer(soon()), "here");
    EXPECT_FALSE(hanging.answer(Clock::now()));
}

}  // namespace
}  // namespace onenode::probe
