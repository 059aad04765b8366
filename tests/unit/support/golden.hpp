// What a person or a program reads is compared with a file in tests/golden/; UPDATE_GOLDEN=1 writes it anew, to be
// reviewed.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace one::test {

/// GOLDEN_DIR is defined by the CMakeLists.txt of the test.
inline void expect_golden(const std::string& name, const std::string& text)
{
    const std::filesystem::path path = std::filesystem::path{GOLDEN_DIR} / name;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << text;
        return;
    }
    std::ifstream file{path};
    ASSERT_TRUE(file) << path << " is missing: run again with UPDATE_GOLDEN=1 and review it";
    const std::string wanted{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(text, wanted) << "differs from " << path << "; UPDATE_GOLDEN=1 writes it anew, to be reviewed";
}

}  // namespace one::test
