// What stays resident of this program itself, as the kernel counts it.
#include "nodeagent/watch/memory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace onenode {
namespace {

int resident_kilobytes_of_files()
{
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssFile:")) return std::stoi(line.substr(line.find_first_of("0123456789")));
    return 0;
}

TEST(GiveBackMemory, LeavesOutCodeThatIsNotUsedAndGoesOn)
{
    const int before = resident_kilobytes_of_files();
    give_back_memory();
    const int after = resident_kilobytes_of_files();
    EXPECT_GT(before, 0);
    EXPECT_LT(after, before);
}

}  // namespace
}  // namespace onenode
