// A directory of a test's own, gone with it.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace onefrontend::test {

class Directory {
public:
    Directory()
    {
        std::string name = std::filesystem::temp_directory_path() / "onefrontend-test-XXXXXX";
        if (!::mkdtemp(name.data())) std::abort();
        root_ = name;
    }
    ~Directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    [[nodiscard]] std::string path(std::string_view name = {}) const
    {
        return name.empty() ? root_ : root_ + '/' + std::string{name};
    }
    void write(std::string_view name, std::string_view text) const
    {
        std::filesystem::create_directories(std::filesystem::path{path(name)}.parent_path());
        std::ofstream{path(name)} << text;
    }
    [[nodiscard]] std::string read(std::string_view name) const
    {
        std::ostringstream text;
        text << std::ifstream{path(name)}.rdbuf();
        return text.str();
    }
    [[nodiscard]] bool has(std::string_view name) const { return std::filesystem::exists(path(name)); }

private:
    std::string root_{};
};

}  // namespace onefrontend::test
