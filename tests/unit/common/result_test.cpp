// How errors read, and what a secret does with its bytes.
#include "common/result.hpp"
#include "common/secret.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <type_traits>

using one::Error;
using one::ErrorKind;

namespace {

one::Result<int> half(int number)
{
    if (number % 2 != 0) return one::fail({.kind = ErrorKind::invalid, .thing = "the number", .reason = "it is odd"});
    return number / 2;
}

one::Result<int> quarter(int number)
{
    TRY_LET(const int first, half(number));
    return half(first).map_error(one::while_doing("halve"));
}

TEST(Result, PassesTheFirstErrorOn)
{
    EXPECT_EQ(*quarter(8), 2);
    EXPECT_EQ(one::to_line(quarter(6).error()), "cannot halve the number: it is odd");
    EXPECT_EQ(one::to_line(quarter(5).error()), "cannot handle the number: it is odd");
}

TEST(Error, TellsTheNextActionOnALineOfItsOwn)
{
    const Error error{.thing = "/etc/sudoers.d/x", .reason = "no space", .next = "df -h", .doing = "write"};
    EXPECT_EQ(one::to_text(error), "cannot write /etc/sudoers.d/x: no space\ndf -h");
    EXPECT_EQ(one::to_line({.reason = "the token is empty"}), "the token is empty");
}

TEST(Error, KnowsTheUsualErrnoValues)
{
    EXPECT_EQ(one::error_from_errno(ENOSPC, "/x").kind, ErrorKind::no_space);
    EXPECT_EQ(one::error_from_errno(EROFS, "/x").kind, ErrorKind::read_only);
    EXPECT_EQ(one::error_from_errno(EACCES, "/x").kind, ErrorKind::denied);
    EXPECT_EQ(one::error_from_errno(ENOENT, "/x").kind, ErrorKind::not_found);
    EXPECT_EQ(one::error_from_errno(ELOOP, "/x").kind, ErrorKind::untrusted);
    EXPECT_EQ(one::error_from_errno(ENOSYS, "/x").kind, ErrorKind::internal);
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::interrupted); ++kind)
        EXPECT_EQ(one::error_kind_named(one::to_string(static_cast<ErrorKind>(kind))), static_cast<ErrorKind>(kind));
    EXPECT_EQ(one::error_kind_named("of a later version"), ErrorKind::internal);
}

TEST(Error, OfTheKernelAboutAFileSaysWhereToLook)
{
    for (const int number : {EIO, EINTR, ENOSPC, EROFS, ELOOP, ENOTDIR, EACCES, EPERM, ENOENT, EISDIR, EEXIST,
                             ENOTEMPTY, EBUSY, ETXTBSY, ENOMEM, EMFILE, ENFILE})
        EXPECT_FALSE(one::error_from_errno(number, "/x").next.empty()) << number;
    EXPECT_NE(one::error_from_errno(ENOTDIR, "/x/y").next.find("namei -l /x/y"), std::string::npos);
    EXPECT_EQ(one::error_from_errno(EACCES, "the frontend").next, "") << "a namei of no path helps nobody";
}

TEST(Secret, LeavesNothingWhereItWasMovedFrom)
{
    std::string bytes = "very secret";
    one::Secret first{std::move(bytes)};
    EXPECT_TRUE(bytes.empty());  // NOLINT: that it is wiped is the point
    one::Secret second{std::move(first)};
    EXPECT_TRUE(first.empty());  // NOLINT
    EXPECT_EQ(second.reveal(), "very secret");
    first = std::move(second);
    EXPECT_EQ(first.reveal(), "very secret");
}

TEST(Secret, IsComparedWhole)
{
    EXPECT_TRUE(same_secret(one::Secret{std::string_view{"a"}}, one::Secret{std::string_view{"a"}}));
    EXPECT_FALSE(same_secret(one::Secret{std::string_view{"a"}}, one::Secret{std::string_view{"ab"}}));
    static_assert(!std::is_copy_constructible_v<one::Secret>);
}

}  // namespace
