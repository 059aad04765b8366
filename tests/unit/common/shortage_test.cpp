#include "common/shortage.hpp"

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <cerrno>
#include <new>
#include <stdexcept>
#include <system_error>

namespace one {
namespace {

TEST(Shortage, IsKnownByWhatTheSystemSaid)
{
    for (const int number : {EMFILE, ENFILE, ENOMEM, EAGAIN})
        EXPECT_TRUE(is_shortage(error_from_errno(number, "/etc/passwd"))) << number;
    for (const int number : {ENOENT, ENOTDIR, EACCES, EIO, ENOSPC})
        EXPECT_FALSE(is_shortage(error_from_errno(number, "/etc/passwd"))) << number;
}

TEST(Shortage, ThatWasThrownSaysWhatLacksAndWhatToDo)
{
    EXPECT_EQ(to_line(*shortage_in(std::bad_alloc{})), "cannot go on: Cannot allocate memory");
    EXPECT_NE(shortage_in(std::bad_alloc{})->next.find("ulimit -v"), std::string::npos);
    const std::system_error threads{EAGAIN, std::generic_category()};
    EXPECT_NE(shortage_in(threads)->next.find("ulimit -u"), std::string::npos);
    const boost::system::system_error pipes{EMFILE, boost::system::system_category()};
    EXPECT_NE(shortage_in(pipes)->next.find("ulimit -n"), std::string::npos);
    EXPECT_EQ(shortage_in(Shortage{error_from_errno(EMFILE, "/usr/bin/awk")})->thing, "/usr/bin/awk");
}

TEST(Shortage, IsNoMistakeOfOursAndNoMistakeIsOne)
{
    EXPECT_FALSE(shortage_in(std::logic_error{"no"}));
    EXPECT_FALSE(shortage_in(std::system_error{ENOENT, std::generic_category()}));
}

}  // namespace
}  // namespace one
