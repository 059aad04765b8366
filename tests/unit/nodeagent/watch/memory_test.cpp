#include "nodeagent/watch/memory.hpp"

#include "common/text/encoding.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace onenode {
namespace {

long resident_pages()
{
    std::ifstream statm{"/proc/self/statm"};
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return resident;
}

TEST(Memory, IsGivenBackByAProgramThatGoesOnAsBefore)
{
    const auto walked_through = resident_pages();
    give_back_memory();
    EXPECT_LT(resident_pages(), walked_through * 9 / 10);
    EXPECT_EQ(one::to_hex("as before"), "6173206265666f7265");
}

}  // namespace
}  // namespace onenode
