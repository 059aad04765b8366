// All names, or why not.
#include "common/directory.hpp"

#include "common/fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace one {
namespace {

using Names = std::vector<std::string>;

TEST(Directory, TellsItsNamesInOrderAsOftenAsItIsAsked)
{
    const std::filesystem::path path{testing::TempDir() + "directory_test"};
    std::filesystem::create_directories(path / "b");
    std::ofstream{path / ".c"} << "text";
    std::ofstream{path / "a"} << "text";
    const Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    EXPECT_EQ(names_in(directory.get(), path).value(), (Names{".c", "a", "b"}));
    EXPECT_EQ(names_in(directory.get(), path).value(), (Names{".c", "a", "b"}));
    std::filesystem::remove_all(path);
}

TEST(Directory, SaysThatAFileIsNone)
{
    const Fd file{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const auto names = names_in(file.get(), "/dev/null");
    ASSERT_FALSE(names);
    EXPECT_EQ(names.error().thing, "/dev/null");
}

}  // namespace
}  // namespace one
