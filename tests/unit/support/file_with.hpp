// A file for a test that reads a real one.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace one::test {

inline std::string file_with(const std::string& name, const std::string& text)
{
    const auto path = std::filesystem::path{testing::TempDir()} / name;
    std::ofstream{path} << text;
    return path;
}

}  // namespace one::test
